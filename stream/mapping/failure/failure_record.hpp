#pragma once

#include <boost/json.hpp>
#include <string>

#include "stream/mapping/delivery/delivery.hpp"

namespace tailrace::stream {

/// What Lambda sends to an OnFailure destination about a batch that it gives up. Made at `now`; a call that
/// the handler gave no id gets a random one. A batch that became too old has no responseContext, however
/// often it was sent, and an approximateInvokeCount of 1 when it never was: both were seen on AWS. Source:
/// "Retain discarded records for a DynamoDB event source in Lambda", example.
boost::json::object failure_record(const Discard& discard, const std::string& function_arn, Timestamp now);

/// The key under which Lambda puts that into a bucket; another one each time:
/// "aws/lambda/ID/SHARD/2026/01/31/2026-01-31T12.00.00-UUID". Source: the same page, S3 destinations.
std::string failure_object_key(const std::string& mapping_id, const std::string& shard_id, Timestamp now);

}  // namespace tailrace::stream
