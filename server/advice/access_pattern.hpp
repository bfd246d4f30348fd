#pragma once

#include <compare>
#include <string>

#include "engine/operation/engine.hpp"

namespace tailrace::server {

/// What requests that differ only in their values have in common.
struct AccessPattern {
    std::string operation;
    /// The names, separated by commas.
    std::string tables = {};
    /// Empty for the table itself.
    std::string index = {};
    /// "pk = ? AND begins_with(sk, ?)"; empty for a request without a key condition.
    std::string key_condition = {};
    std::string filter = {};
    /// A PartiQL statement without its values; of a batch, the first one.
    std::string statement = {};

    auto operator<=>(const AccessPattern&) const = default;
};

/// Returns the pattern of a request. Each of its texts has at most 300 bytes.
AccessPattern pattern_of(const RequestReport& report);

/// Returns a PartiQL statement with ? for each text and number.
std::string statement_shape(std::string_view statement);

/// Returns the name of a pattern for people: "Query music.by-album (album = ?)".
std::string shown_pattern(const AccessPattern& pattern);

}  // namespace tailrace::server
