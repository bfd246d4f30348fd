#include "engine/operation/streams/stream_request.hpp"

#include "engine/model/api_error.hpp"
#include "engine/operation/resource_arn.hpp"
#include "engine/table/changes/stream_retention.hpp"

namespace tailrace::operation {

void check_stream_arn(std::string_view arn) {
    const auto parsed = ResourceArn::parse(arn);
    if (!parsed || parsed->kind != "stream") throw ApiError::validation("Invalid StreamArn");
}

std::string read_stream_arn(const Request& request) {
    std::string arn(*request.text("StreamArn"));
    check_stream_arn(arn);
    return arn;
}

void trim_stream(const OperationContext& context, const std::string& arn) {
    table::StreamRetention().trim_slice(context.database, arn, context.clock.now());
}

const table::StreamDefinition& described_stream(const table::ReadSession& session, std::string_view arn) {
    const table::StreamDefinition* stream = session.catalogue().find_stream(arn);
    if (stream == nullptr) {
        throw ApiError::resource_not_found("Requested resource not found: Stream: " + std::string(arn) +
                                           " not found");
    }
    return *stream;
}

const table::Shard& described_shard(const table::ReadSession& session, std::string_view stream_arn,
                                    std::string_view shard_id) {
    const table::Shard* shard = session.catalogue().shards_of(stream_arn).find(shard_id);
    if (shard == nullptr) {
        throw ApiError::resource_not_found("Requested resource not found: Shard does not exist");
    }
    return *shard;
}

}  // namespace tailrace::operation
