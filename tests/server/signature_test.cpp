#include "server/wire/signature.hpp"

#include <vector>

#include "engine/model/api_error.hpp"
#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

Caller read(const Headers& headers, const std::string& target = "/") {
    std::vector<HttpHeader> views;
    for (const auto& [name, value] : headers) views.push_back({name, value});
    return read_caller(RequestHeaders(views), RequestTarget(target));
}

/// The exception's name and message.
std::pair<std::string, std::string> refusal(const Headers& headers, const std::string& target = "/") {
    try {
        read(headers, target);
    } catch (const ApiError& error) {
        return {std::string(error.name()), error.message()};
    }
    return {};
}

using Refusal = std::pair<std::string, std::string>;

const Refusal missing_token = {"MissingAuthenticationTokenException",
                               "Request is missing Authentication Token"};

}  // namespace

// The credential scope says who calls.
TEST_CASE("a signed request names its caller") {
    const Caller caller = read({{"Authorization", authorization}, {"X-Amz-Date", "20260131T120000Z"}});
    CHECK(caller.access_key_id == "AKIDEXAMPLE");
    CHECK(caller.region == "eu-west-1");
}

// Tools for local work sign with any credential at hand.
TEST_CASE("any credential is accepted") {
    const auto caller = [](const std::string& credential) {
        return read(
            {{"Authorization", "AWS4-HMAC-SHA256 Credential=" + credential + ",SignedHeaders=a,Signature=b"},
             {"Date", "now"}});
    };
    CHECK(caller("local").access_key_id == "local");
    CHECK(caller("local").region.empty());
    CHECK(caller("key/with/slash/20260131/local/dynamodb/aws4_request").access_key_id == "key/with/slash");
    CHECK(caller("key/20260131/localhost/dynamodb/aws4_request/").access_key_id == "key");
}

// Presigned requests have the same parameters in their query.
TEST_CASE("a query string signs as a header does") {
    const Caller caller =
        read({},
             "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260131%2Feu-west-1"
             "%2Fdynamodb%2Faws4_request&X-Amz-Signature=a&X-Amz-SignedHeaders=host&X-Amz-Date=d");
    CHECK(caller.access_key_id == "AKID");
    CHECK(caller.region == "eu-west-1");
}

// No signature, or one of another kind.
TEST_CASE("a request without a signature is missing its token") {
    CHECK(refusal({}) == missing_token);
    CHECK(refusal({{"Authorization", "AWS4"}}) == missing_token);
    CHECK(refusal({{"Authorization", "Basic abc"}}) == missing_token);
    CHECK(refusal({{"Authorization", "X"}}, "/?X-Amz-Algorith") == missing_token);
    CHECK(refusal({}, "/?X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d") ==
          missing_token);
}

// Two signatures in one request contradict each other.
TEST_CASE("a request signs in one place") {
    CHECK(
        refusal({{"Authorization", "X"}}, "/?X-Amz-Algorithm") ==
        Refusal{"InvalidSignatureException",
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."});
}

// Every missing part is listed, and the header is repeated.
TEST_CASE("an Authorization header must be complete") {
    CHECK(refusal({{"Authorization", "AWS4-"}}) ==
          Refusal{"IncompleteSignatureException",
                  "Authorization header requires 'Credential' parameter. "
                  "Authorization header requires 'Signature' parameter. "
                  "Authorization header requires 'SignedHeaders' parameter. "
                  "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
                  "Authorization=AWS4-"});
    for (const char* separator : {" ", ",", ", "}) {
        const std::string header = std::string("AWS4- Signature=b") + separator + "Credential=a";
        CHECK(refusal({{"Authorization", header}, {"Date", "a"}}) ==
              Refusal{"IncompleteSignatureException",
                      "Authorization header requires 'SignedHeaders' parameter. Authorization=" + header});
    }
}

// The same for query strings.
TEST_CASE("a signing query string must be complete") {
    CHECK(refusal({}, "/?X-Amz-Algorithm") ==
          Refusal{"IncompleteSignatureException",
                  "AWS query-string parameters must include 'X-Amz-Algorithm'. "
                  "AWS query-string parameters must include 'X-Amz-Credential'. "
                  "AWS query-string parameters must include 'X-Amz-Signature'. "
                  "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
                  "AWS query-string parameters must include 'X-Amz-Date'. "
                  "Re-examine the query-string parameters."});
    CHECK(refusal({}, "/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d") ==
          Refusal{"IncompleteSignatureException",
                  "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
                  "Re-examine the query-string parameters."});
}
