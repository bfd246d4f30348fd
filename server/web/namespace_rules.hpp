#pragma once

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tailrace::server {

/// Returns true for 1 to 64 letters, digits, dots, underscores and hyphens. They must not all be dots:
/// clients take a part `..` of a path to mean the part before it.
inline bool is_namespace_name(std::string_view text) {
    constexpr std::size_t max_length = 64;
    const auto is_allowed = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
    };
    return text.size() <= max_length && std::ranges::all_of(text, is_allowed) &&
           text.find_first_not_of('.') != std::string_view::npos;
}

/// Which part of a request's credentials names its namespace, if nothing else does.
enum class Isolation : std::uint8_t { none, access_key, account, region, account_and_region };

/// Returns true for the id of an AWS account, which has twelve digits.
constexpr bool is_account_id(std::string_view text) {
    constexpr std::size_t digits = 12;
    return text.size() == digits && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// How the namespaces of a server are made and found.
struct NamespacesOptions {
    /// True if a namespace is made only by POST /_tailrace/namespaces, not by the first request that names
    /// it.
    bool are_explicit = false;
    /// The maximum number of namespaces beside the default one.
    std::size_t max_namespaces = 10'000;
    /// After how long without a request a namespace rests; zero for never.
    std::chrono::seconds idle_limit{300};
    /// Which part of a request's credentials names its namespace. If that includes the account, a namespace's
    /// account is the one in its name, such as 123456789012 or 123456789012.eu-west-1.
    Isolation isolation = Isolation::none;
};

}  // namespace tailrace::server
