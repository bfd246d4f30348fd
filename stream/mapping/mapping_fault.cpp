#include "stream/mapping/mapping_fault.hpp"

#include <algorithm>

namespace tailrace::stream {
namespace {

std::chrono::milliseconds wait_after(std::size_t tries) {
    constexpr std::size_t doublings = 8;  // 2^8 times first_wait is more than max_wait.
    const int factor = 1 << std::min(tries - 1, doublings);
    return std::min(MappingFault::first_wait * factor, MappingFault::max_wait);
}

/// "0.25 s"
std::string wait_text(std::chrono::duration<double> time) {
    const std::string text = std::to_string(time.count());
    return text.substr(0, text.find('.') + 3) + " s";
}

}  // namespace

std::string MappingFault::note(MappingPart part, const std::string& reason, Timestamp now) {
    const bool goes_on = tries_ > 0 && now - last_try_ <= 2 * wait_after(tries_);
    tries_ = goes_on ? tries_ + 1 : 1;
    last_try_ = now;
    ++failures_;
    cause_ = Cause{.part = part, .reason = reason, .tries = tries_, .next_try = now + wait_after(tries_)};
    return reason + "; trying again in " + wait_text(wait_after(tries_));
}

std::string MappingFault::note_beside(MappingPart part, const std::string& reason, Timestamp now) {
    if (!holds_back(now)) return note(part, reason, now);
    return reason + "; trying again in " + wait_text(cause_->next_try - now);
}

bool MappingFault::clear(MappingPart part) {
    if (!is_of(part)) return false;
    cause_.reset();
    return true;
}

bool MappingFault::holds_back(Timestamp now) const {
    return cause_ && now < cause_->next_try && cause_->next_try - now <= max_wait;
}

}  // namespace tailrace::stream
