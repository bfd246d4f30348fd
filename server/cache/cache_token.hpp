#pragma once

#include <optional>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::server {

/// When a Momento token expires; nothing where it does not say so, as a token that somebody made up for a
/// local server. Momento's tokens are JSON Web Tokens, alone or as api_key in JSON that is base64 as a whole.
/// The signature is not looked at: whoever made it, an expired token is refused there.
std::optional<Timestamp> expiry_of_token(std::string_view token);

}  // namespace tailrace::server
