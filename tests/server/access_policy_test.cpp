#include "server/web/access_policy.hpp"

#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

const std::string evil = "http://evil.test";
const std::string mappings = "/2015-03-31/event-source-mappings";
const Headers json_type = {{"Content-Type", "application/json"}};

/// A request for a policy to decide on.
struct Asked {
    std::string method = "GET";
    std::string target = "/_tailrace/streams";
    Headers headers = {};
    std::string body = {};
    ApiAccess api = {};
    bool is_tls = false;
};

/// The status with which a policy refuses a request; 0 if it lets the request in.
int status_of(const AccessPolicy& policy, const Asked& asked) {
    std::vector<HttpHeader> views;
    for (const auto& [name, value] : asked.headers) views.push_back({name, value});
    const HttpRequest request{.method = asked.method,
                              .target = asked.target,
                              .headers = views,
                              .body = asked.body,
                              .is_tls = asked.is_tls};
    const auto refusal = policy.refusal(request, RequestHead(request), asked.api);
    return refusal ? refusal->status : 0;
}

int status_of_host(const AccessPolicy& policy, const std::string& host) {
    return status_of(policy, {.headers = {{"Host", host}}});
}

Headers from_page(const std::string& origin, Headers further = {}) {
    Headers headers = {{"Host", "127.0.0.1:8000"}, {"Origin", origin}};
    headers.insert(headers.end(), further.begin(), further.end());
    return headers;
}

}  // namespace

// Whatever a page sends, and by whatever method, the browser adds where the page is from.
TEST_CASE("pages of other origins get 403 for what is not DynamoDB's API") {
    const AccessPolicy policy;
    for (const char* target : {"/_tailrace", "/_tailrace/clock", "/2015-03-31/event-source-mappings",
                               "/2017-03-31/tags/arn", "/console", "/x?y=/"}) {
        for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
            for (const char* origin : {"http://evil.test", "null", "http://localhost:3000", "file://",
                                       "http://127.0.0.1:8001", "https://127.0.0.1:8000", "127.0.0.1:8000",
                                       "http://127.0.0.1:8000 http://evil.test", "*"}) {
                INFO(method << " " << target << " from " << origin);
                CHECK(status_of(policy, {method, target, from_page(origin, json_type), "{}"}) == 403);
            }
        }
    }
}

// For example the console's own pages. A browser leaves out the default port and may write the host in any
// case.
TEST_CASE("pages of the server's own origin are let in") {
    const AccessPolicy policy;
    const auto check_own = [&policy](const std::string& host, const std::string& origin) {
        INFO(host);
        CHECK(status_of(policy, {.method = "POST", .headers = {{"Host", host}, {"Origin", origin}}}) == 0);
    };
    check_own("127.0.0.1:8000", "http://127.0.0.1:8000");
    check_own("LocalHost.:8000", "http://localhost:8000");
    check_own("[::1]:8000", "http://[::1]:8000");
    check_own("localhost", "http://localhost");
    check_own("localhost:80", "http://localhost");
    CHECK(status_of(policy, {.headers = {{"Host", "localhost:8000"}, {"Sec-Fetch-Site", "same-origin"}}}) ==
          0);
    CHECK(status_of(policy, {.headers = from_page("http://127.0.0.1:8000",
                                                  {{"Sec-Fetch-Site", "cross-site"}})}) == 403);
}

// The port serves both http and https. A page from http and a page from https have different origins.
TEST_CASE("a page that came through TLS and one that came without have different origins") {
    const AccessPolicy policy;
    CHECK(status_of(policy, {.headers = from_page("https://127.0.0.1:8000"), .is_tls = true}) == 0);
    CHECK(status_of(policy, {.headers = from_page("http://127.0.0.1:8000"), .is_tls = true}) == 403);
    CHECK(status_of(policy, {.headers = {{"Host", "localhost"}, {"Origin", "https://localhost"}},
                             .is_tls = true}) == 0);
}

