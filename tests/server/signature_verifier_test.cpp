#include "server/signature/signature_verifier.hpp"

#include <fstream>

#include "engine/model/api_error.hpp"
#include "server/signature/basic_date.hpp"
#include "tests/catch.hpp"
#include "tests/server/signature_fixture.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

/// What is said if the signature verifies.
constexpr std::string_view accepted;

const KeyPair example_pair = {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
const KeyPair temporary_pair = {"ASIDEXAMPLE", "another/Secret+Key=", "Token/With+Signs=="};

/// "InvalidSignatureException: …", or an empty text if the signature verifies.
struct Verification {
    SigningService service = dynamodb_signing;
    std::optional<Timestamp> now = {};
    std::string region = "us-east-1";

    std::string of(const UnsignedRequest& request, const Headers& headers) const {
        const SignatureVerifier verifier({example_pair, temporary_pair}, region);
        std::vector<HttpHeader> views;
        for (const auto& [name, value] : headers) views.push_back({name, value});
        const HttpRequest http{
            .method = request.method, .target = request.target, .headers = views, .body = request.body};
        try {
            verifier.verify(http, RequestHead(http), service, now);
        } catch (const ApiError& error) {
            return std::string(error.name()) + ": " + error.message();
        }
        return {};
    }
};

constexpr const char* mismatch =
    "InvalidSignatureException: The request signature we calculated does not match the signature you "
    "provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for "
    "details.";

UnsignedRequest list_tables() {
    return {.headers = {{"Host", "localhost:8000"}, {"X-Amz-Target", "DynamoDB_20120810.ListTables"}},
            .body = "{}"};
}

std::string verify(const UnsignedRequest& request, const std::string& names = "host;x-amz-date") {
    return Verification().of(request, request.signed_headers(names));
}

/// Replaces the Authorization header.
std::string verify_with(const std::string& authorization, Headers headers = {}) {
    headers.emplace_back("Authorization", authorization);
    return Verification().of(list_tables(), headers);
}

std::string with_credential(const std::string& credential) {
    return verify_with("AWS4-HMAC-SHA256 Credential=" + credential + ", SignedHeaders=host, Signature=0",
                       {{"X-Amz-Date", "20260131T120000Z"}});
}

Timestamp at(const std::string& text) {
    return *parse_basic_date(text);
}

}  // namespace

