#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

namespace tailrace::stream {

/// A limited number of places for the processes of functions, for all functions and namespaces that share
/// this object. A function takes a place before it starts a process, and gives it back when the process has
/// ended. If no place is free, the process that has been idle for longest is asked to end. Functions get
/// places in the order in which they began to wait. Thread-safe.
class FunctionProcesses {
  public:
    static constexpr std::size_t default_limit = 8;
    using Moment = std::chrono::steady_clock::time_point;

    /// A function that has processes. on_place() and on_wish() are called with a lock held, and by any
    /// thread, so they only leave a message for the function's own thread.
    class Member {
      public:
        virtual ~Member() = default;
        /// The member now has the place that it has waited for.
        virtual void on_place() = 0;
        /// A process that has no call should end, because others need its place. The member calls
        /// answer_wish().
        virtual void on_wish() = 0;
    };

    explicit FunctionProcesses(std::size_t limit = default_limit) : limit_(limit) {}

    std::size_t limit() const { return limit_; }

    /// Returns true if the member has a place now. If not, it waits for one.
    bool take(Member& member);
    void give_back();
    /// The member no longer waits. It may still get a place that was on its way.
    void withdraw(Member& member);
    /// Returns the time at which the first of the other waiting members began to wait; nullopt if no other
    /// member waits.
    std::optional<Moment> first_wait_beside(const Member& member) const;

    /// One more process of the member has no call.
    void note_idle(Member& member);
    /// One process fewer of the member has no call.
    void note_busy(Member& member);
    /// `is_met` means that a process will end.
    void answer_wish(bool is_met);
    /// The member is called no more. It still gives back the places that it has.
    void leave(Member& member);

  private:
    struct Wait {
        Member* member;
        Moment since;
    };

    void make_wishes();

    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::size_t taken_ = 0;
    /// While somebody waits, all places are taken.
    std::deque<Wait> waiting_;
    /// The owners of the idle processes. A member is in the list once for each of its idle processes; the one
    /// whose process has been idle for longest comes first.
    std::deque<Member*> idle_;
    /// How many wishes have not been answered, and how many processes are ending because of one.
    std::size_t wishes_ = 0;
    std::size_t ending_ = 0;
};

}  // namespace tailrace::stream
