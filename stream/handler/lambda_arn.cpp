#include "stream/handler/lambda_arn.hpp"

#include <algorithm>

namespace tailrace::stream {
namespace {

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Removes what precedes the function's name.
std::string_view without_prefix(std::string_view text) {
    constexpr std::string_view before_name = "function:";
    constexpr std::size_t account_digits = 12;
    const std::size_t start = text.find(before_name);
    if (start == 0 || (start != std::string_view::npos && text[start - 1] == ':')) {
        return text.substr(start + before_name.size());
    }
    const bool has_account = text.find(':') == account_digits && is_number(text.substr(0, account_digits));
    return has_account ? text.substr(account_digits + 1) : text;
}

}  // namespace

std::string lambda_arn(const EngineOptions& options, std::string_view resource) {
    return ("arn:aws:lambda:" + options.region + ":" + options.account_id + ":").append(resource);
}

FunctionReference FunctionReference::parse(std::string_view text) {
    text = without_prefix(text);
    const std::size_t colon = text.find(':');
    FunctionReference reference{std::string(text.substr(0, colon)), {}};
    if (colon != std::string_view::npos) reference.qualifier = text.substr(colon + 1);
    return reference;
}

std::string FunctionReference::text() const {
    return qualifier.empty() ? name : name + ":" + qualifier;
}

std::string FunctionReference::executed_version() const {
    return is_number(qualifier) ? qualifier : "$LATEST";
}

}  // namespace tailrace::stream
