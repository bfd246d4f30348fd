#pragma once

#include <optional>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::server {

/// Returns when a Momento token expires, or nullopt if the token does not say, such as one that somebody made
/// up for a local server. Momento's tokens are JSON Web Tokens, either alone or as api_key in JSON that is
/// encoded in base64 as a whole. The signature is not checked: Momento refuses an expired token, whoever made
/// it.
std::optional<Timestamp> expiry_of_token(std::string_view token);

}  // namespace tailrace::server
