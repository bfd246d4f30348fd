#pragma once

#include <optional>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::server {

/// Returns the time at which a Momento token expires. Returns nullopt if the token does not say, such as a
/// token that somebody made up for a local server. Momento's tokens are JSON Web Tokens, either alone or as
/// api_key in JSON that is encoded in base64 as a whole. The signature is not checked: Momento refuses an
/// expired token, whoever made it.
std::optional<Timestamp> expiry_of_token(std::string_view token);

}  // namespace tailrace::server
