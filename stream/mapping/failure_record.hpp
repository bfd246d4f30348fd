#pragma once

#include <boost/json.hpp>
#include <string>

#include "stream/mapping/delivery.hpp"

namespace tailrace::stream {

/// What Lambda sends to an OnFailure destination about a batch that it gives up. Made at `now`; a call that
/// the handler gave no id gets a random one. A batch that became too old has no responseContext, however
/// often it was sent, and an approximateInvokeCount of 1 when it never was: both were seen on AWS. Source:
/// "Retain discarded records for a DynamoDB event source in Lambda", example.
boost::json::object failure_record(const Discard& discard, const std::string& function_arn, Timestamp now);

}  // namespace tailrace::stream
