#pragma once

#include <atomic>
#include <mutex>

namespace tailrace::table {

/// The lock of a database. With a std::mutex, the thread that releases it may lock it again before the
/// waiting threads wake up, so work in many slices would keep everybody out until its end.
/// lock_after_others() locks after the waiting threads have had their turn.
class DatabaseLock {
  public:
    void lock() {
        if (mutex_.try_lock()) return;
        waiting_.fetch_add(1);
        mutex_.lock();
        waiting_.fetch_sub(1);
        waiting_.notify_all();
    }
    bool try_lock() { return mutex_.try_lock(); }
    void unlock() { mutex_.unlock(); }
    bool is_waited_for() const { return waiting_.load() > 0; }

    /// For one slice of many.
    void lock_after_others() {
        // With many connections there may always be a waiting thread, and the work still has to finish.
        for (int turns = 0; turns < max_yields; ++turns) {
            const int waiting = waiting_.load();
            if (waiting == 0) break;
            waiting_.wait(waiting);
        }
        mutex_.lock();
    }

  private:
    static constexpr int max_yields = 8;

    std::mutex mutex_;
    std::atomic<int> waiting_ = 0;
};

}  // namespace tailrace::table