// The page's origin is the server's own, but anybody can make its host name resolve to this server.
TEST_CASE("a page under a rebound name is refused for its host") {
    const AccessPolicy policy;
    const Headers headers = {{"Host", "evil.test:8000"}, {"Origin", "http://evil.test:8000"}};
    CHECK(status_of(policy, {.headers = headers}) == 403);
    CHECK(status_of(policy, {"POST", "/", headers, "{}"}) == 403);
    CHECK(status_of(policy, {"OPTIONS", "/", headers}) == 403);
    CHECK(status_of(policy, {"POST", "/", {{"Host", "evil.test:8000"}}, "{}"}) == 0);
}

// An image or a script of another page has no Origin header. For addresses of the machine itself browsers
// send the page's site instead.
TEST_CASE("what pages of other sites load is refused") {
    const AccessPolicy policy;
    const auto status_from = [&policy](const std::string& site, const std::string& mode,
                                       const std::string& destination) {
        return status_of(policy, {.headers = {{"Host", "localhost:8000"},
                                              {"Sec-Fetch-Site", site},
                                              {"Sec-Fetch-Mode", mode},
                                              {"Sec-Fetch-Dest", destination}}});
    };
    CHECK(status_from("cross-site", "no-cors", "image") == 403);
    CHECK(status_from("cross-site", "navigate", "document") == 403);
    CHECK(status_from("same-site", "no-cors", "script") == 403);
    CHECK(status_from("same-site", "navigate", "iframe") == 403);
    CHECK(status_from("same-site", "navigate", "document") == 0);
    // A link on a stranger's page may lead to the console, whose pages hold no data.
    const Headers link = {{"Host", "127.0.0.1:8000"},
                          {"Sec-Fetch-Site", "cross-site"},
                          {"Sec-Fetch-Mode", "navigate"},
                          {"Sec-Fetch-Dest", "document"}};
    CHECK(status_of(policy, {.headers = link, .api = {.has_no_data = true}}) == 0);
    CHECK(status_of(policy, {.method = "POST", .headers = link, .api = {.has_no_data = true}}) == 403);
    Headers frame = link;
    frame.back().second = "iframe";
    CHECK(status_of(policy, {.headers = frame, .api = {.has_no_data = true}}) == 403);
    CHECK(status_from("same-origin", "no-cors", "script") == 0);
    CHECK(status_from("none", "navigate", "document") == 0);
}

// A page of a named origin is let in even from another site: that is what --allow-origin is for.
TEST_CASE("pages of a named origin are let in") {
    const AccessPolicy policy({.origins = {"http://localhost:3000", "https://music.example:443"}});
    CHECK(status_of(policy, {.headers = from_page("http://localhost:3000")}) == 0);
    CHECK(status_of(policy, {.headers = from_page("HTTPS://Music.example",
                                                  {{"Sec-Fetch-Site", "cross-site"}})}) == 0);
    CHECK(status_of(policy, {.headers = from_page("http://localhost:3001")}) == 403);
    CHECK(status_of(policy, {.headers = from_page("https://localhost:3000")}) == 403);
    CHECK(status_of(policy, {.headers = from_page("https://evil.music.example")}) == 403);
}

// A page's request must not have a body type that a form can send, whatever the page's origin.
TEST_CASE("a page's body has to be JSON") {
    const AccessPolicy policy;
    const auto status_with = [&policy](const std::string& type, const std::string& body) {
        const Headers headers = from_page("http://127.0.0.1:8000", {{"Content-Type", type}});
        return status_of(policy, {"POST", mappings, headers, body});
    };
    for (const char* type : {"application/json", "Application/JSON ; charset=utf-8",
                             "application/problem+json", "application/vnd.music+JSON;v=1"}) {
        INFO(type);
        CHECK(status_with(type, "{}") == 0);
    }
    for (const char* type :
         {"text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data", "text/json",
          "application/+json", "application/jsonp", "text/plain;application/json"}) {
        INFO(type);
        CHECK(status_with(type, "{}") == 415);
        CHECK(status_with(type, "") == 0);
    }
    // Python's urllib and curl use a form's type by default.
    CHECK(status_of(policy,
                    {"POST", mappings, {{"Content-Type", "application/x-www-form-urlencoded"}}, "{}"}) == 0);
}

