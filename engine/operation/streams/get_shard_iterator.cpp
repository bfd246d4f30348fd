#include <algorithm>

#include "engine/model/api_error.hpp"
#include "engine/model/sequence_number.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/streams/stream_request.hpp"
#include "engine/table/changes/shard_iterator.hpp"
#include "engine/table/changes/shard_reader.hpp"

namespace tailrace::operation {
namespace {

/// The position at which an iterator begins.
struct Start {
    std::string_view type;
    /// Set for the types that use a sequence number.
    std::optional<std::uint64_t> sequence = {};
};

struct ShardIteratorRequest {
    std::string stream_arn;
    std::string_view shard_id;
    Start start;
};

Start read_start(const Request& request) {
    Start start{*request.text("ShardIteratorType")};
    const auto given = request.text("SequenceNumber");
    const bool wanted = start.type == "AT_SEQUENCE_NUMBER" || start.type == "AFTER_SEQUENCE_NUMBER";
    if (wanted != given.has_value()) {
        throw ApiError::validation("One or more parameter values were invalid: SequenceNumber is " +
                                   std::string(wanted ? "required" : "not allowed") +
                                   " for ShardIteratorType " + std::string(start.type));
    }
    if (!given) return start;
    start.sequence = parse_sequence(*given);
    if (!start.sequence) throw ApiError::validation("Invalid SequenceNumber");
    return start;
}

/// The number after which the iterator reads. `newest` is what table::newest_in() says.
std::uint64_t place_in(const table::Shard& shard, const Start& start, std::uint64_t newest) {
    const std::uint64_t end = shard.ending_sequence.value_or(newest);
    if (start.type == "TRIM_HORIZON") return std::max(shard.starting_sequence, shard.trimmed_sequence);
    if (start.type == "LATEST") return end;
    const std::uint64_t sequence = *start.sequence;
    if (sequence < shard.starting_sequence || sequence > end) {
        throw ApiError::validation("Invalid SequenceNumber");
    }
    // No record has the starting number, so AT and AFTER are the same position.
    const bool at_record = start.type == "AT_SEQUENCE_NUMBER" && sequence > shard.starting_sequence;
    const std::uint64_t after = at_record ? sequence - 1 : sequence;
    if (after < shard.trimmed_sequence) {
        throw ApiError(exceptions::trimmed_data_access,
                       "The data you are trying to access has been trimmed.");
    }
    return after;
}

}  // namespace

std::string get_shard_iterator(OperationContext& context, const Request& request) {
    const ShardIteratorRequest wanted{read_stream_arn(request), *request.text("ShardId"),
                                      read_start(request)};
    trim_stream(context, wanted.stream_arn);

    const table::ShardIterator iterator = context.read([&](table::ReadSession& session) {
        const table::StreamDefinition& stream = described_stream(session, wanted.stream_arn);
        const table::Shard& shard = described_shard(session, wanted.stream_arn, wanted.shard_id);
        return table::ShardIterator{
            .stream_arn = wanted.stream_arn,
            .shard_id = shard.id,
            .after = place_in(shard, wanted.start, table::newest_in(session, stream, shard)),
            .created = session.now()};
    });

    ResponseBody body;
    body.member("ShardIterator", boost::json::value(iterator.text()));
    return std::move(body).take();
}

}  // namespace tailrace::operation
