#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace tailrace {

/// The maximum nesting of responses and records. An attribute may have 32 levels, each of which takes two
/// levels of JSON, and the response adds some around it. The default limit of Boost.JSON is 32.
inline constexpr std::size_t max_json_depth = 128;

/// The maximum nesting of requests. A deeper request is refused unread. If a request within this limit has an
/// item that is nested too deep, it is refused with DynamoDB's message, in DynamoDB's order of checks. The
/// limit is deeper than anything that was tried on AWS.
inline constexpr std::size_t max_request_depth = 256;

/// Parses JSON up to max_json_depth. Throws boost::system::system_error if the text is not valid JSON.
boost::json::value parse_json(std::string_view text, boost::json::storage_ptr memory = {});
/// The same, but reports the fault in `error` and does not throw.
boost::json::value parse_json(std::string_view text, boost::json::error_code& error);

/// Appends a value as JSON. Numbers with a fraction have AWS's form: 0.5, 1.0, 12.5 and 1.795275392179E9.
void append_json(std::string& out, const boost::json::object& object);
void append_json(std::string& out, const boost::json::value& value);

/// Returns where text stops being JSON: "line 3, column 14".
std::string place_of_json_fault(std::string_view text);

}  // namespace tailrace
