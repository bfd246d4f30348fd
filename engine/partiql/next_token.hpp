#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/model/attribute_value.hpp"

namespace tailrace::partiql {

/// The position at which a SELECT continues: the NextToken of its last page.
///
///     token := base64 of {"Table": name, "Index": name, "Read": number, "Key": {…}}
///
/// "Read" is the index of the planned read that comes next. "Key" is the key after which this read begins; it
/// is absent if the read begins with the first row of its range.
struct NextToken {
    std::string table;
    std::string index;
    std::size_t read = 0;
    std::optional<AttributeMap> key{};

    std::string text() const;
    /// Throws ApiError::validation if the text is not a token.
    static NextToken parse(std::string_view text);
};

[[noreturn]] void reject_next_token();

}  // namespace tailrace::partiql
