#pragma once

#include <boost/json.hpp>
#include <string>

#include "stream/mapping/delivery/delivery.hpp"

namespace tailrace::stream {

/// Returns what Lambda sends to an OnFailure destination about a batch that it gives up. `now` is the
/// record's timestamp. If the handler gave the call no id, the record has a random one. A batch that became
/// too old has no responseContext, however often it was sent, and an approximateInvokeCount of 1 if it was
/// never sent: both were seen on AWS. Source: "Retain discarded records for a DynamoDB event source in
/// Lambda", example.
boost::json::object failure_record(const Discard& discard, const std::string& function_arn, Timestamp now);

/// Returns the key under which Lambda puts that record into a bucket, a different one each time:
/// "aws/lambda/ID/SHARD/2026/01/31/2026-01-31T12.00.00-UUID". Source: the same page, S3 destinations.
std::string failure_object_key(const std::string& mapping_id, const std::string& shard_id, Timestamp now);

}  // namespace tailrace::stream
