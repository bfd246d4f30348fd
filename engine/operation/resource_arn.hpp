#pragma once

#include <optional>
#include <string_view>

namespace tailrace::operation {

/// The parts of the ARN of a table, or of something that belongs to a table. They are views of the text.
///
///     arn := "arn:" partition ":dynamodb:" region ":" account ":table/" table ["/" kind "/" id]
struct ResourceArn {
    std::string_view region;
    std::string_view account;
    std::string_view table;
    /// "stream", "backup", "export" or "import", and its identifier; both empty for the ARN of the table
    /// itself.
    std::string_view kind;
    std::string_view id;

    /// Returns nullopt if `text` is not such an ARN.
    static std::optional<ResourceArn> parse(std::string_view text);
};

}  // namespace tailrace::operation
