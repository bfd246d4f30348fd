#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace tailrace::stream {

class MappingThreads;

/// The threads that all mappings of a dispatcher share. There is none before a mapping needs one. Then one
/// thread after the other looks after the mappings that have something to do, and before it calls a function
/// it leaves that to another thread, which is made if all are busy. Mappings take turns, so that one that
/// never runs out of batches holds up no other. Thread-safe.
class DispatchThreads {
  public:
    /// While this many calls are under way, a mapping with several lanes gets no further thread for them. The
    /// first thread it always gets, so that functions that block keep no other mapping waiting: there are at
    /// most as many threads as mappings, and these, and one.
    static constexpr std::size_t default_max_calls = 256;

    explicit DispatchThreads(std::size_t max_calls = default_max_calls) : max_calls_(max_calls) {}
    /// All mappings have ended.
    ~DispatchThreads();
    DispatchThreads(const DispatchThreads&) = delete;
    DispatchThreads& operator=(const DispatchThreads&) = delete;

  private:
    friend class MappingThreads;
    using Moment = std::chrono::steady_clock::time_point;

    void run();
    void work(std::unique_lock<std::mutex>& lock, MappingThreads& mapping);
    void wait(std::unique_lock<std::mutex>& lock);
    std::optional<Moment> first_due() const;
    void make_due_ones_ready();
    bool make_ready(MappingThreads& mapping);
    void wake_one();
    void look_after_rest();
    void add_thread();

    const std::size_t max_calls_;
    std::mutex mutex_;
    std::vector<MappingThreads*> mappings_;
    /// Those that a thread is to look after, in their order.
    std::deque<MappingThreads*> ready_;
    std::vector<std::thread> threads_;
    /// Threads that call a function, and threads that wait in `woken_`.
    std::size_t busy_ = 0;
    std::size_t idle_ = 0;
    std::condition_variable woken_;
    /// The moment that one thread waits for, in `watching_`.
    std::optional<Moment> watched_until_;
    std::condition_variable watching_;
    std::condition_variable work_ended_;
    bool is_ending_ = false;
};

/// The share of one mapping in the threads. Thread-safe, and may be called with the mapping's lock held.
class MappingThreads {
  public:
    /// More lanes than that take turns.
    static constexpr std::size_t max_threads = 64;

    /// `work` does the next thing there is to do and returns true, or returns false if there is none for now.
    /// It throws nothing, and is called with no lock held, by several threads at once while some of them are
    /// busy. The threads outlive the share.
    MappingThreads(DispatchThreads& threads, std::function<bool()> work);
    /// As stop().
    ~MappingThreads();
    MappingThreads(const MappingThreads&) = delete;
    MappingThreads& operator=(const MappingThreads&) = delete;

    /// There may be something to do: a thread comes. Throws std::system_error if there is none and none can
    /// be made.
    void call();
    /// A thread comes after that time, or only when it is called. For `work` alone, before it returns false.
    void call_after(std::optional<std::chrono::microseconds> time);
    /// Begins no work any more and returns when none is under way.
    void stop();

    /// Exists while a thread calls the function, within `work`. Meanwhile other threads come for the other
    /// mappings, and for the other lanes of this one; it has `lanes`.
    class Busy {
      public:
        Busy(MappingThreads& mapping, std::size_t lanes);
        ~Busy();
        Busy(const Busy&) = delete;
        Busy& operator=(const Busy&) = delete;

      private:
        DispatchThreads& threads_;
    };

  private:
    friend class DispatchThreads;

    DispatchThreads& threads_;
    const std::function<bool()> work_;
    // Guarded by the threads' mutex.
    std::size_t working_ = 0;
    std::size_t lanes_ = 1;
    std::optional<DispatchThreads::Moment> due_;
    bool is_ready_ = false;
    /// Whether it was called when no further thread could come.
    bool is_called_ = false;
    bool is_stopped_ = false;
};

}  // namespace tailrace::stream
