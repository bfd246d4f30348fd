#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/wire/http_message.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {

/// The parts of a request's signature, from its Authorization header or from its query.
struct RequestSignature {
    std::string algorithm;
    /// "AKID/20260131/eu-west-1/dynamodb/aws4_request", without slashes at its end.
    std::string credential;
    /// In lower case, sorted, each once.
    std::vector<std::string> signed_headers;
    std::string signature;
    /// The date and time in X-Amz-Date, or else in Date.
    std::string date;
    /// X-Amz-Security-Token; empty if the request has none.
    std::string session_token;

    bool covers(std::string_view lower_case_name) const;
};

/// Reads the signature of a request. Throws ApiError as read_caller() does, and before that
/// IncompleteSignatureException for a parameter of the header without an equal sign.
RequestSignature read_signature(const HttpRequest& request, const RequestHead& head);

}  // namespace tailrace::server
