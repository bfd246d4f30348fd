#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/model/json_text.hpp"

namespace tailrace::tests {

/// Parses JSON up to the nesting that a request may have.
inline boost::json::value request_json(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = max_request_depth;
    return boost::json::parse(text, {}, options);
}

}  // namespace tailrace::tests
