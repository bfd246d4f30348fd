#pragma once

#include <string>
#include <vector>

#include "server/signature/canonical_request.hpp"
#include "server/signature/key_pair.hpp"
#include "server/signature/sha256.hpp"
#include "tests/server/front_door_fixture.hpp"

namespace tailrace::server {

/// A request to sign, and what to sign it with.
struct UnsignedRequest {
    std::string method = "POST";
    std::string target = "/";
    Headers headers = {};
    std::string body = {};
    KeyPair pair = {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
    std::string date = "20260131T120000Z";
    std::string region = "us-east-1";
    std::string service = "dynamodb";

    std::string scope() const { return date.substr(0, 8) + "/" + region + "/" + service + "/aws4_request"; }

    /// Returns the request's headers with X-Amz-Date and Authorization, which signs the headers of these
    /// names: "host;x-amz-date".
    Headers signed_headers(const std::string& names) const {
        Headers all = headers;
        all.emplace_back("X-Amz-Date", date);
        const std::string head =
            "AWS4-HMAC-SHA256 Credential=" + pair.access_key_id + "/" + scope() + ", SignedHeaders=" + names;
        all.emplace_back("Authorization", head + ", Signature=none");
        all.back().second = head + ", Signature=" + signature_of(all);
        return all;
    }

  private:
    std::string signature_of(const Headers& all) const {
        std::vector<HttpHeader> views;
        for (const auto& [name, value] : all) views.push_back({name, value});
        const HttpRequest request{.method = method, .target = target, .headers = views, .body = body};
        const RequestHead head(request);
        const std::string canonical = canonical_request(request, head, read_signature(request, head));
        Sha256 key = hmac_sha256("AWS4" + pair.secret_access_key, date.substr(0, 8));
        for (const std::string& part : {region, service, std::string("aws4_request")}) {
            key = hmac_sha256(bytes_of(key), part);
        }
        const std::string text =
            "AWS4-HMAC-SHA256\n" + date + "\n" + scope() + "\n" + hex_of(sha256(canonical));
        return hex_of(hmac_sha256(bytes_of(key), text));
    }
};

}  // namespace tailrace::server
