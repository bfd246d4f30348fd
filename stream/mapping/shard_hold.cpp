#include "stream/mapping/shard_hold.hpp"

#include <utility>

namespace tailrace::stream {

void ShardHold::set_base(Checkpoint base) {
    const std::lock_guard lock(mutex_);
    base_ = std::move(base);
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
