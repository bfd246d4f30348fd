#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "engine/expression/placeholders.hpp"
#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"

namespace tailrace::expression {

/// Reads an item from wire JSON.
inline AttributeMap item(std::string_view json) {
    return parse_attribute_map(boost::json::parse(json).as_object());
}

/// The placeholders of a request with these two maps, given as JSON; an empty text leaves a map out.
inline Placeholders placeholders(std::string_view names, std::string_view values = {}) {
    boost::json::object request;
    if (!names.empty()) request["ExpressionAttributeNames"] = boost::json::parse(names);
    if (!values.empty()) request["ExpressionAttributeValues"] = boost::json::parse(values);
    return Placeholders::read(Request(request));
}

/// The message of the ValidationException that `action` throws; empty if it succeeds.
template <typename Action>
std::string message_of(Action action) {
    try {
        action();
    } catch (const ApiError& error) {
        return error.name() == "ValidationException" ? error.message() : std::string(error.name());
    }
    return {};
}

}  // namespace tailrace::expression
