#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>

namespace tailrace::server {

/// The memory that the bodies of all connections may take together. A body gets all of its memory before any
/// of it is read: bodies that each had a part could wait for each other for ever. Those that do not fit wait
/// in the order in which they came. Everything may be called from any thread.
class BodyMemory {
  public:
    explicit BodyMemory(std::uint64_t bytes) : free_bytes_(bytes) {}

    /// Takes memory; false when it is not there, or others wait for it.
    bool try_take(std::uint64_t bytes);
    /// Waits for memory: `granted` is called once it is taken, by whoever gave it back, and calls nothing of
    /// this object. Returns a number for leave().
    std::uint64_t wait(std::uint64_t bytes, std::function<void()> granted);
    /// Ends a wait. False when the memory was taken by now.
    bool leave(std::uint64_t number);
    /// Gives memory back that was taken.
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
