#include "stream/mapping/delivery/batch_answer.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/model/json_text.hpp"
#include "engine/model/sequence_number.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

BatchAnswer failure(std::string error) {
    return {BatchAnswer::Kind::failed, 0, std::move(error)};
}

const json::value* member(const json::value& value, std::string_view name) {
    return value.is_object() ? value.get_object().if_contains(name) : nullptr;
}

/// Returns the place of the record that an item failure names, or the number of records if it names none.
std::size_t place_of(const json::value& item_failure, const EventBatch& batch) {
    const json::value* id = member(item_failure, "itemIdentifier");
    if (id == nullptr || !id->is_string()) return batch.records.size();
    const auto sequence = parse_sequence(id->get_string());
    if (!sequence) return batch.records.size();
    const auto record = std::ranges::find(batch.records, *sequence, &EventRecord::sequence);
    return static_cast<std::size_t>(record - batch.records.begin());
}

/// If no failures are reported, the batch succeeded. If a failure names no record of the batch, the whole
/// batch failed.
BatchAnswer read_item_failures(const json::value& answer, const EventBatch& batch) {
    const json::value* reported = member(answer, "batchItemFailures");
    if (reported == nullptr || reported->is_null()) return {};
    if (!reported->is_array()) return failure("the response's batchItemFailures is not a list");
    std::size_t lowest = batch.records.size();
    for (const json::value& each : reported->get_array()) {
        const std::size_t place = place_of(each, batch);
        if (place == batch.records.size()) {
            return failure("the response's batchItemFailures names no record of the batch: " +
                           json::serialize(each));
        }
        lowest = std::min(lowest, place);
    }
    if (lowest == batch.records.size()) return {};
    return {BatchAnswer::Kind::partly_failed, lowest,
            "the function reported " + sequence_text(batch.records[lowest].sequence) + " as failed"};
}

}  // namespace

BatchAnswer read_answer(const HandlerResult& result, const EventBatch& batch,
                        const MappingParameters& parameters) {
    if (result.outcome == CallOutcome::not_invoked) {
        return {BatchAnswer::Kind::not_invoked, 0, result.error_message()};
    }
    if (result.outcome == CallOutcome::function_error) return failure(result.error_message());
    const bool reads_state = batch.window.has_value();
    if (!parameters.report_batch_item_failures && !reads_state) return {};

    json::error_code error;
    const json::value answer = parse_json(result.payload, error);
    if (error && !result.payload.empty()) return failure("the response is not JSON");
    const json::value* state = member(answer, "state");
    if (reads_state && (state == nullptr || state->is_null())) return failure("the response has no state");

    BatchAnswer read;
    if (parameters.report_batch_item_failures) read = read_item_failures(answer, batch);
    if (reads_state && read.kind != BatchAnswer::Kind::failed) read.state_json = json::serialize(*state);
    return read;
}

}  // namespace tailrace::stream
