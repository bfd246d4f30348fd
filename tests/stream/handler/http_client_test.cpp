#include "stream/handler/http_client.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "stream/handler/outbound_address.hpp"
#include "tests/catch.hpp"
#include "tests/stream/mapping/one_answer.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using namespace std::chrono_literals;
using tests::OneAnswer;
namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr HttpLimits limits{1min, 1min, 1000};

HttpOutcome sent_to(const std::string& url, const HttpLimits& within = limits) {
    return send_json({HttpVerb::post, HttpUrl::parse(url).value(), "{}", {}}, within);
}

}  // namespace

TEST_CASE("addresses that are not called", "[http_client]") {
    for (const char* address :
         {"169.254.169.254", "169.254.0.0", "169.254.255.255", "169.254.170.2", "fe80::1", "febf::1",
          "fd00:ec2::254", "fd00:ec2::23", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::169.254.169.254",
          "64:ff9b::169.254.169.254"}) {
        CAPTURE(address);
        CHECK(is_forbidden_address(asio::ip::make_address(address)));
    }
    for (const char* address :
         {"127.0.0.1", "::1", "169.253.255.255", "169.255.0.0", "10.0.0.1", "8.8.8.8", "fd00:ec3::254",
          "fec0::1", "::ffff:127.0.0.1", "2001:db8::169.254.169.254"}) {
        CAPTURE(address);
        CHECK_FALSE(is_forbidden_address(asio::ip::make_address(address)));
    }
}

// For the client some of these are host names; only the system's resolver finds the address in them.
TEST_CASE("a link-local address is not called, however it is written", "[http_client]") {
    for (const char* host : {"169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "[::ffff:169.254.169.254]",
                             "2852039166", "0xa9fea9fe", "169.254.43518"}) {
        CAPTURE(host);
        const HttpOutcome outcome = sent_to("http://" + std::string(host) + "/latest/meta-data");
        CHECK_FALSE(outcome.answer);
        CHECK_FALSE(outcome.is_connected);
        CHECK(outcome.error == "its address is link-local; calls to link-local addresses are refused");
    }
}

TEST_CASE("a redirect is an error and not followed", "[http_client]") {
    for (const http::status status : {http::status::moved_permanently, http::status::found,
                                      http::status::temporary_redirect, http::status::not_modified}) {
        OneAnswer server(status);
        const HttpOutcome outcome = sent_to(server.url());
        server.request();
        CHECK_FALSE(outcome.answer);
        CHECK(outcome.error ==
              "it answered " + std::to_string(static_cast<int>(status)) + "; redirects are not followed");
    }
}

TEST_CASE("an answer may be as large as the limit", "[http_client]") {
    OneAnswer fitting(http::status::ok, std::string(1000, 'a'));
    CHECK(sent_to(fitting.url()).answer.value().body.size() == 1000);
    fitting.request();
    OneAnswer larger(http::status::ok, std::string(1001, 'a'));
    CHECK(sent_to(larger.url()).error == "its answer is larger than 1000 bytes");
    larger.request();
}

// The kernel accepts the connection, but nobody reads from it.
TEST_CASE("a server that does not answer is given up", "[http_client]") {
    asio::io_context io;
    const asio::ip::tcp::acceptor silent(io, {asio::ip::make_address("127.0.0.1"), 0});
    const HttpOutcome outcome =
        sent_to("http://localhost:" + std::to_string(silent.local_endpoint().port()), {1min, 20ms, 1000});
    CHECK(outcome.is_connected);
    CHECK(outcome.is_timeout);
    CHECK_FALSE(outcome.answer);
}

TEST_CASE("a missing host is an error", "[http_client]") {
    const HttpOutcome outcome = sent_to("http://no-host.invalid/");
    CHECK_FALSE(outcome.answer);
    CHECK_FALSE(outcome.is_connected);
    CHECK_FALSE(outcome.error.empty());
}
