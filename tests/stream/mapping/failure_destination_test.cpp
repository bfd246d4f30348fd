#include "stream/mapping/failure/failure_destination.hpp"

#include <boost/json.hpp>

#include "stream/mapping/failure/failure_record.hpp"
#include "tests/catch.hpp"
#include "tests/stream/mapping/one_answer.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::stream;

namespace {

using tests::OneAnswer;
namespace http = boost::beast::http;

const FailedBatch failed{R"({"version":"1.0"})", R"({"Records":[]})", "aws/lambda/1/2"};
const std::string with_event = R"({"version":"1.0","payload":"{\"Records\":[]}"})";

}  // namespace

TEST_CASE("a file gets one line for each batch, with the event as text", "[failure]") {
    const tests::TemporaryFolder folder;
    const auto destination = make_destination("file:" + folder.path("failures"), {});
    destination->deliver(failed);
    make_destination(folder.path("failures"), {})->deliver(failed);
    CHECK(folder.read("failures") == with_event + "\n" + with_event + "\n");
}

TEST_CASE("a file that stands in for a bucket has the object's key in each line", "[failure]") {
    const tests::TemporaryFolder folder;
    const std::string arn = "arn:aws:s3:::failures";
    make_destination(arn, {{arn, folder.path("bucket")}})->deliver(failed);
    CHECK(folder.read("bucket") ==
          R"({"version":"1.0","payload":"{\"Records\":[]}","objectKey":"aws/lambda/1/2"})"
          "\n");
}

TEST_CASE("an object has the key that Lambda gives it, another one each time", "[failure]") {
    const Timestamp now(std::chrono::milliseconds(1769860805999));
    const std::string start = "aws/lambda/a1b2/shardId-1/2026/01/31/2026-01-31T12.00.05-";
    const std::string key = failure_object_key("a1b2", "shardId-1", now);
    CHECK(key.starts_with(start));
    CHECK(key.size() == start.size() + 36);
    CHECK(failure_object_key("a1b2", "shardId-1", now) != key);
}

TEST_CASE("a URL gets the record without the event", "[failure]") {
    OneAnswer server;
    make_destination(server.url("/failures?of=a"), {})->deliver(failed);
    const auto& request = server.request();
    CHECK(request.method() == http::verb::post);
    CHECK(request.target() == "/failures?of=a");
    CHECK(request[http::field::content_type] == "application/json");
    CHECK(request.body() == R"({"version":"1.0"})");
}

// Lambda sends the records themselves only to buckets, each time as a new object.
TEST_CASE("a URL that stands in for a bucket gets objects with the event", "[failure]") {
    const auto sent_to = [](const std::string& arn, const std::string& path) {
        OneAnswer server;
        make_destination(arn, {{arn, server.url(path)}})->deliver(failed);
        const auto& request = server.request();
        return std::string(request.method_string()) + " " + std::string(request.target()) + " " +
               request.body();
    };
    CHECK(sent_to("arn:aws:s3:::failures", "/failures") == "PUT /failures/aws/lambda/1/2 " + with_event);
    CHECK(sent_to("arn:aws:s3:::failures", "") == "PUT /aws/lambda/1/2 " + with_event);
    CHECK(sent_to("arn:aws-cn:s3:::failures", "/f/?a=b") == "PUT /f/aws/lambda/1/2?a=b " + with_event);
    CHECK(sent_to("arn:aws:sns:us-east-1:000000000000:s3:", "/") == R"(POST / {"version":"1.0"})");
}

TEST_CASE("faults of a URL are reported: refusal, redirect, too long an answer, no URL", "[failure]") {
    const auto refusal = [](OneAnswer& server) {
        std::string message;
        try {
            make_destination(server.url(), {})->deliver(failed);
        } catch (const std::runtime_error& error) {
            message = error.what();
        }
        server.request();
        const std::string start = "the OnFailure destination " + server.url() + " was not reached: ";
        REQUIRE(message.starts_with(start));
        return message.substr(start.size());
    };
    OneAnswer refusing(http::status::bad_gateway);
    CHECK(refusal(refusing) == "it answered 502");
    OneAnswer redirecting(http::status::temporary_redirect);
    CHECK(refusal(redirecting) == "it answered 307; redirects are not followed");
    OneAnswer talking(http::status::ok, std::string(64 * 1024 + 1, 'a'));
    CHECK(refusal(talking) == "its answer is larger than 65536 bytes");
    CHECK_THROWS_WITH(make_destination("http://169.254.169.254/latest", {})->deliver(failed),
                      "the OnFailure destination http://169.254.169.254/latest was not reached: its address "
                      "is link-local; calls to link-local addresses are refused");
    CHECK_THROWS_WITH(make_destination("https://example.test/", {}),
                      "'https://example.test/' is not an http:// URL");
    CHECK_THROWS_WITH(make_destination("http://:80/", {}), "'http://:80/' is not an http:// URL");
}

TEST_CASE("an ARN means its local replacement, or nothing without one", "[failure]") {
    const tests::TemporaryFolder folder;
    const DestinationMap map{{"arn:aws:sqs:us-east-1:000000000000:q", folder.path("queue")}};
    make_destination("arn:aws:sqs:us-east-1:000000000000:q", map)->deliver(failed);
    CHECK(folder.read("queue") == with_event + "\n");
    CHECK(make_destination("arn:aws:sqs:us-east-1:000000000000:other", map) == nullptr);
    CHECK(make_destination("kafka://topic", map) == nullptr);
    CHECK(make_destination("", map) == nullptr);
}
