#pragma once

#include <boost/json.hpp>
#include <string_view>

namespace tailrace::server {

/// Returns null for an empty text.
inline boost::json::value text_or_null(std::string_view text) {
    return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
}

}  // namespace tailrace::server
