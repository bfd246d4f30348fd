#pragma once

#include <optional>
#include <string_view>

namespace tailrace::operation {

/// The ARN of a table or of something that belongs to one, taken apart. Views of the text it was read from.
///
///     arn := "arn:" partition ":dynamodb:" region ":" account ":table/" table ["/" kind "/" id]
struct ResourceArn {
    std::string_view region;
    std::string_view account;
    std::string_view table;
    /// "stream", "backup", "export" or "import" and what names one; empty when the ARN is the table's own.
    std::string_view kind;
    std::string_view id;

    /// Nothing when `text` is no such ARN.
    static std::optional<ResourceArn> parse(std::string_view text);
};

}  // namespace tailrace::operation