// Lets in addresses, names that only the machine, its network or AWS assigns, and names that the user allows.
TEST_CASE("hosts whose names cannot be registered are let in") {
    const AccessPolicy policy({.hosts = {"music.test", "*.Songs.test."}});
    for (const char* host : {"127.0.0.1",
                             "192.168.1.5:8000",
                             "[::1]:8000",
                             "[FE80::1]",
                             "[::ffff:127.0.0.1]",
                             "localhost",
                             "LOCALHOST:8000",
                             "localhost.",
                             "music.localhost:8000",
                             "tailrace",
                             "dynamodb:8000",
                             "my_db",
                             "host.docker.internal:8000",
                             "mac.local",
                             "tailrace.test.svc.cluster.local:8000",
                             "dynamodb.us-east-1.amazonaws.com",
                             "DynamoDB.eu-west-1.Amazonaws.com:80",
                             "dynamodb.cn-north-1.amazonaws.com.cn",
                             "lambda.us-east-1.api.aws",
                             "music.test",
                             "MUSIC.test.:8000",
                             "a.songs.test",
                             "a.b.songs.test:1",
                             ""}) {
        INFO(host);
        CHECK(status_of_host(policy, host) == 0);
    }
    for (const char* host : {"evil.test",
                             "evil.test:8000",
                             "evil.com.",
                             "localhost.evil.com",
                             "127.0.0.1.evil.com",
                             "local.evil",
                             "amazonaws.com.evil.com",
                             "evilamazonaws.com",
                             ".amazonaws.com..",
                             "127.0.0.1.nip.io",
                             "a.music.test",
                             "songs.test",
                             "xsongs.test",
                             "evil.com:80:80",
                             "user@localhost",
                             "local host",
                             "[::1",
                             "[evil.com]",
                             "[::1]evil.com",
                             "localhost:8a",
                             "loc\xC3\xA4l",
                             ":8000"}) {
        INFO(host);
        CHECK(status_of_host(policy, host) == 403);
    }
}

// A function whose SDK uses this server as a proxy has AWS's endpoint on the request line.
TEST_CASE("the host of an absolute target counts for more than the header") {
    const AccessPolicy policy;
    CHECK(status_of(policy, {"GET",
                             "http://lambda.us-east-1.amazonaws.com/2015-03-31/event-source-mappings",
                             {{"Host", "evil.test"}}}) == 0);
    CHECK(status_of(policy, {"GET", "http://evil.test/_tailrace", {{"Host", "localhost"}}}) == 403);
    CHECK(status_of(policy, {"POST", "http://dynamodb.us-east-1.amazonaws.com", {}, "{}"}) == 0);
}

// A proxy in front of the server may have checked only one of the two.
TEST_CASE("two hosts or two origins are refused") {
    const AccessPolicy policy;
    const std::string own = "http://127.0.0.1:8000";
    for (const auto& [first, second] : {std::pair(own, evil), std::pair(evil, own), std::pair(own, own)}) {
        INFO(first << " and " << second);
        CHECK(status_of(policy, {.headers = from_page(first, {{"origin", second}})}) == 403);
        CHECK(status_of(policy, {"POST", "/", from_page(first, {{"ORIGIN", second}}), "{}"}) == 403);
    }
    CHECK(status_of(policy, {.headers = {{"Host", "evil.test"}, {"host", "localhost"}}}) == 403);
    CHECK(status_of(policy, {.headers = {{"Host", "localhost"}, {"Host", "localhost"}}}) == 403);
    CHECK(status_of(policy, {.headers = from_page(own)}) == 0);
}

