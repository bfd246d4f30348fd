#pragma once

#include <string>

#include "server/signature/request_signature.hpp"

namespace tailrace::server {

/// Returns what a signature covers, one part per line: the method, the path, the query, the signed headers,
/// their names, and the hash of the body. The path is the whole path as it was sent, with the prefix of a
/// namespace: "/~blue/". Clients encode it once more for the signature, and so does this function.
/// Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
std::string canonical_request(const HttpRequest& request, const RequestHead& head,
                              const RequestSignature& signature);

}  // namespace tailrace::server
