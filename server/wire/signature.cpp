#include "server/wire/signature.hpp"

#include <algorithm>
#include <array>

#include "engine/model/api_error.hpp"
#include "server/wire/authorization_header.hpp"

namespace tailrace::server {
namespace {

/// Parses "AKID/20260131/eu-west-1/dynamodb/aws4_request": the access key (which may itself contain slashes),
/// then four parts. AWS ignores slashes at the end.
Caller caller_of(std::string_view credential) {
    while (credential.ends_with('/')) credential.remove_suffix(1);
    // The last four slashes, however many there are.
    std::array<std::size_t, 4> slashes;
    std::size_t count = 0;
    for (std::size_t at = credential.find('/'); at != std::string_view::npos;
         at = credential.find('/', at + 1)) {
        slashes[count++ % slashes.size()] = at;
    }
    if (count < slashes.size()) return {std::string(credential.substr(0, credential.find('/'))), ""};
    const std::size_t first = slashes[count % slashes.size()];
    const std::size_t region = slashes[(count + 1) % slashes.size()] + 1;
    const std::size_t end = slashes[(count + 2) % slashes.size()];
    return {std::string(credential.substr(0, first)), std::string(credential.substr(region, end - region))};
}

Caller read_header_caller(const RequestHeaders& headers, std::string_view authorization) {
    const AuthorizationHeader parts(authorization);
    std::string missing;
    const auto require = [&missing](std::string_view value, std::string_view name) {
        if (!value.empty()) return;
        missing.append("Authorization header requires '").append(name).append("' parameter. ");
    };
    require(parts.credential, "Credential");
    require(parts.signature, "Signature");
    require(parts.signed_headers, "SignedHeaders");
    if (headers.x_amz_date.empty() && headers.date.empty()) {
        missing.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
    }
    if (!missing.empty()) {
        throw ApiError(exceptions::incomplete_signature,
                       missing.append("Authorization=").append(authorization));
    }
    return caller_of(parts.credential);
}

Caller read_query_caller(const RequestTarget& target) {
    constexpr std::array<std::string_view, 5> names = {
        "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"};
    std::string missing;
    for (const std::string_view name : names) {
        if (!target.parameter(name).value_or("").empty()) continue;
        missing.append("AWS query-string parameters must include '").append(name).append("'. ");
    }
    if (!missing.empty()) {
        throw ApiError(exceptions::incomplete_signature,
                       missing.append("Re-examine the query-string parameters."));
    }
    return caller_of(*target.parameter("X-Amz-Credential"));
}

}  // namespace

Caller read_caller(const RequestHeaders& headers, const RequestTarget& target) {
    const std::string_view authorization = trimmed(headers.authorization);
    const bool query_signs = !target.query().empty() && target.parameter("X-Amz-Algorithm").has_value();
    if (!authorization.empty() && query_signs) {
        throw ApiError(
            exceptions::invalid_signature,
            "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
    }
    if (query_signs) return read_query_caller(target);
    if (!authorization.starts_with(signature_prefix)) {
        throw ApiError(exceptions::missing_authentication_token, "Request is missing Authentication Token");
    }
    return read_header_caller(headers, authorization);
}

std::string access_key_of(std::string_view authorization) {
    if (!authorization.starts_with(signature_prefix)) return {};
    return caller_of(AuthorizationHeader(authorization).credential).access_key_id;
}

}  // namespace tailrace::server