// Browser applications use tables directly, unless --no-cors forbids it.
TEST_CASE("DynamoDB's API is open to pages until --no-cors") {
    const AccessPolicy open;
    const AccessPolicy closed({.origins = {"http://localhost:3000"}, .has_cors = false});
    for (const char* method : {"POST", "OPTIONS", "GET"}) {
        CHECK(status_of(open, {method, "/", from_page(evil)}) == 0);
        CHECK(status_of(closed, {method, "/", from_page(evil)}) == 403);
        CHECK(status_of(closed, {method, "/", from_page("null")}) == 403);
        CHECK(status_of(closed, {method, "/", from_page("http://localhost:3000")}) == 0);
        CHECK(status_of(closed, {method, "/", from_page("http://127.0.0.1:8000")}) == 0);
        CHECK(status_of(closed, {method, "/", {{"Host", "127.0.0.1"}}}) == 0);
    }
    const Headers typed =
        from_page("http://localhost:3000", {{"Content-Type", "application/x-amz-json-1.0"}});
    CHECK(status_of(closed, {"POST", "/", typed, "{}"}) == 0);
}

// A list of origins, like that of DynamoDB Local's -cors, opens only the API that DynamoDB Local has.
TEST_CASE("an origin of --cors may use DynamoDB's API and nothing else") {
    const char* const named = "http://music.test";
    const AccessPolicy policy({.has_cors = false, .cors_origins = {named, "http://localhost:3000"}});
    for (const char* method : {"POST", "OPTIONS", "GET"}) {
        CHECK(status_of(policy, {method, "/", from_page(named)}) == 0);
        CHECK(status_of(policy, {method, "/", from_page("http://localhost:3000")}) == 0);
        CHECK(status_of(policy, {method, "/", from_page(evil)}) == 403);
        CHECK(status_of(policy, {method, "/_tailrace", from_page(named)}) == 403);
    }
    const std::vector<HttpHeader> headers = {{"Host", "127.0.0.1:8000"}, {"Origin", named}};
    const HttpRequest to_api{.method = "POST", .target = "/", .headers = headers, .body = {}};
    const HttpRequest to_rest{.method = "GET", .target = "/_tailrace", .headers = headers, .body = {}};
    CHECK(policy.readable_by(RequestHead(to_api)) == ReadableBy::asking_origin);
    CHECK(policy.readable_by(RequestHead(to_rest)) == ReadableBy::own_pages);
}

// SDKs for Lambda's API use the Authorization header to sign, but they may sign with any key.
TEST_CASE("everything except DynamoDB's API requires a token") {
    const AccessPolicy policy({.origins = {"http://localhost:3000"}, .admin_token = "s3cret"});
    const auto status_with = [&policy](const std::string& name, const std::string& value) {
        return status_of(policy, {"POST", mappings, {{name, value}}, "{}"});
    };
    const auto signed_by = [](const std::string& key) {
        return "AWS4-HMAC-SHA256 Credential=" + key +
               "/20260131/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0123";
    };
    CHECK(status_with("Authorization", "Bearer s3cret") == 0);
    CHECK(status_with("authorization", "bearer  s3cret ") == 0);
    CHECK(status_with("X-Tailrace-Token", "s3cret") == 0);
    CHECK(status_with("Authorization", signed_by("s3cret")) == 0);
    for (const char* wrong : {"", "s3cre", "s3cret2", "S3cret", "s3crets3cret"}) {
        INFO(wrong);
        CHECK(status_with("X-Tailrace-Token", wrong) == 401);
        CHECK(status_with("Authorization", std::string("Bearer ") + wrong) == 401);
        CHECK(status_with("Authorization", signed_by(wrong)) == 401);
    }
    CHECK(status_with("Authorization", "s3cret") == 401);
    CHECK(status_with("Authorization", "Basic s3cret") == 401);
    CHECK(status_of(policy, {"GET", "/_tailrace/health"}) == 401);
    CHECK(status_of(policy, {"GET", "/"}) == 0);
    CHECK(status_of(policy, {"POST", "/", {}, "{}"}) == 0);
    // A preflight carries no token and reveals nothing.
    CHECK(status_of(policy, {"OPTIONS", mappings, from_page("http://localhost:3000")}) == 0);
    CHECK(status_of(policy, {"POST", mappings, from_page("http://localhost:3000", json_type), "{}"}) == 401);
    CHECK(status_of(policy, {"OPTIONS", mappings, from_page(evil, {{"X-Tailrace-Token", "s3cret"}})}) == 403);
}