// The values are those of FIPS 180-4 and RFC 4231.
TEST_CASE("hashes are those of the standards") {
    CHECK(hex_of(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex_of(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex_of(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex_of(hmac_sha256(std::string(131, '\xaa'),
                             "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// The requests and signatures are those of AWS's test suite for Signature Version 4.
TEST_CASE("the signatures of AWS's test suite verify") {
    struct Example {
        std::string method;
        std::string target;
        Headers headers;
        std::string names;
        std::string signature;
    };
    const std::vector<Example> examples = {
        {"GET",
         "/",
         {},
         "host;x-amz-date",
         "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        {"POST",
         "/",
         {},
         "host;x-amz-date",
         "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
        {"GET",
         "/?Param2=value2&Param1=value1",
         {},
         "host;x-amz-date",
         "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
        {"GET",
         "/?Param1=value1",
         {},
         "host;x-amz-date",
         "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
        {"GET",
         "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
         {},
         "host;x-amz-date",
         "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
        {"GET",
         "/\xe1\x88\xb4",
         {},
         "host;x-amz-date",
         "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
        {"GET",
         "//example//",
         {},
         "host;x-amz-date",
         "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
        {"GET",
         "/example/..",
         {},
         "host;x-amz-date",
         "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        {"GET",
         "/",
         {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
         "host;my-header1;x-amz-date",
         "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
        {"GET",
         "/",
         {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
         "host;my-header1;my-header2;x-amz-date",
         "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    };
    for (const Example& each : examples) {
        Headers headers = each.headers;
        headers.emplace_back("Host", "example.amazonaws.com");
        headers.emplace_back("X-Amz-Date", "20150830T123600Z");
        const std::string head =
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=" +
            each.names + ", Signature=";
        headers.emplace_back("Authorization", head + each.signature);
        const UnsignedRequest request{.method = each.method, .target = each.target};
        INFO(each.method << " " << each.target << " " << each.names);
        CHECK(Verification{.service = {"service"}}.of(request, headers) == accepted);
        headers.back().second = head + std::string(64, '0');
        CHECK(Verification{.service = {"service"}}.of(request, headers) == mismatch);
    }
}

// A client signs the path of its endpoint's URL. Some clients encode the tilde in it.
TEST_CASE("the prefix of a namespace is signed") {
    for (const char* target : {"/~blue", "/~blue/", "/%7Eblue/", "http://localhost:8000/~blue/"}) {
        UnsignedRequest request = list_tables();
        request.target = target;
        CHECK(verify(request) == accepted);
        const Headers headers = request.signed_headers("host;x-amz-date");
        request.target = "/";
        CHECK(Verification().of(request, headers) == mismatch);
    }
}

// Whatever the signature covers must arrive as it was signed.
TEST_CASE("a request that was changed on its way is refused") {
    const UnsignedRequest request = list_tables();
    const Headers headers = request.signed_headers("host;x-amz-date;x-amz-target");
    CHECK(Verification().of(request, headers) == accepted);
    UnsignedRequest other = request;
    other.body = "{} ";
    CHECK(Verification().of(other, headers) == mismatch);
    other = request;
    other.method = "PUT";
    CHECK(Verification().of(other, headers) == mismatch);
    other = request;
    other.target = "/?a=b";
    CHECK(Verification().of(other, headers) == mismatch);
    for (std::size_t i = 0; i < request.headers.size(); ++i) {
        Headers changed = headers;
        changed[i].second += "x";
        CHECK(Verification().of(request, changed) == mismatch);
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(Verification().of(request, changed) == mismatch);
    }
}

TEST_CASE("a wrong secret is refused in AWS's words") {
    UnsignedRequest request = list_tables();
    request.pair.secret_access_key += "x";
    CHECK(verify(request) == mismatch);
}

TEST_CASE("an unknown access key is refused in AWS's words") {
    UnsignedRequest request = list_tables();
    request.pair.access_key_id = "AKIDUNKNOWN";
    CHECK(verify(request) ==
          "UnrecognizedClientException: The security token included in the request is invalid.");
}

// AWS's text has no full stop here. A key without a session token takes none.
TEST_CASE("the session token must be the key's own") {
    const std::string invalid =
        "UnrecognizedClientException: The security token included in the request is invalid";
    UnsignedRequest request = list_tables();
    request.headers.emplace_back("X-Amz-Security-Token", temporary_pair.session_token);
    CHECK(verify(request, "host;x-amz-date;x-amz-security-token") == invalid);
    request.pair = temporary_pair;
    CHECK(verify(request, "host;x-amz-date;x-amz-security-token") == accepted);
    request.headers.back().second = "other";
    CHECK(verify(request) == invalid);
    request.headers.pop_back();
    CHECK(verify(request) == invalid);
}

TEST_CASE("a signature must cover the host") {
    CHECK(verify(list_tables(), "x-amz-date;x-amz-target") ==
          "InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader' in the AWS "
          "Authorization.");
    CHECK(verify(list_tables(), "X-Amz-Date;HOST") == accepted);
}

// The message lists everything that is wrong with the scope, with AWS's spaces.
TEST_CASE("the scope of a credential must be that of the request") {
    CHECK(with_credential("AKIDEXAMPLE/20260131/eu-west-1/dynamodb/aws4_request") ==
          "InvalidSignatureException: Credential should be scoped to a valid region, not 'eu-west-1'. ");
    CHECK(with_credential("AKIDEXAMPLE/20260131/us-east-1/sts/aws4_request") ==
          "InvalidSignatureException: Credential should be scoped to correct service: 'dynamodb'. ");
    CHECK(with_credential("AKIDEXAMPLE/20260131/us-east-1/dynamodb/aws5_request") ==
          "InvalidSignatureException: Credential should be scoped with a valid terminator: 'aws4_request', "
          "not 'aws5_request'. ");
    CHECK(with_credential("AKIDEXAMPLE/20260130/us-east-1/dynamodb/aws4_request") ==
          "InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from ISO-8601 version "
          "of date from HTTP: '20260130' != '20260131', from '20260131T120000Z'.");
    CHECK(
        with_credential("a/b/c/d/e") ==
        "InvalidSignatureException: Credential should be scoped to a valid region, not 'c'. Credential "
        "should be scoped to correct service: 'dynamodb'. Credential should be scoped with a valid "
        "terminator: 'aws4_request', not 'e'. Date in Credential scope does not match YYYYMMDD from ISO-8601 "
        "version of date from HTTP: 'b' != '20260131', from '20260131T120000Z'.");
}

TEST_CASE("a credential has five parts") {
    for (const char* credential : {"a", "a/b/c/d", "a/b/c/d/e/f"}) {
        CHECK(with_credential(credential) ==
              std::string("IncompleteSignatureException: Credential must have exactly 5 slash-delimited "
                          "elements, e.g. keyid/date/region/service/term, got '") +
                  credential + "'");
    }
    CHECK(with_credential("AKIDEXAMPLE/20260131/us-east-1/dynamodb/aws4_request//") == mismatch);
}

// A client that uses the server as a proxy talks to the host of its own region. With a region for each
// namespace, all regions are there.
TEST_CASE("a region is valid if the server or the host has it") {
    UnsignedRequest request = list_tables();
    request.region = "eu-west-1";
    const Headers headers = request.signed_headers("host;x-amz-date");
    const std::string refused =
        "InvalidSignatureException: Credential should be scoped to a valid region, not 'eu-west-1'. ";
    CHECK(Verification().of(request, headers) == refused);
    CHECK(Verification{.region = "eu-west-1"}.of(request, headers) == accepted);
    CHECK(Verification{.region = ""}.of(request, headers) == accepted);
    request.headers[0].second = "dynamodb.eu-west-1.amazonaws.com";
    CHECK(verify(request) == accepted);
    request.headers[0].second = "dynamodb.eu-west-2.amazonaws.com";
    CHECK(verify(request) == refused);
    request.headers[0].second = "dynamodb.eu-west-1.example.com";
    CHECK(verify(request) == refused);
}

// The algorithm is looked at after the date and the host.
TEST_CASE("another algorithm is refused in AWS's words") {
    CHECK(verify_with("AWS4-ECDSA-P256-SHA256 Credential=a, SignedHeaders=host, Signature=c",
                      {{"X-Amz-Date", "20260131T120000Z"}}) ==
          "IncompleteSignatureException: Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only "
          "AWS4-HMAC-SHA256 for now). ");
}

TEST_CASE("a date must be in the basic format") {
    for (const char* date :
         {"201", "20260131", "2026-01-31T12:00:00Z", "20260230T120000Z", "20260131T120060Z",
          "20260131T120000z", "Sat, 31 Jan 2026 12:00:00 GMT", " 260131T120000Z."}) {
        CHECK(verify_with("AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c", {{"Date", date}}) ==
              "IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got '" +
                  std::string(trimmed(date)) + "'. See http://en.wikipedia.org/wiki/ISO_8601");
    }
}

// DynamoDB allows 15 minutes, other services five. The clock of the server may have a fraction.
TEST_CASE("a signature's date must be near the server's time") {
    const UnsignedRequest request = list_tables();
    const Headers headers = request.signed_headers("host;x-amz-date");
    const auto answer = [&](const std::string& now) {
        return Verification{.now = at(now) + std::chrono::milliseconds(900)}.of(request, headers);
    };
    CHECK(answer("20260131T121500Z") == accepted);
    CHECK(answer("20260131T114500Z") == accepted);
    CHECK(answer("20260131T121501Z") ==
          "InvalidSignatureException: Signature expired: 20260131T120000Z is now earlier than "
          "20260131T120001Z (20260131T121501Z - 15 min.)");
    CHECK(answer("20260131T114459Z") ==
          "InvalidSignatureException: Signature not yet current: 20260131T120000Z is still later than "
          "20260131T115959Z (20260131T114459Z + 15 min.)");
    CHECK(Verification{.service = {"lambda"}, .now = at("20260131T120501Z")}.of(request, headers) ==
          "InvalidSignatureException: Signature expired: 20260131T120000Z is now earlier than "
          "20260131T120001Z (20260131T120501Z - 5 min.)");
}

TEST_CASE("a parameter without an equal sign is refused before missing ones") {
    CHECK(verify_with("AWS4-HMAC-SHA256 Credential=a /b, Signature=c") ==
          "IncompleteSignatureException: Invalid key=value pair (missing equal-sign) in Authorization header "
          "(hashed with SHA-256 and encoded with Base64): 'Uno7E+r7sWcFoX/DCrvs9RildEqiSZNOpbGsC5W6IFo='.");
    CHECK(verify_with("AWS4-HMAC-SHA256 Credential=a, Signature=c", {{"Date", "d"}}) ==
          "IncompleteSignatureException: Authorization header requires 'SignedHeaders' parameter. "
          "Authorization=AWS4-HMAC-SHA256 Credential=a, Signature=c");
    CHECK(verify_with("Bearer abc") ==
          "MissingAuthenticationTokenException: Request is missing Authentication Token");
}

// A presigned request has the parts of its signature in the query. The signature covers the whole query
// except X-Amz-Signature. The signature is botocore's.
TEST_CASE("a signature in the query verifies") {
    const std::string target =
        "/?b=%20%2F&a=1&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1"
        "%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=";
    const Headers headers = {{"Host", "example.amazonaws.com"}};
    const auto answer = [&headers](const std::string& signed_target) {
        return Verification{.service = {"service"}}.of({.method = "GET", .target = signed_target}, headers);
    };
    CHECK(answer(target + "c8f854eb3dabbd0cf528f9fea2d9b039b248c0a1a228176c7eb6aab07a7dc7b8") == accepted);
    CHECK(answer(target + std::string(64, '0')) == mismatch);
}

// Many names in SignedHeaders, or many times the same one, must not make the work grow beyond the request.
TEST_CASE("a header counts once however often it is signed") {
    std::string names = "host";
    for (int i = 0; i < 10'000; ++i) names.append(";host;h").append(std::to_string(i));
    CHECK(verify(list_tables(), names) == accepted);
}

TEST_CASE("more signing keys are asked for than are kept") {
    const SignatureVerifier verifier({example_pair}, "");
    for (int i = 0; i < 600; ++i) {
        UnsignedRequest request = list_tables();
        request.region = "region-" + std::to_string(i % 300);
        const Headers headers = request.signed_headers("host;x-amz-date");
        std::vector<HttpHeader> views;
        for (const auto& [name, value] : headers) views.push_back({name, value});
        const HttpRequest http{
            .method = request.method, .target = request.target, .headers = views, .body = request.body};
        CHECK_NOTHROW(verifier.verify(http, RequestHead(http), dynamodb_signing, std::nullopt));
    }
}

namespace {

/// The pairs of a credentials file with this text, or the error without the file's path.
std::string read_file(const std::string& text) {
    const tests::TemporaryFolder folder;
    const std::string path = folder.path("credentials");
    std::ofstream(path, std::ios::binary) << text;
    std::string shown;
    try {
        for (const KeyPair& each : read_key_pairs({path})) {
            shown += each.access_key_id + " " + each.secret_access_key + " " + each.session_token + "|";
        }
    } catch (const std::runtime_error& error) {
        shown = error.what();
        const std::size_t at = shown.find(path);
        if (at != std::string::npos) shown.replace(at, path.size(), "FILE");
    }
    return shown;
}

}  // namespace

TEST_CASE("the profiles of a credentials file are key pairs") {
    CHECK(read_file("# a comment\n[default]\naws_access_key_id = A1\naws_secret_access_key=S/1+=\r\n\n"
                    "[no key]\nregion = eu-west-1\n  [ci]\n; another\naws_secret_access_key = S2\n"
                    "aws_session_token = T2==\naws_access_key_id = A2") == "A1 S/1+= |A2 S2 T2==|");
    const std::string file = "the credentials file of --verify-signatures, 'FILE', ";
    CHECK(read_file("") == file + "has no profile with aws_access_key_id");
    CHECK(read_file("[x]\naws_access_key_id = A\n") ==
          file + "has no aws_secret_access_key in its profile 'x'");
    CHECK(read_file("[x]\naws_access_key_id = A/B\naws_secret_access_key = S\n") ==
          file +
              "has an invalid access key in its profile 'x': an access key may have only visible ASCII "
              "characters, and "
              "no commas, slashes or equal signs");
    CHECK(read_file("[x]\naws_access_key_id = A\naws_secret_access_key = S\n[y]\naws_access_key_id = A\n"
                    "aws_secret_access_key = T\n") ==
          "--verify-signatures has two secrets for the access key 'A'");
}

TEST_CASE("a value without an equal sign is a file") {
    CHECK(fault_of_key_pair("A=S=") == accepted);
    CHECK(fault_of_key_pair("./credentials") == accepted);
    CHECK(fault_of_key_pair("A=") == "the access key 'A' has no secret");
    CHECK(fault_of_key_pair("=S") ==
          "an access key may have only visible ASCII characters, and no commas, slashes or equal signs");
    CHECK(read_key_pairs({"A=S=", "A=S="}) == std::vector<KeyPair>{{"A", "S="}});
    CHECK_THROWS_WITH(read_key_pairs({"/none/such"}),
                      "the credentials file of --verify-signatures, '/none/such', cannot be read; a value of "
                      "the option is ACCESS_KEY=SECRET or the path of such a file");
}
