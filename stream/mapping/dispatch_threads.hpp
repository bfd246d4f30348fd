#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace tailrace::stream {

class MappingThreads;

/// The threads that mappings share, even mappings of different dispatchers. There are none before a mapping
/// needs one. Then one thread takes care of the mappings that have something to do. Before it calls a
/// function, it hands the other mappings to another thread, which is created if all are busy. Mappings take
/// turns, so a mapping that never runs out of batches holds up no other. Thread-safe.
class DispatchThreads {
  public:
    /// While this many calls are under way, a mapping with several lanes gets no further thread for them. It
    /// always gets its first thread, so functions that block keep no other mapping waiting. There are at most
    /// as many threads as mappings, plus this number, plus one.
    static constexpr std::size_t default_max_calls = 256;

    explicit DispatchThreads(std::size_t max_calls = default_max_calls) : max_calls_(max_calls) {}
    /// All mappings must have ended.
    ~DispatchThreads();
    DispatchThreads(const DispatchThreads&) = delete;
    DispatchThreads& operator=(const DispatchThreads&) = delete;

  private:
    friend class MappingThreads;
    using Moment = std::chrono::steady_clock::time_point;

    void run();
    void work(std::unique_lock<std::mutex>& lock, MappingThreads& mapping);
    void wait(std::unique_lock<std::mutex>& lock);
    void set_due(MappingThreads& mapping, std::optional<Moment> due);
    void make_due_ones_ready();
    bool make_ready(MappingThreads& mapping);
    void wake_one();
    void look_after_rest();
    void add_thread();

    const std::size_t max_calls_;
    std::mutex mutex_;
    /// The mappings that look for work again at a certain time, the first one first.
    std::set<std::pair<Moment, MappingThreads*>> due_;
    /// The queue of mappings that need a thread.
    std::deque<MappingThreads*> ready_;
    std::vector<std::thread> threads_;
    /// The number of threads that call a function, and of threads that wait in `woken_`.
    std::size_t busy_ = 0;
    std::size_t idle_ = 0;
    std::condition_variable woken_;
    /// The time until which one thread waits, in `watching_`.
    std::optional<Moment> watched_until_;
    std::condition_variable watching_;
    std::condition_variable work_ended_;
    bool is_ending_ = false;
};

/// One mapping's share of the threads. Thread-safe, and may be called with the mapping's lock held.
class MappingThreads {
  public:
    /// If a mapping has more lanes than this, they take turns.
    static constexpr std::size_t max_threads = 64;

    /// `work` does the next piece of work and returns true, or returns false if there is none for now. It
    /// must not throw. It is called with no lock held, by several threads at once while some of them are
    /// busy. The threads must outlive the share.
    MappingThreads(DispatchThreads& threads, std::function<bool()> work);
    /// Calls stop().
    ~MappingThreads();
    MappingThreads(const MappingThreads&) = delete;
    MappingThreads& operator=(const MappingThreads&) = delete;

    /// Makes a thread look for work. Throws std::system_error if there is no thread and none can be created.
    void call();
    /// Makes a thread look for work after that time. Without a time, no thread looks before call(). Only
    /// `work` may call this, before it returns false.
    void call_after(std::optional<std::chrono::microseconds> time);
    /// Begins no further work, and returns when none is under way.
    void stop();

    /// Exists while a thread calls the function, within `work`. Meanwhile other threads take care of the
    /// other mappings, and of the other lanes of this one, which has `lanes` lanes.
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
    /// True if call() came when no further thread could work for the mapping.
    bool is_called_ = false;
    bool is_stopped_ = false;
};

}  // namespace tailrace::stream
