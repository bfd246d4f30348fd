#include "server/cognito/user_filter.hpp"

#include <algorithm>
#include <array>

#include "engine/model/ascii_case.hpp"
#include "server/cognito/cognito_error.hpp"

namespace tailrace::server {
namespace {

/// The attributes that users can be searched by. Custom attributes are not among them.
constexpr std::array<std::string_view, 10> searchable = {
    "username",   "email",       "phone_number",       "name",
    "given_name", "family_name", "preferred_username", "cognito:user_status",
    "status",     "sub"};

class FilterParser {
  public:
    explicit FilterParser(std::string_view text) : rest_(text) {}

    bool is_at_end() {
        skip_spaces();
        return rest_.empty();
    }

    std::string attribute() {
        skip_spaces();
        if (rest_.starts_with('"')) return quoted();
        const std::size_t end = std::min(rest_.find_first_of(" \t\r\n=^\""), rest_.size());
        if (end == 0) fail();
        return taken(end);
    }

    /// Returns true if the filter asks for a prefix, by ^=, and not for the whole value.
    bool is_prefix() {
        skip_spaces();
        const bool prefix = rest_.starts_with('^');
        if (prefix) rest_.remove_prefix(1);
        if (!rest_.starts_with('=')) fail();
        rest_.remove_prefix(1);
        return prefix;
    }

    std::string quoted() {
        skip_spaces();
        if (!rest_.starts_with('"')) fail();
        rest_.remove_prefix(1);
        std::string value;
        while (!rest_.starts_with('"')) {
            if (rest_.starts_with('\\')) rest_.remove_prefix(1);
            if (rest_.empty()) fail();
            value.push_back(rest_.front());
            rest_.remove_prefix(1);
        }
        rest_.remove_prefix(1);
        return value;
    }

    [[noreturn]] static void fail() { throw CognitoError::invalid_parameter("Error while parsing filter."); }

  private:
    void skip_spaces() {
        while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != std::string_view::npos) {
            rest_.remove_prefix(1);
        }
    }

    std::string taken(std::size_t length) {
        std::string text(rest_.substr(0, length));
        rest_.remove_prefix(length);
        return text;
    }

    std::string_view rest_;
};

}  // namespace

bool is_searchable(std::string_view attribute) {
    return std::ranges::find(searchable, attribute) != searchable.end();
}

UserFilter::UserFilter(std::string_view text) {
    FilterParser parser(text);
    if (parser.is_at_end()) return;
    attribute_ = parser.attribute();
    comparison_ = parser.is_prefix() ? Comparison::prefix : Comparison::equal;
    value_ = parser.quoted();
    if (!parser.is_at_end()) FilterParser::fail();
    if (!is_searchable(attribute_)) {
        throw CognitoError::invalid_parameter("Invalid search attribute: " + attribute_);
    }
    // This is the only search that ignores case.
    if (attribute_ == "cognito:user_status") value_ = upper_case(value_);
}

bool UserFilter::matches(const User& user) const {
    if (comparison_ == Comparison::everybody) return true;
    const auto agrees = [this](std::string_view text) {
        return comparison_ == Comparison::equal ? text == value_ : text.starts_with(value_);
    };
    if (attribute_ == "username") return agrees(user.username);
    if (attribute_ == "cognito:user_status") return agrees(user.status);
    if (attribute_ == "status") return agrees(user.enabled ? "Enabled" : "Disabled");
    const std::string* value = user.attribute(attribute_);
    return value != nullptr && agrees(*value);
}

}  // namespace tailrace::server
