#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "engine/model/api_error.hpp"

/// What `check` answers to a request: "ValidationException: …", or "accepted".
template <typename Check>
std::string refusal(Check check, std::string_view request) {
    try {
        check(boost::json::parse(request).as_object());
    } catch (const tailrace::ApiError& error) {
        return std::string(error.name()) + ": " + error.message();
    }
    return "accepted";
}
