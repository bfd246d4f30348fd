#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>

namespace tailrace::server {

/// A budget of memory for the request bodies of all connections. A body takes what it needs as its bytes
/// arrive: one that was announced and is not sent keeps nobody waiting. Thread-safe.
///
/// Bodies that have arrived in part could wait for each other forever. So memory is granted only if, after
/// that, there is an order in which each body can get the rest of what it may need, given what is free and
/// what those before it give back (the banker's algorithm of Dijkstra, for one resource). Bodies that have
/// none yet queue in order of arrival; one that has some does not wait for them.
class BodyMemory {
  public:
    explicit BodyMemory(std::uint64_t bytes) : free_bytes_(bytes) {}

    /// One body's part. It stays where it is, and belongs to the memory that it is used with.
    class Share {
      public:
        std::uint64_t bytes() const { return bytes_; }

      private:
        friend class BodyMemory;
        std::uint64_t bytes_ = 0;
        std::uint64_t most_bytes_ = 0;
    };

    /// Gives a share that has none what its body may need in all, at most all that there is.
    static void announce(Share& share, std::uint64_t most_bytes) { share.most_bytes_ = most_bytes; }
    /// Makes a share as large as that, at most as announced. False if it has to wait.
    bool try_grow(Share& share, std::uint64_t bytes);
    /// Queues for that. Once the share has grown, `granted` is called, on any thread and under the lock: it
    /// must not call this object.
    void wait(Share& share, std::uint64_t bytes, std::function<void()> granted);
    /// Ends a wait. False if the share has grown already.
    bool leave(const Share& share);
    /// Gives back all of a share.
    void give_back(Share& share);

  private:
    struct Waiting {
        Share* share;
        std::uint64_t bytes;
        std::function<void()> granted;
    };

    bool may_grow(const Share& share, std::uint64_t bytes) const;
    void grow(Share& share, std::uint64_t bytes);
    void grant();

    std::mutex mutex_;
    std::uint64_t free_bytes_;
    /// The shares that have some.
    std::list<Share*> holding_;
    std::list<Waiting> waiting_;
};

}  // namespace tailrace::server
