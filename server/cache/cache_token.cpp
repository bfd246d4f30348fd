#include "server/cache/cache_token.hpp"

#include <boost/json.hpp>
#include <string>

#include "engine/model/base64.hpp"
#include "engine/model/json_text.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// Returns a member of a JSON object that is encoded in base64, or null if there is no such object or member.
json::value member_of(std::string_view base64, std::string_view name) {
    const auto text = decode_base64_url(base64);
    if (!text) return nullptr;
    json::error_code error;
    const json::value parsed = parse_json(*text, error);
    if (error || !parsed.is_object()) return nullptr;
    const json::value* member = parsed.get_object().if_contains(name);
    return member != nullptr ? *member : nullptr;
}

/// Returns the middle part of header.claims.signature.
std::string_view claims_of(std::string_view token) {
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos) return {};
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos) return {};
    return token.substr(first + 1, second - first - 1);
}

}  // namespace

std::optional<Timestamp> expiry_of_token(std::string_view token) {
    constexpr double latest_seconds = 1e11;
    std::string inner;
    if (token.find('.') == std::string_view::npos) {
        const json::value key = member_of(token, "api_key");
        if (!key.is_string()) return std::nullopt;
        inner = key.get_string();
        token = inner;
    }
    const json::value expiry = member_of(claims_of(token), "exp");
    if (!expiry.is_number()) return std::nullopt;
    const auto seconds = expiry.to_number<double>();
    if (!(seconds >= 0 && seconds < latest_seconds)) return std::nullopt;
    return Timestamp(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

}  // namespace tailrace::server
