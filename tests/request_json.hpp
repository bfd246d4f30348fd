#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/model/json_text.hpp"

namespace tailrace::tests {

/// JSON that is nested as deep as that of a request may be.
inline boost::json::value request_json(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = max_request_depth;
    return boost::json::parse(text, {}, options);
}

}  // namespace tailrace::tests
