#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/model/attribute_value.hpp"

namespace tailrace::partiql {

/// Where a SELECT goes on: the NextToken of its last page.
///
///     token := base64 of {"Table": name, "Index": name, "Read": number, "Key": {…}}
///
/// "Read" counts the reads that the statement becomes; "Key" is the key after which that one begins, and is
/// not there when it begins at its start.
struct NextToken {
    std::string table;
    std::string index;
    std::size_t read = 0;
    std::optional<AttributeMap> key{};

    std::string text() const;
    /// Throws ApiError::validation when the text is no token.
    static NextToken parse(std::string_view text);
};

[[noreturn]] void reject_next_token();

}  // namespace tailrace::partiql
