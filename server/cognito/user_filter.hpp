#pragma once

#include <string>
#include <string_view>

#include "server/cognito/user.hpp"

namespace tailrace::server {

/// Returns true if users can be searched by the attribute. Source: Filter of ListUsers in the API reference.
bool is_searchable(std::string_view attribute);

/// The Filter of ListUsers: `email = "a@b.example"` or `given_name ^= "Jo"`. Quotes and backslashes in the
/// value are escaped by a backslash. The attribute's name may be quoted, too. An empty text matches
/// everybody. Source: ListUsers in the API reference; "Searching for users using the ListUsers API" in the
/// guide.
class UserFilter {
  public:
    /// Throws CognitoError: "Error while parsing filter." or "Invalid search attribute: custom:team".
    explicit UserFilter(std::string_view text);

    bool matches(const User& user) const;

  private:
    enum class Comparison { everybody, equal, prefix };

    Comparison comparison_ = Comparison::everybody;
    std::string attribute_;
    std::string value_;
};

}  // namespace tailrace::server
