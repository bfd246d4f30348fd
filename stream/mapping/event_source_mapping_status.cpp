// The status of a mapping: its state, its progress and its errors.

#include <exception>
#include <mutex>

#include "stream/mapping/event_source_mapping.hpp"

namespace tailrace::stream {

Progress EventSourceMapping::progress_here(std::uint64_t sequence, Awaited awaited) {
    Checkpoint reached;
    {
        const std::lock_guard lock(mutex_);
        if (resender_.is_under_way()) return Progress::under_way;
        const bool awaits_all = awaited == Awaited::everything;
        if (!parameters_.enabled) return awaits_all && in_flight_ > 0 ? Progress::under_way : Progress::done;
        // Even if every record is handled, the end of a window or a checkpoint may have to be tried again.
        if (fault_.cause()) {
            const bool goes_on = may_be_at_database() || (awaits_all && is_trying_again());
            return goes_on ? Progress::under_way : Progress::held_up;
        }
        // If the last read found no stream, no handled record can show that there is one now. So the source
        // has to be read again first.
        const SourceState::Kind source = cursors_->source().kind;
        const bool has_no_stream = source == SourceState::Kind::no_stream;
        const bool is_seen =
            source == SourceState::Kind::stream || !(cursors_->wants_reading() || is_reading_);
        const bool has_call = awaits_all && has_call_to_make(parts_.engine.clock().now());
        if (done_up_to_ >= sequence && is_seen && !has_no_stream && !has_call) return Progress::done;
        if (in_flight_ > 0 || is_reading_) return Progress::under_way;
        if (!is_paused_) {
            if (change_ || cursors_->wants_reading()) return Progress::under_way;
            return has_no_stream || waits_for_clock() ? Progress::held_up : Progress::under_way;
        }
        if (has_call) return Progress::held_up;
        reached = cursors_->checkpoint();
    }
    // A paused mapping reads nothing, so only a count shows whether there is something for it.
    try {
        return source_.count_after(reached).value_or(0) == 0 ? Progress::done : Progress::held_up;
    } catch (const std::exception&) {
        return is_shared() ? Progress::under_way : Progress::held_up;
    }
}

/// Returns true if the fault may be that a database of several processes does not answer. It may soon answer
/// again, so a drain waits for it.
bool EventSourceMapping::may_be_at_database() const {
    return is_shared() && !fault_.is_of(MappingPart::thread);
}

/// Returns true if work that a fault held back is about to be tried again.
bool EventSourceMapping::is_trying_again() const {
    if (is_inactive() || fault_.is_of(MappingPart::thread)) return false;
    return !fault_.holds_back(parts_.engine.clock().now());
}

/// Returns true if the function is being called or a call is due, such as the one that ends a window and has
/// no records.
bool EventSourceMapping::has_call_to_make(Timestamp now) const {
    const auto due = cursors_->due();
    return in_flight_ > 0 || (due && *due <= now);
}

Outlook EventSourceMapping::outlook() const {
    const std::uint64_t calls = journal_.calls();
    const std::lock_guard lock(mutex_);
    Outlook outlook{calls, next_due(parts_.engine.clock().now())};
    if (!is_shared()) return outlook;
    outlook.is_paused = is_paused_;
    for (const ShardStatus& shard : cursors_->shards()) {
        if (shard.waits_for_others) outlook.waits_for_others = true;
        if (shard.retry) outlook.retrying_in.push_back(shard.shard_id);
    }
    return outlook;
}

std::optional<Timestamp> EventSourceMapping::next_due(Timestamp now) const {
    if (stopping_ || is_inactive()) return std::nullopt;
    if (fault_.holds_back(now)) return fault_.cause()->next_try;
    const auto due = cursors_->due();
    return due && *due > now ? due : std::nullopt;
}

/// Returns true if nothing happens before the clock is moved.
bool EventSourceMapping::waits_for_clock() const {
    if (!parts_.clock_stands_still) return false;
    const auto due = cursors_->due();
    return due && *due > parts_.engine.clock().now();
}

MappingState EventSourceMapping::state() const {
    if (resender_.is_under_way()) return MappingState::resending;
    if (!parameters_.enabled) return MappingState::disabled;
    if (fault_.cause()) return MappingState::error;
    if (in_flight_ > 0) return cursors_->is_retrying() ? MappingState::retrying : MappingState::handling;
    if (is_paused_) return MappingState::paused;
    if (cursors_->is_retrying()) return MappingState::retrying;
    switch (cursors_->source().kind) {
        case SourceState::Kind::no_table:
            return MappingState::waiting_for_stream;
        case SourceState::Kind::no_stream:
            return MappingState::table_has_no_stream;
        case SourceState::Kind::stream:
            break;
    }
    return MappingState::idle;
}

MappingStatus EventSourceMapping::status() {
    MappingStatus status;
    static_cast<MappingCounts&>(status) = journal_.counts();
    Checkpoint reached;
    {
        std::unique_lock lock(mutex_);
        if (fault_.is_of(MappingPart::thread)) call_thread(lock);
        status.now = parts_.engine.clock().now();
        status.name = name_now();
        status.handler_name = function_.handler_name;
        status.function_arn = function_.function_arn;
        status.parameters = parameters_;
        status.state = state();
        status.fault = fault_.cause();
        status.source = cursors_->source();
        status.shards = cursors_->shards();
        status.filtered = cursors_->filtered();
        status.waits_until = next_due(status.now);
        reached = cursors_->checkpoint();
    }
    if (is_shared()) show_elsewhere(status, reached);
    for (const ShardStatus& shard : status.shards) {
        if (!shard.retry) continue;
        if (!status.retry || shard.retry->next_try < status.retry->next_try) status.retry = shard.retry;
    }
    status.clock_stands_still = parts_.clock_stands_still;
    status.id = options_.id;
    status.table_name = options_.table_name;
    status.event_source_arn = options_.stream_arn;
    status.position = {reached.stream_arn, reached.sequence};
    status.destination = reports_.status();
    try {
        status.given_up = journal_.discarded_count();
        status.lag = source_.count_after(reached);
        if (status.lag.value_or(0) > 0) status.oldest_waiting = source_.oldest_after(reached);
    } catch (const std::exception& error) {
        // Records that cannot be counted cannot be read either. The mapping's thread reports that soon.
        status.last_error = error.what();
    }
    return status;
}

Resending EventSourceMapping::replay(SequenceRange range, const std::stop_token& given_up) {
    const Resender::UnderWay under_way(resender_);
    return resender_.replay(range, given_up);
}

Resending EventSourceMapping::redrive(const std::stop_token& given_up, SequenceRange range) {
    const Resender::UnderWay under_way(resender_);
    Resending resending = resender_.redrive(range, given_up);
    bool is_retrying = false;
    {
        const std::lock_guard lock(mutex_);
        is_retrying = cursors_->is_retrying();
    }
    journal_.note_redrive(resending, is_retrying, parts_.engine.clock().now());
    return resending;
}

FailureReports::Subject EventSourceMapping::subject() const {
    const std::lock_guard lock(mutex_);
    return {.id = options_.id,
            .name = name_now(),
            .function_arn = function_.function_arn,
            .destination_name = cursors_->rules().parameters.on_failure,
            .destination = destination_};
}

/// Reports a call that failed and is not the last for its batch. An exception of the function is already in
/// the log under the function's name. Nothing else reports that its process ended, or that it cannot be
/// called. It may be out of reach for a long time, so only the first call that does not reach it is reported.
void EventSourceMapping::report_failed_call(const Invocation& invocation, const Verdict& verdict) {
    if (verdict.again.empty() || !invocation.has_failed()) return;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;  // The stop ends the calls.
    }
    const Delivery& next = verdict.again.front();
    const bool has_just_begun =
        invocation.result.outcome == CallOutcome::not_invoked && next.failures_in_a_row == 1;
    if (has_just_begun || invocation.result.is_crash())
        reports_.tell_failed_call(subject(), invocation, next);
}

void EventSourceMapping::report_missing_stand_in() {
    const FailureReports::Subject now = subject();
    if (!now.destination && !now.destination_name.empty()) reports_.tell_missing_stand_in(now);
}

void EventSourceMapping::report_source(const SourceState& source) {
    if (source.kind == SourceState::Kind::no_stream) {
        reports_.warn(
            "the event source mapping " + name() + " is waiting: the table " + options_.table_name +
            " has no stream. Enable one with UpdateTable: StreamSpecification with StreamEnabled true and "
            "a StreamViewType");
    } else if (!source.similar_table.empty()) {
        reports_.warn("the event source mapping " + name() + " is waiting: there is no table " +
                      options_.table_name + "; did you mean " + source.similar_table + "?");
    }
}

}  // namespace tailrace::stream
