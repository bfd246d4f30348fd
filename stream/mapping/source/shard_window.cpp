#include "stream/mapping/source/shard_window.hpp"

namespace tailrace::stream {

namespace json = boost::json;

Timestamp ShardWindow::start_for(Timestamp record_time) const {
    const Timestamp start = record_time - record_time.time_since_epoch() % length_;
    const bool is_late = closed_until_ && start < *closed_until_ && record_time + max_delay >= *closed_until_;
    return is_late ? *closed_until_ : start;
}

Timestamp ShardWindow::end_for(Timestamp record_time) const {
    return start_for(record_time) + length_;
}

void ShardWindow::open_for(Timestamp record_time) {
    start_ = start_for(record_time);
}

void ShardWindow::take_state(std::string state_json) {
    state_json_ = std::move(state_json);
    is_terminated_early_ = state_json_.size() > max_state_bytes;
}

void ShardWindow::close() {
    // A window that ended early, because its state was too large, is opened again by the next record of its
    // time.
    if (!is_terminated_early_) closed_until_ = end();
    start_.reset();
    state_json_ = "{}";
    is_terminated_early_ = false;
}

TumblingWindow ShardWindow::describe(bool is_final) const {
    return {.start = *start_,
            .end = end(),
            .state_json = state_json_,
            .is_final = is_final,
            .is_terminated_early = is_final && is_terminated_early_};
}

json::value ShardWindow::checkpoint_json() const {
    json::object checkpoint;
    if (closed_until_) checkpoint["ClosedUntilMicroseconds"] = closed_until_->time_since_epoch().count();
    if (start_) {
        checkpoint["StartMicroseconds"] = start_->time_since_epoch().count();
        checkpoint["State"] = state_json_;
        checkpoint["TerminatedEarly"] = is_terminated_early_;
    }
    return checkpoint.empty() ? json::value() : json::value(std::move(checkpoint));
}

void ShardWindow::restore(const json::value& checkpoint) {
    if (!checkpoint.is_object()) return;
    const auto time_in = [&](std::string_view name) -> std::optional<Timestamp> {
        const json::value* found = checkpoint.get_object().if_contains(name);
        if (found == nullptr) return std::nullopt;
        return Timestamp(std::chrono::microseconds(found->to_number<std::int64_t>()));
    };
    closed_until_ = time_in("ClosedUntilMicroseconds");
    start_ = time_in("StartMicroseconds");
    if (!start_) return;
    state_json_ = checkpoint.at("State").as_string();
    is_terminated_early_ = checkpoint.at("TerminatedEarly").as_bool();
}

}  // namespace tailrace::stream
