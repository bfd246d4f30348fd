#include "server/signature/request_signature.hpp"

#include <algorithm>

#include "engine/model/api_error.hpp"
#include "engine/model/ascii_case.hpp"
#include "engine/model/base64.hpp"
#include "server/signature/sha256.hpp"
#include "server/wire/authorization_header.hpp"
#include "server/wire/signature.hpp"

namespace tailrace::server {
namespace {

std::string without_last_slashes(std::string credential) {
    while (credential.ends_with('/')) credential.pop_back();
    return credential;
}

std::vector<std::string> names_in(std::string_view signed_headers) {
    std::vector<std::string> names;
    while (!signed_headers.empty()) {
        const std::string_view name = signed_headers.substr(0, signed_headers.find(';'));
        names.push_back(lower_case(name));
        signed_headers.remove_prefix(std::min(name.size() + 1, signed_headers.size()));
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

/// Source: public reports of DynamoDB's answer. Older ones quote the header, newer ones its hash:
/// github.com/awslabs/fhir-works-on-aws-deployment/issues/379.
void require_pairs(std::string_view authorization) {
    for_each_parameter(authorization, [authorization](std::string_view parameter) {
        if (parameter.find('=') != std::string_view::npos) return;
        std::string message =
            "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and "
            "encoded with Base64): '";
        append_base64(message, bytes_of(sha256(authorization)));
        throw ApiError(exceptions::incomplete_signature, message.append("'."));
    });
}

RequestSignature signature_in_query(const RequestTarget& target) {
    const auto value = [&target](std::string_view name) { return target.parameter(name).value_or(""); };
    return {.algorithm = value("X-Amz-Algorithm"),
            .credential = without_last_slashes(value("X-Amz-Credential")),
            .signed_headers = names_in(value("X-Amz-SignedHeaders")),
            .signature = value("X-Amz-Signature"),
            .date = value("X-Amz-Date"),
            .session_token = value("X-Amz-Security-Token")};
}

RequestSignature signature_in_header(const HttpRequest& request, const RequestHeaders& headers) {
    const std::string_view authorization = trimmed(headers.authorization);
    const AuthorizationHeader parts(authorization);
    const HttpHeader* token = request.find_header("x-amz-security-token");
    return {.algorithm = std::string(first_part(authorization)),
            .credential = without_last_slashes(std::string(parts.credential)),
            .signed_headers = names_in(parts.signed_headers),
            .signature = std::string(parts.signature),
            .date = std::string(trimmed(headers.x_amz_date.empty() ? headers.date : headers.x_amz_date)),
            .session_token = token == nullptr ? std::string() : std::string(trimmed(token->value))};
}

}  // namespace

bool RequestSignature::covers(std::string_view lower_case_name) const {
    return std::ranges::binary_search(signed_headers, lower_case_name);
}

RequestSignature read_signature(const HttpRequest& request, const RequestHead& head) {
    const std::string_view authorization = trimmed(head.headers.authorization);
    if (authorization.starts_with(signature_prefix)) require_pairs(authorization);
    // Throws if anything is missing.
    read_caller(head.headers, head.target);
    return authorization.empty() ? signature_in_query(head.target)
                                 : signature_in_header(request, head.headers);
}

}  // namespace tailrace::server
