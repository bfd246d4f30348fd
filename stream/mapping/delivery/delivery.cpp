#include "stream/mapping/delivery/delivery.hpp"

#include <algorithm>

#include "engine/table/changes/stream_retention.hpp"

namespace tailrace::stream {

Delivery part_of(const Delivery& delivery, std::size_t from, std::size_t to) {
    const std::vector<EventRecord>& all = delivery.batch->records;
    if (from == 0 && to == all.size()) return delivery;
    auto batch = std::make_shared<EventBatch>();
    batch->table_name = delivery.batch->table_name;
    batch->stream_arn = delivery.batch->stream_arn;
    batch->shard_id = delivery.batch->shard_id;
    batch->window = delivery.batch->window;
    batch->records.assign(all.begin() + static_cast<std::ptrdiff_t>(from),
                          all.begin() + static_cast<std::ptrdiff_t>(to));
    Delivery part = delivery;
    part.batch = std::move(batch);
    return part;
}

Verdict RetryPolicy::judge(Delivery delivery, const BatchAnswer& answer, Timestamp now) const {
    const MappingParameters& parameters = rules_.parameters;
    const std::size_t size = delivery.batch->records.size();
    Verdict verdict;
    if (answer.kind == BatchAnswer::Kind::succeeded) {
        verdict.handled = size;
        return verdict;
    }
    if (answer.kind == BatchAnswer::Kind::partly_failed) {
        verdict.handled = answer.failed_from;
        delivery = part_of(delivery, answer.failed_from, size);
    }
    if (verdict.handled > 0) {
        delivery.invocations = 0;
        delivery.retries = 0;
        delivery.failures_in_a_row = 0;
    }
    delivery.not_before = now + wait_after(++delivery.failures_in_a_row);

    const bool is_counted = answer.kind != BatchAnswer::Kind::not_invoked;
    if (!is_counted || delivery.is_final() || verdict.handled > 0) {
        verdict.again.push_back(std::move(delivery));
        return verdict;
    }
    if (parameters.bisect_batch_on_function_error && size > 1 && answer.kind == BatchAnswer::Kind::failed) {
        verdict.again.push_back(part_of(delivery, 0, size / 2));
        verdict.again.push_back(part_of(delivery, size / 2, size));
        return verdict;
    }
    if (parameters.maximum_retry_attempts && delivery.retries >= *parameters.maximum_retry_attempts) {
        verdict.discard = Discard{std::move(delivery), DiscardCondition::retry_attempts_exhausted};
        return verdict;
    }
    ++delivery.retries;
    verdict.again.push_back(std::move(delivery));
    return verdict;
}

std::chrono::seconds RetryPolicy::age_limit() const {
    const std::chrono::seconds kept = table::StreamRetention::period;
    return std::min(rules_.parameters.maximum_record_age.value_or(kept), kept);
}

std::size_t RetryPolicy::expired(const EventBatch& batch, Timestamp now) const {
    const Timestamp oldest = now - age_limit();
    const auto first = std::ranges::find_if_not(
        batch.records, [&](const EventRecord& record) { return record.time < oldest; });
    return static_cast<std::size_t>(first - batch.records.begin());
}

Timestamp RetryPolicy::expiry(const EventBatch& batch) const {
    if (batch.records.empty()) return Timestamp::max();
    return batch.records.front().time + age_limit() + std::chrono::microseconds(1);
}

std::chrono::milliseconds RetryPolicy::wait_after(std::size_t failures) const {
    constexpr int max_factor = 100;
    constexpr std::size_t doublings = 7;  // 2^7 is more than a hundredfold.
    const int factor = 1 << std::min(failures - 1, doublings);
    return rules_.first_retry_wait * std::min(factor, max_factor);
}

}  // namespace tailrace::stream
