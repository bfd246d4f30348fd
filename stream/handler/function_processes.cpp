#include "stream/handler/function_processes.hpp"

#include <algorithm>

#include "engine/model/clock.hpp"

namespace tailrace::stream {

bool FunctionProcesses::take(Member& member) {
    const std::lock_guard lock(mutex_);
    if (taken_ < limit_) {
        ++taken_;
        return true;
    }
    if (std::ranges::find(waiting_, &member, &Wait::member) == waiting_.end()) {
        waiting_.push_back({&member, steady_time()});
    }
    make_wishes();
    return false;
}

void FunctionProcesses::give_back() {
    const std::lock_guard lock(mutex_);
    if (ending_ > 0) --ending_;
    if (waiting_.empty()) {
        --taken_;
        return;
    }
    Member& next = *waiting_.front().member;
    waiting_.pop_front();
    next.on_place();
}

void FunctionProcesses::withdraw(Member& member) {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiting_, [&](const Wait& wait) { return wait.member == &member; });
}

std::optional<FunctionProcesses::Moment> FunctionProcesses::first_wait_beside(const Member& member) const {
    const std::lock_guard lock(mutex_);
    const auto first =
        std::ranges::find_if(waiting_, [&](const Wait& wait) { return wait.member != &member; });
    return first == waiting_.end() ? std::nullopt : std::optional(first->since);
}

void FunctionProcesses::note_idle(Member& member) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(&member);
    make_wishes();
}

void FunctionProcesses::note_busy(Member& member) {
    const std::lock_guard lock(mutex_);
    const auto newest = std::find(idle_.rbegin(), idle_.rend(), &member);
    if (newest != idle_.rend()) idle_.erase(std::prev(newest.base()));
}

void FunctionProcesses::answer_wish(bool is_met) {
    const std::lock_guard lock(mutex_);
    --wishes_;
    if (is_met) {
        ++ending_;
    } else {
        make_wishes();
    }
}

void FunctionProcesses::leave(Member& member) {
    withdraw(member);
    const std::lock_guard lock(mutex_);
    std::erase(idle_, &member);
}

/// Asks idle processes to end, until the number of processes that are ending or have been asked to end is the
/// number of waiting members.
void FunctionProcesses::make_wishes() {
    while (!idle_.empty() && wishes_ + ending_ < waiting_.size()) {
        Member& member = *idle_.front();
        idle_.pop_front();
        ++wishes_;
        member.on_wish();
    }
}

}  // namespace tailrace::stream
