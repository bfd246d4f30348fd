#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>

namespace tailrace::server {

/// A budget of memory for the request bodies of all connections. A body reserves its full size before any of
/// it is read: if each body held only a part, they could wait for each other forever. Bodies that do not fit
/// wait in order of arrival. Thread-safe.
class BodyMemory {
  public:
    explicit BodyMemory(std::uint64_t bytes) : free_bytes_(bytes) {}

    /// Takes memory. False if there is not enough, or if others are already waiting for it.
    bool try_take(std::uint64_t bytes);
    /// Queues for memory. Once it has been taken for the caller, `granted` is called, on any thread and under
    /// the lock: it must not call this object. Returns a number for leave().
    std::uint64_t wait(std::uint64_t bytes, std::function<void()> granted);
    /// Ends a wait. False if the memory has been granted already.
    bool leave(std::uint64_t number);
    /// Gives back memory that was taken.
    void give_back(std::uint64_t bytes);

  private:
    struct Waiting {
        std::uint64_t number;
        std::uint64_t bytes;
        std::function<void()> granted;
    };
    void grant();

    std::mutex mutex_;
    std::uint64_t free_bytes_;
    std::uint64_t last_number_ = 0;
    std::list<Waiting> waiting_;
};

}  // namespace tailrace::server
