#pragma once

#include <string>
#include <string_view>

#include "engine/operation/operation.hpp"

namespace tailrace::operation {

/// Throws ApiError::validation if the text is not the ARN of a stream, whether the stream exists or not.
void check_stream_arn(std::string_view arn);

/// The request's StreamArn, checked.
std::string read_stream_arn(const Request& request);

/// Removes what the stream no longer keeps, so that it is not read. The stream need not exist.
void trim_stream(const OperationContext& context, const std::string& arn);

/// Throws ApiError::resource_not_found with the stream's ARN in its message.
const table::StreamDefinition& described_stream(const table::ReadSession& session, std::string_view arn);

/// Throws ApiError::resource_not_found.
const table::Shard& described_shard(const table::ReadSession& session, std::string_view stream_arn,
                                    std::string_view shard_id);

}  // namespace tailrace::operation
