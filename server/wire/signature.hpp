#pragma once

#include <string>
#include <string_view>

#include "engine/operation/engine.hpp"
#include "server/wire/request_headers.hpp"
#include "server/wire/request_target.hpp"

namespace tailrace::server {

/// Who signed a request, from its Authorization header or its query string (Signature Version 4).
///
/// The signature must be there and complete, as AWS asks of it before it looks at its value; the value itself
/// is not checked: any access key and any region is accepted. Throws ApiError as AWS would:
/// MissingAuthenticationTokenException, InvalidSignatureException when both places sign,
/// IncompleteSignatureException listing the parts that are missing.
Caller read_caller(const RequestHeaders& headers, const RequestTarget& target);

/// The access key id in an Authorization header that is signed so, whole or not; empty where there is none.
std::string access_key_of(std::string_view authorization);

}  // namespace tailrace::server
