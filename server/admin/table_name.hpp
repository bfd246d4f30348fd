#pragma once

#include <string>
#include <string_view>

#include "engine/table/catalogue/catalogue.hpp"
#include "engine/validation/constraint.hpp"

namespace tailrace::server {

/// What a member TableName must be, for people.
constexpr std::string_view table_name_rule =
    "TableName must be the name of a table, 3 to 255 of the characters A-Z a-z 0-9 _ . -, or its ARN.";

/// Returns the name of a table, which may be given as an ARN; an empty text if no table can have it.
inline std::string table_name_in(std::string_view text) {
    const std::string_view name = table::table_name_of(text);
    return validation::is_table_name(name) ? std::string(name) : std::string();
}

}  // namespace tailrace::server