TEST_CASE("without admin only DynamoDB's API is served") {
    const AccessPolicy policy({.admin_token = "s3cret", .has_admin = false});
    for (const char* method : {"GET", "POST", "OPTIONS", "DELETE"}) {
        CHECK(status_of(policy, {method, "/_tailrace/health", {{"X-Tailrace-Token", "s3cret"}}}) == 404);
        CHECK(status_of(policy, {method, mappings}) == 404);
        CHECK(status_of(policy, {method, "/console"}) == 404);
        CHECK(status_of(policy, {method, "/"}) == 0);
    }
}

// Caches have tokens of their own, and the request for a web page carries none.
TEST_CASE("an API says whether it is part of admin and whether it needs the token") {
    const AccessPolicy with_token({.admin_token = "s3cret"});
    const AccessPolicy without_admin({.has_admin = false});
    const auto statuses = [&](ApiAccess api) {
        const Asked asked{.target = "/cache/notes", .api = api};
        return std::pair(status_of(with_token, asked), status_of(without_admin, asked));
    };
    CHECK(statuses({.is_admin = true, .needs_token = true}) == std::pair(401, 404));
    CHECK(statuses({.is_admin = true, .needs_token = false}) == std::pair(0, 404));
    CHECK(statuses({.is_admin = false, .needs_token = true}) == std::pair(401, 0));
    CHECK(statuses({.is_admin = false, .needs_token = false}) == std::pair(0, 0));
    // The rules for pages apply nevertheless.
    const ApiAccess open{.is_admin = false, .needs_token = false};
    CHECK(status_of(with_token, {.target = "/cache/notes", .headers = from_page(evil), .api = open}) == 403);
}

// People read these messages in a browser's console or after a failed command.
TEST_CASE("a refusal says what would let the request in") {
    FrontDoorFixture server;
    const auto check = [&server](const Headers& headers, int status, const std::string& error_name,
                                 const std::string& message) {
        const HttpResponse response = server.ask("POST", mappings, headers, "{}");
        CHECK(response.status == status);
        CHECK(response.content_type == "application/json");
        CHECK(response.extra_headers == "x-amzn-ErrorType: " + error_name + "\r\n");
        CHECK(response.body == R"({"message":")" + message + R"("})");
    };
    check(from_page("http://localhost:3000"), 403, "AccessDeniedException",
          "Pages of the origin 'http://localhost:3000' may not send requests to this server. Allow them with "
          "--allow-origin http://localhost:3000.");
    check(from_page("null"), 403, "AccessDeniedException",
          "Pages of the origin 'null' may not send requests to this server.");
    check(from_page("a\xC2\x9B\xFF"), 403, "AccessDeniedException",
          "Pages of the origin 'a\\u009b\xEF\xBF\xBD' may not send requests to this server.");
    check({{"Sec-Fetch-Site", "cross-site"}}, 403, "AccessDeniedException",
          "Pages of other origins may not send requests to this server. --allow-origin ORIGIN allows "
          "those that have the header Origin.");
    check({{"Host", "Music.test:8000"}}, 403, "AccessDeniedException",
          "Requests to the host 'music.test' are refused, because anybody's page could make that name "
          "resolve to this server. Allow them with --allow-host music.test.");
    check({{"Host", "a b"}}, 403, "AccessDeniedException", "'a b' is not a host name.");
    check(from_page("http://127.0.0.1:8000"), 415, "UnsupportedMediaTypeException",
          "A page's request with a body needs the content type application/json, or one that begins with "
          "application/ and ends with +json.");
}

