#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/model/api_error.hpp"
#include "engine/model/request.hpp"
#include "tests/request_json.hpp"

/// Runs `check`, which takes a Request or a JSON object, on it. Returns "ValidationException: …" or
/// "accepted".
template <typename Check>
std::string refusal(Check check, std::string_view request) {
    try {
        const boost::json::value json = tailrace::tests::request_json(request);
        if constexpr (std::is_invocable_v<Check, tailrace::Request>) {
            check(tailrace::Request(json.as_object()));
        } else {
            check(json.as_object());
        }
    } catch (const tailrace::ApiError& error) {
        return std::string(error.name()) + ": " + error.message();
    }
    return "accepted";
}
