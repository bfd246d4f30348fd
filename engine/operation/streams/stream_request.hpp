#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "engine/operation/operation.hpp"

namespace tailrace::operation {

/// Throws ApiError::validation when the text names no stream, whether there is such a stream or not.
void check_stream_arn(std::string_view arn);

/// The request's StreamArn, checked. What the stream keeps no longer is removed before it is looked at.
std::string read_stream_arn(OperationContext& context, const boost::json::object& request);

/// Throws ApiError::resource_not_found, which names the stream.
const table::StreamDefinition& described_stream(table::ReadSession& session, std::string_view arn);

/// Throws ApiError::resource_not_found.
const table::Shard& described_shard(table::ReadSession& session, std::string_view stream_arn,
                                    std::string_view shard_id);

}  // namespace tailrace::operation
