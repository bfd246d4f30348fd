#pragma once

#include <string>
#include <string_view>

#include "engine/operation/operation.hpp"

namespace tailrace::operation {

/// Throws ApiError::validation when the text names no stream, whether there is such a stream or not.
void check_stream_arn(std::string_view arn);

/// The request's StreamArn, checked.
std::string read_stream_arn(const Request& request);

/// Removes what the stream keeps no longer, so that it is not looked at. There need be no such stream.
void trim_stream(const OperationContext& context, const std::string& arn);

/// Throws ApiError::resource_not_found, which names the stream.
const table::StreamDefinition& described_stream(const table::ReadSession& session, std::string_view arn);

/// Throws ApiError::resource_not_found.
const table::Shard& described_shard(const table::ReadSession& session, std::string_view stream_arn,
                                    std::string_view shard_id);

}  // namespace tailrace::operation
