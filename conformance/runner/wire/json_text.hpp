#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace tailrace::conformance {

/// Parses JSON, up to the nesting of the deepest answer or case. Sets `error` on failure.
boost::json::value parse_json(std::string_view text, boost::json::error_code& error);

/// The value over several lines, indented by two spaces; a part that fits on one line is put on one. Each
/// line but the first begins with `indent`.
std::string pretty(const boost::json::value& value, const std::string& indent = "");

/// The value at `path` ("Item.tags.0") within `value`; null if there is none.
const boost::json::value* find_path(const boost::json::value& value, std::string_view path);

/// Base64 with padding.
std::string to_base64(std::string_view bytes);
/// Throws std::invalid_argument if the text is not base64 with padding.
std::string from_base64(std::string_view text);

}  // namespace tailrace::conformance
