#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>

namespace tailrace::server {

/// A memory budget for the request bodies of all connections. A body takes memory as its bytes arrive, so a
/// body that is announced but not sent keeps nobody waiting. Thread-safe.
///
/// Bodies that have arrived in part could wait for each other forever. So memory is granted only if all
/// bodies can still finish afterwards, one after another. Each needs the rest of its memory from what is then
/// free, which includes what the bodies before it have given back. This is Dijkstra's banker's algorithm, for
/// one resource. Bodies that have no memory yet queue in order of arrival. A body that has some does not wait
/// for them.
class BodyMemory {
  public:
    explicit BodyMemory(std::uint64_t bytes) : free_bytes_(bytes) {}

    /// One body's part of the budget. It must not move, and belongs to the BodyMemory it is used with.
    class Share {
      public:
        std::uint64_t bytes() const { return bytes_; }

      private:
        friend class BodyMemory;
        std::uint64_t bytes_ = 0;
        std::uint64_t max_bytes_ = 0;
    };

    /// Says how much memory the body of a share may need in all, at most the whole budget. The share must
    /// have none yet.
    static void announce(Share& share, std::uint64_t max_bytes) { share.max_bytes_ = max_bytes; }
    /// Grows a share to `bytes`, at most as announced. Returns false if it has to wait.
    bool try_grow(Share& share, std::uint64_t bytes);
    /// Queues a share to grow to `bytes`. Once it has grown, `granted` is called, on any thread and under the
    /// lock, so it must not call this object.
    void wait(Share& share, std::uint64_t bytes, std::function<void()> granted);
    /// Ends a wait. Returns false if the share has grown already.
    bool leave(const Share& share);
    /// Gives back all memory of a share.
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
    /// The shares that have memory.
    std::list<Share*> holding_;
    std::list<Waiting> waiting_;
};

}  // namespace tailrace::server
