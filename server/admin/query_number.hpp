#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "engine/model/parse_number.hpp"
#include "server/web/web_message.hpp"

namespace tailrace::server {

/// A parameter of a query that is not a number; what() says so.
class BadParameter : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

/// Returns the whole number in a parameter of a request's query, or nullopt if the query does not have it.
/// Throws BadParameter.
inline std::optional<std::uint64_t> number_in(const WebRequest& request, std::string_view name) {
    const std::optional<std::string> text = request.target.parameter(name);
    if (!text) return std::nullopt;
    const auto number = parse_number<std::uint64_t>(*text);
    if (!number)
        throw BadParameter(std::string(name) + " must be a number from 0 on; it is '" + *text + "'.");
    return number;
}

}  // namespace tailrace::server
