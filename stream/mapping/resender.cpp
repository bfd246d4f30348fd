#include "stream/mapping/resender.hpp"

#include "engine/model/json_text.hpp"
#include "engine/model/sequence_number.hpp"
#include "stream/mapping/delivery/batch_answer.hpp"
#include "stream/mapping/delivery/call_function.hpp"
#include "stream/mapping/source/item_lane.hpp"

namespace tailrace::stream {
namespace {

/// The maximum number of records to read again in one read, while requests wait.
constexpr std::size_t max_rows_of_range = 1'000;

constexpr const char* was_ended = "the request ended before everything was sent";

/// Returns why a replay has sent nothing. `records` is the number of records in its range.
std::string why_nothing(SequenceRange range, std::size_t records) {
    if (range.to == 0) return "the mapping has not handled any records yet";
    const std::string from_to = sequence_text(range.from) + " to " + sequence_text(range.to);
    if (range.from > range.to) return "the range ends before it begins: " + from_to;
    if (records == 0) return "the stream has no records from " + from_to;
    return "the mapping's filters reject all records from " + from_to;
}

/// Returns why a redrive of a range has no batch to send.
std::string why_no_batch(SequenceRange range, bool has_given_up) {
    if (!has_given_up) return "nothing has been given up";
    return "no batch that has been given up has records from " + sequence_text(range.from) + " to " +
           sequence_text(range.to);
}

/// Describes batches that no redrive can send any more.
std::string lost(std::size_t batches) {
    return std::to_string(batches) + (batches == 1 ? " batch has" : " batches have") +
           " no records left to send: the stream has removed them, or the filters reject them";
}

}  // namespace

Resending Resender::replay(SequenceRange range, const std::stop_token& given_up) {
    const std::lock_guard turn(one_at_a_time_);
    const std::size_t batch_size = target_().rules.parameters.batch_size;
    Resending resending;
    StreamSource::Range rest{range.from, range.to};
    std::size_t records = 0;
    while (rest.from <= rest.to && !given_up.stop_requested()) {
        const StreamSource::Page page = parts_.source.read_range(rest, batch_size);
        if (page.changes.empty()) break;
        records += page.changes.size();
        rest.from = page.changes.back().sequence + 1;
        const auto batch = std::make_shared<EventBatch>();
        add_accepted(*batch, page);
        if (!batch->records.empty()) resending.add(resend(batch, InvocationCause::replay));
    }
    if (given_up.stop_requested()) {
        resending.reason = was_ended;
    } else if (resending.batches == 0) {
        resending.reason = why_nothing(range, records);
    }
    return resending;
}

Resending Resender::redrive(SequenceRange range, const std::stop_token& given_up) {
    const std::lock_guard turn(one_at_a_time_);
    Resending resending;
    std::vector<DiscardedBatch> chosen = parts_.journal.discarded();
    const bool has_given_up = !chosen.empty();
    std::erase_if(chosen, [range](const DiscardedBatch& each) {
        return each.last_sequence < range.from || each.first_sequence > range.to;
    });
    if (chosen.empty()) resending.reason = why_no_batch(range, has_given_up);
    std::size_t lost_batches = 0;
    for (const DiscardedBatch& discarded : chosen) {
        if (given_up.stop_requested()) {
            resending.reason = was_ended;
            return resending;
        }
        const std::shared_ptr<EventBatch> batch = read_again(discarded);
        bool has_failed = false;
        if (batch->records.empty()) {
            ++lost_batches;
        } else {
            const Invocation invocation = resend(batch, InvocationCause::redrive);
            resending.add(invocation);
            has_failed = invocation.has_failed();
        }
        // A batch that the stream no longer has cannot be sent again.
        if (!has_failed) parts_.journal.remove(discarded);
    }
    if (lost_batches > 0) resending.reason = lost(lost_batches);
    return resending;
}

/// Returns the records of a batch that the stream still has and the filters accept.
std::shared_ptr<EventBatch> Resender::read_again(const DiscardedBatch& discarded) {
    auto batch = std::make_shared<EventBatch>();
    batch->shard_id = discarded.shard_id;
    StreamSource::Range rest{discarded.first_sequence, discarded.last_sequence, discarded.shard_id};
    while (true) {
        const StreamSource::Page page = parts_.source.read_range(rest, max_rows_of_range);
        if (page.changes.empty()) break;
        rest.from = page.changes.back().sequence + 1;
        add_accepted(*batch, page);
    }
    std::erase_if(batch->records, [&](const EventRecord& record) {
        return item_lane(parse_json(record.json), discarded.lanes) != discarded.lane;
    });
    return batch;
}

void Resender::add_accepted(EventBatch& batch, const StreamSource::Page& page) {
    const DeliveryRules rules = target_().rules;
    batch.table_name = table_name_;
    batch.stream_arn = page.stream_arn;
    for (const table::LoggedChange& change : page.changes) {
        if (rules.accepts && !rules.accepts(parse_json(change.record_json))) continue;
        batch.records.push_back({change.sequence, change.record_json, change.time});
    }
}

Invocation Resender::resend(std::shared_ptr<const EventBatch> batch, InvocationCause cause) {
    const Target target = target_();
    Invocation invocation = call_function(*target.handler, batch, parts_.engine.clock());
    invocation.cause = cause;
    invocation.attempt = 1;
    invocation.error = read_answer(invocation.result, *batch, target.rules.parameters).error;
    parts_.journal.note_resent(invocation);
    if (invocation.result.is_crash()) parts_.report(invocation);
    return invocation;
}

}  // namespace tailrace::stream
