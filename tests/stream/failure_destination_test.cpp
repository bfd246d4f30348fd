#include "stream/mapping/failure_destination.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <thread>

#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::stream;

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

/// Answers one request with a status, and keeps it.
class OneAnswer {
  public:
    explicit OneAnswer(http::status status)
        : thread_([this, status] {
              asio::ip::tcp::socket socket = acceptor_.accept();
              beast::flat_buffer buffer;
              http::read(socket, buffer, request_);
              http::response<http::string_body> response(status, 11);
              response.prepare_payload();
              http::write(socket, response);
          }) {}

    std::string url() const {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/failures?of=a";
    }
    const http::request<http::string_body>& request() {
        thread_.join();
        return request_;
    }

  private:
    asio::io_context io_;
    asio::ip::tcp::acceptor acceptor_{io_, {asio::ip::make_address("127.0.0.1"), 0}};
    http::request<http::string_body> request_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("a file gets one line for each batch, with the event as text", "[failure]") {
    const tests::TemporaryFolder folder;
    const auto destination = make_destination("file:" + folder.path("failures"), {});
    destination->deliver(R"({"version":"1.0"})", R"({"Records":[]})");
    make_destination(folder.path("failures"), {})->deliver(R"({"version":"1.0"})", "");
    CHECK(folder.read("failures") ==
          "{\"version\":\"1.0\",\"payload\":\"{\\\"Records\\\":[]}\"}\n{\"version\":\"1.0\"}\n");
}

TEST_CASE("a URL gets the record without the event", "[failure]") {
    OneAnswer server(http::status::ok);
    make_destination(server.url(), {})->deliver(R"({"version":"1.0"})", R"({"Records":[]})");
    const auto& request = server.request();
    CHECK(request.method() == http::verb::post);
    CHECK(request.target() == "/failures?of=a");
    CHECK(request[http::field::content_type] == "application/json");
    CHECK(request.body() == R"({"version":"1.0"})");
}

// Lambda sends the records themselves to buckets alone.
TEST_CASE("a URL that stands in for a bucket gets the event, too", "[failure]") {
    const auto sent_to = [](const std::string& arn) {
        OneAnswer server(http::status::ok);
        make_destination(arn, {{arn, server.url()}})->deliver(R"({"version":"1.0"})", R"({"Records":[]})");
        return server.request().body();
    };
    CHECK(sent_to("arn:aws:s3:::failures") == R"({"version":"1.0","payload":"{\"Records\":[]}"})");
    CHECK(sent_to("arn:aws-cn:s3:::failures") == R"({"version":"1.0","payload":"{\"Records\":[]}"})");
    CHECK(sent_to("arn:aws:sns:us-east-1:000000000000:s3:") == R"({"version":"1.0"})");
}

TEST_CASE("a URL that refuses, or is none, says so", "[failure]") {
    OneAnswer server(http::status::bad_gateway);
    CHECK_THROWS_WITH(make_destination(server.url(), {})->deliver("{}", ""),
                      "the OnFailure destination " + server.url() + " was not reached: it answered 502");
    server.request();
    CHECK_THROWS_WITH(make_destination("https://example.test/", {}),
                      "'https://example.test/' is no http:// URL");
    CHECK_THROWS_WITH(make_destination("http://:80/", {}), "'http://:80/' is no http:// URL");
}

TEST_CASE("an ARN is what stands in for it, and without that nothing", "[failure]") {
    const tests::TemporaryFolder folder;
    const DestinationMap map{{"arn:aws:sqs:us-east-1:000000000000:q", folder.path("queue")}};
    make_destination("arn:aws:sqs:us-east-1:000000000000:q", map)->deliver("{}", "");
    CHECK(folder.read("queue") == "{}\n");
    CHECK(make_destination("arn:aws:sqs:us-east-1:000000000000:other", map) == nullptr);
    CHECK(make_destination("kafka://topic", map) == nullptr);
    CHECK(make_destination("", map) == nullptr);
}
