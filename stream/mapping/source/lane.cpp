#include "stream/mapping/source/lane.hpp"

#include <algorithm>

namespace tailrace::stream {

Lane::Lane(const DeliveryRules& rules, const ShardName& name)
    : name_(name), policy_(rules), former_(rules.parameters) {
    if (rules.parameters.tumbling_window.count() > 0) window_.emplace(rules.parameters.tumbling_window);
}

void Lane::add(EventRecord record, Timestamp now) {
    former_.add(std::move(record), now);
    set_boundary();
}

/// A batch has records of only one window.
void Lane::set_boundary() {
    if (!window_ || former_.is_empty()) return;
    former_.set_boundary(window_->is_open() ? window_->end() : window_->end_for(former_.front().time));
}

std::size_t Lane::waiting() const {
    std::size_t count = former_.size() + busy_records_;
    for (const Delivery& delivery : again_) count += delivery.batch->records.size();
    return count;
}

std::optional<std::uint64_t> Lane::first_waiting() const {
    if (busy_from_) return busy_from_;
    for (const Delivery& delivery : again_) {
        if (!delivery.batch->records.empty()) return delivery.batch->records.front().sequence;
    }
    if (!former_.is_empty()) return former_.front().sequence;
    return std::nullopt;
}

std::optional<RetryStatus> Lane::retry() const {
    if (busy_failures_ > 0) return RetryStatus{busy_failures_};
    if (again_.empty()) return std::nullopt;
    return RetryStatus{again_.front().failures_in_a_row, again_.front().not_before};
}

/// Returns true if all records of the open window that exist so far have been sent.
bool Lane::may_window_end() const {
    return window_ && window_->is_open() && (former_.is_empty() || former_.front().time >= window_->end());
}

bool Lane::has_window_ended(const ShardReading& reading) const {
    if (window_ && window_->is_open() && window_->is_terminated_early()) return true;
    if (!may_window_end()) return false;
    return !former_.is_empty() ||
           (reading.at_end && (reading.is_closed || *reading.at_end >= window_->end()));
}

std::optional<Timestamp> Lane::due(const ShardReading& reading) const {
    if (is_busy_) return std::nullopt;
    if (!again_.empty()) {
        const Delivery& next = again_.front();
        if (abandons_retries_) return Timestamp::min();
        return std::min(next.not_before, policy_.expiry(*next.batch));
    }
    if (has_window_ended(reading)) return Timestamp::min();
    if (may_window_end()) return window_->end();
    const auto due = former_.due();
    if (due && reading.is_closed && reading.at_end) return Timestamp::min();
    return due;
}

std::optional<LaneWork> Lane::begin(Timestamp now, Eagerness eagerness, const ShardReading& reading) {
    if (is_busy_) return std::nullopt;
    std::optional<LaneWork> work;
    if (!again_.empty()) {
        const bool is_due = *due(reading) <= now || eagerness == Eagerness::at_once;
        if (!is_due) return std::nullopt;
        Delivery next = std::move(again_.front());
        again_.pop_front();
        if (next.batch->window) bring_window_up_to_date(next);
        work = checked(std::move(next), now);
    } else if (has_window_ended(reading)) {
        work = LaneWork{final_delivery()};
    } else {
        const auto time = may_window_end() ? std::nullopt : due(reading);
        if (!time) return std::nullopt;
        // Records that were written before a batching window ended belong to its batch.
        const bool may_miss_some = reading.at_end && *reading.at_end < *time;
        if (eagerness != Eagerness::at_once && (*time > now || may_miss_some)) return std::nullopt;
        work = checked(next_delivery(), now);
    }
    const auto& records = work->delivery.batch->records;
    busy_records_ = records.size();
    if (!records.empty()) busy_from_ = records.front().sequence;
    busy_failures_ = work->delivery.failures_in_a_row;
    is_busy_ = true;
    return work;
}

/// Calls since the batch was formed may have changed the state, or ended the window.
void Lane::bring_window_up_to_date(Delivery& delivery) {
    auto batch = std::make_shared<EventBatch>(*delivery.batch);
    if (!window_->is_open()) window_->open_for(batch->records.front().time);
    batch->window = window_->describe(delivery.is_final());
    delivery.batch = std::move(batch);
}

/// If records of the delivery have become too old, gives those up, and no others.
LaneWork Lane::checked(Delivery delivery, Timestamp now) {
    if (abandons_retries_ && delivery.failures_in_a_row > 0)
        return {std::move(delivery), DiscardCondition::table_replaced};
    const std::size_t size = delivery.batch->records.size();
    const std::size_t expired = policy_.expired(*delivery.batch, now);
    if (expired > 0) {
        if (expired < size) again_.push_front(part_of(delivery, expired, size));
        return {part_of(delivery, 0, expired), DiscardCondition::record_age_exceeded};
    }
    return {std::move(delivery)};
}

std::shared_ptr<EventBatch> Lane::new_batch() const {
    auto batch = std::make_shared<EventBatch>();
    batch->table_name = name_.table_name;
    batch->stream_arn = name_.stream_arn;
    batch->shard_id = name_.shard_id;
    return batch;
}

Delivery Lane::next_delivery() {
    auto batch = new_batch();
    batch->records = former_.take();
    if (window_) {
        if (!window_->is_open()) window_->open_for(batch->records.front().time);
        batch->window = window_->describe(false);
    }
    set_boundary();
    return {std::move(batch)};
}

Delivery Lane::final_delivery() const {
    auto batch = new_batch();
    batch->window = window_->describe(true);
    return {std::move(batch)};
}

Verdict Lane::judge(const LaneWork& work, const BatchAnswer& answer, Timestamp now) const {
    // The last call of a window has no records to give up.
    if (work.condition != DiscardCondition::none && work.delivery.is_final()) return {};
    if (work.condition != DiscardCondition::none) return {0, {}, Discard{work.delivery, work.condition}};
    return policy_.judge(work.delivery, answer, now);
}

void Lane::settle(const LaneWork& work, const Verdict& verdict, const BatchAnswer& answer) {
    busy_records_ = 0;
    busy_from_.reset();
    busy_failures_ = 0;
    again_.insert(again_.begin(), verdict.again.begin(), verdict.again.end());
    const bool is_final = work.delivery.is_final();
    if (is_final && verdict.again.empty()) {
        window_->close();
        set_boundary();
    } else if (!answer.state_json.empty() && !is_final) {
        window_->take_state(answer.state_json);
    }
}

void Lane::put_back(LaneWork work) {
    again_.push_front(std::move(work.delivery));
    busy_records_ = 0;
    busy_from_.reset();
    busy_failures_ = 0;
    is_busy_ = false;
}

void Lane::restore_window(const boost::json::value& checkpoint) {
    if (window_) window_->restore(checkpoint);
}

}  // namespace tailrace::stream