TEST_CASE("a server that requires its token says how; one without admin says so") {
    FrontDoorFixture asking({.access = {.admin_token = "s3cret"}});
    const HttpResponse refused = asking.ask("GET", "/_tailrace", {});
    CHECK(refused.status == 401);
    CHECK(refused.extra_headers ==
          "x-amzn-ErrorType: UnrecognizedClientException\r\nWWW-Authenticate: Bearer\r\n");
    CHECK(
        refused.body ==
        R"({"message":"Everything except DynamoDB's API and the caches requires the token that this server )"
        R"(was started with: in )"
        R"('Authorization: Bearer TOKEN', in 'X-Tailrace-Token: TOKEN', or as the access key id of a signed )"
        R"(request."})");
    CHECK(asking.ask("GET", "/_tailrace", {{"X-Tailrace-Token", "s3cret"}}).status == 200);

    FrontDoorFixture closed({.access = {.has_admin = false}});
    const HttpResponse absent = closed.ask("GET", "/_tailrace", {});
    CHECK(absent.status == 404);
    CHECK(absent.body ==
          R"({"message":"This server was started with --no-admin: it serves only DynamoDB's API and the )"
          R"(caches."})");
}

// From these headers a page learns whether it may send a request and read the answer.
TEST_CASE("only pages that are let in are granted a preflight") {
    FrontDoorFixture server({.access = {.origins = {"http://localhost:3000"}}});
    const Headers asks = {{"Access-Control-Request-Method", "DELETE"},
                          {"Access-Control-Request-Headers", "content-type"}};
    const HttpResponse granted = server.ask("OPTIONS", mappings, from_page("http://localhost:3000", asks));
    CHECK(granted.status == 200);
    CHECK(granted.body.empty());
    CHECK(granted.extra_headers ==
          "Access-Control-Allow-Origin: http://localhost:3000\r\n"
          "Vary: Origin\r\n"
          "Access-Control-Expose-Headers: x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,"
          "x-tailrace-hint\r\n"
          "Access-Control-Allow-Headers: content-type\r\n"
          "Access-Control-Allow-Methods: DELETE\r\n"
          "Access-Control-Max-Age: 172800\r\n");
    const HttpResponse refused = server.ask("OPTIONS", mappings, from_page(evil, asks));
    CHECK(refused.status == 403);
    CHECK(refused.extra_headers == "x-amzn-ErrorType: AccessDeniedException\r\n");
}

// A page may load something from an address on this machine's network without a header that says so. The
// response itself has to forbid it.
TEST_CASE("what can be loaded says that other pages may not load it") {
    FrontDoorFixture server({.access = {.origins = {"http://localhost:3000"}}});
    const std::string not_loaded =
        "Cross-Origin-Resource-Policy: same-origin\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "X-Frame-Options: SAMEORIGIN\r\n";
    CHECK(server.ask("GET", "/_tailrace", {}).extra_headers == not_loaded);
    CHECK(server.ask("GET", "/_tailrace", from_page("http://127.0.0.1:8000")).extra_headers == not_loaded);
    CHECK(server.ask("GET", "/_tailrace", from_page("http://localhost:3000")).extra_headers ==
          not_loaded +
              "Access-Control-Allow-Origin: http://localhost:3000\r\n"
              "Vary: Origin\r\n"
              "Access-Control-Expose-Headers: x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,"
              "x-tailrace-hint\r\n");
}

TEST_CASE("a server on a loopback address is reached from this machine alone") {
    for (const char* address : {"127.0.0.1", "127.1.2.3", "localhost", "::1", "::ffff:127.0.0.1"}) {
        CHECK(is_loopback(address));
    }
    for (const char* address : {"0.0.0.0", "::", "192.168.1.5", "music.test", "fe80::1"}) {
        CHECK_FALSE(is_loopback(address));
    }
}
