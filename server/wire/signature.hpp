#pragma once

#include <string>
#include <string_view>

#include "engine/operation/engine.hpp"
#include "server/wire/request_headers.hpp"
#include "server/wire/request_target.hpp"

namespace tailrace::server {

/// Returns who signed a request, from its Authorization header or its query string (Signature Version 4).
///
/// The signature must be present and complete, as AWS requires before it checks the signature's value. The
/// value itself is not checked: any access key and any region is accepted. Throws ApiError as AWS would:
/// MissingAuthenticationTokenException, InvalidSignatureException if both places have a signature,
/// IncompleteSignatureException that lists the missing parts.
Caller read_caller(const RequestHeaders& headers, const RequestTarget& target);

/// Returns the access key id in an Authorization header of Signature Version 4, complete or not, or an empty
/// string if there is none.
std::string access_key_of(std::string_view authorization);

}  // namespace tailrace::server
