#include "engine/operation/resource_arn.hpp"

namespace tailrace::operation {
namespace {

/// Removes the text up to and including the next `mark`, and returns what was before the mark. Takes the
/// whole text if there is no mark.
std::string_view cut(std::string_view& text, char mark) {
    const std::size_t end = text.find(mark);
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return part;
}

}  // namespace

std::optional<ResourceArn> ResourceArn::parse(std::string_view text) {
    if (cut(text, ':') != "arn") return std::nullopt;
    cut(text, ':');
    if (cut(text, ':') != "dynamodb") return std::nullopt;
    ResourceArn arn;
    arn.region = cut(text, ':');
    arn.account = cut(text, ':');
    if (cut(text, '/') != "table") return std::nullopt;
    arn.table = cut(text, '/');
    arn.kind = cut(text, '/');
    arn.id = text;
    if (arn.table.empty() || arn.kind.empty() != arn.id.empty()) return std::nullopt;
    return arn;
}

}  // namespace tailrace::operation
