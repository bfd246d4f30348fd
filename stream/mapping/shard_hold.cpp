#include "stream/mapping/shard_hold.hpp"

#include <utility>

namespace tailrace::stream {

void ShardHold::begin_anew(std::uint64_t process) {
    const std::lock_guard lock(mutex_);
    process_ = process;
    has_begun_anew_ = true;
    wanted_.clear();
    ++changes_;
}

std::uint64_t ShardHold::process() const {
    const std::lock_guard lock(mutex_);
    return process_;
}

bool ShardHold::has_begun_anew() {
    const std::lock_guard lock(mutex_);
    return std::exchange(has_begun_anew_, false);
}

void ShardHold::begin_at(Checkpoint base) {
    const std::lock_guard lock(mutex_);
    base_ = std::move(base);
    held_.clear();
    ++changes_;
}

Checkpoint ShardHold::base() const {
    const std::lock_guard lock(mutex_);
    return base_;
}

bool ShardHold::want(Fences wanted) {
    const std::lock_guard lock(mutex_);
    if (wanted_ == wanted && held_ == wanted) return false;
    wanted_ = std::move(wanted);
    return true;
}

ShardHold::Fences ShardHold::wanted() const {
    const std::lock_guard lock(mutex_);
    return wanted_;
}

ShardHold::Fences ShardHold::held() const {
    const std::lock_guard lock(mutex_);
    return held_;
}

bool ShardHold::is_level() const {
    const std::lock_guard lock(mutex_);
    return wanted_ == held_;
}

void ShardHold::add(const std::string& shard_id, std::uint64_t fence) {
    const std::lock_guard lock(mutex_);
    held_[shard_id] = fence;
    ++changes_;
}

void ShardHold::remove(const std::string& shard_id) {
    const std::lock_guard lock(mutex_);
    held_.erase(shard_id);
    ++changes_;
}

void ShardHold::lose(const std::string& shard_id, std::uint64_t fence) {
    const std::lock_guard lock(mutex_);
    const auto wanted = wanted_.find(shard_id);
    if (wanted != wanted_.end() && wanted->second == fence) wanted_.erase(wanted);
    ++changes_;
}

std::uint64_t ShardHold::changes() const {
    const std::lock_guard lock(mutex_);
    return changes_;
}

}  // namespace tailrace::stream
