#include <chrono>

#include "server/wire/content_coding.hpp"
#include "server/wire/request_target.hpp"
#include "server/wire/response_head.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

using Coding = ContentCoding;

/// The head with its random request id replaced by "-", after a check that the id has AWS's form.
std::string head_of(const HttpResponse& response, bool keep_alive) {
    ResponseHeadWriter writer(1);
    std::string head;
    writer.append_head(head, response, keep_alive, Timestamp(std::chrono::seconds(1769860800)));
    const std::string name = "x-amzn-RequestId: ";
    const std::size_t begin = head.find(name) + name.size();
    const std::size_t end = head.find("\r\n", begin);
    CHECK(end - begin == 52);
    CHECK(head.substr(begin, 52).find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUV") == std::string::npos);
    return head.replace(begin, 52, "-");
}

}  // namespace

// Every header, in the order in which AWS sends them.
TEST_CASE("a response's head is AWS's") {
    HttpResponse response;
    response.content_type = "application/x-amz-json-1.0";
    response.body = "{}";
    CHECK(head_of(response, true) ==
          "HTTP/1.1 200 OK\r\n"
          "Server: Server\r\n"
          "Date: Sat, 31 Jan 2026 12:00:00 GMT\r\n"
          "Content-Type: application/x-amz-json-1.0\r\n"
          "Content-Length: 2\r\n"
          "Connection: keep-alive\r\n"
          "x-amzn-RequestId: -\r\n"
          "x-amz-crc32: 2745614147\r\n"
          "\r\n");
}

// TagResource and UntagResource answer with an empty body and its checksum.
TEST_CASE("an empty answer has a checksum") {
    HttpResponse response;
    response.content_type = "application/x-amz-json-1.0";
    CHECK(head_of(response, true) ==
          "HTTP/1.1 200 OK\r\n"
          "Server: Server\r\n"
          "Date: Sat, 31 Jan 2026 12:00:00 GMT\r\n"
          "Content-Type: application/x-amz-json-1.0\r\n"
          "Content-Length: 0\r\n"
          "Connection: keep-alive\r\n"
          "x-amzn-RequestId: -\r\n"
          "x-amz-crc32: 0\r\n"
          "\r\n");
}

// The answer to a request outside the API has one too; AWS sends exactly this answer.
TEST_CASE("an answer without a type has a checksum") {
    HttpResponse response;
    response.status = 404;
    response.body = "<UnknownOperationException/>\n";
    CHECK(head_of(response, true) ==
          "HTTP/1.1 404 Not Found\r\n"
          "Server: Server\r\n"
          "Date: Sat, 31 Jan 2026 12:00:00 GMT\r\n"
          "Content-Length: 29\r\n"
          "Connection: keep-alive\r\n"
          "x-amzn-RequestId: -\r\n"
          "x-amz-crc32: 3552371480\r\n"
          "\r\n");
}

// A response without type and body has no checksum.
TEST_CASE("an empty response's head is short") {
    HttpResponse response;
    response.status = 404;
    response.extra_headers = "Access-Control-Allow-Origin: *\r\n";
    CHECK(head_of(response, false) ==
          "HTTP/1.1 404 Not Found\r\n"
          "Server: Server\r\n"
          "Date: Sat, 31 Jan 2026 12:00:00 GMT\r\n"
          "Content-Length: 0\r\n"
          "Connection: close\r\n"
          "x-amzn-RequestId: -\r\n"
          "Access-Control-Allow-Origin: *\r\n"
          "\r\n");
}

// Each response has an id of its own, and the second one has a later date.
TEST_CASE("heads differ in id and date") {
    ResponseHeadWriter writer(7);
    const HttpResponse response;
    std::string first;
    std::string second;
    writer.append_head(first, response, true, Timestamp(std::chrono::seconds(1769860800)));
    writer.append_head(second, response, true, Timestamp(std::chrono::seconds(1769860801)));
    CHECK(first.find("Date: Sat, 31 Jan 2026 12:00:00 GMT\r\n") != std::string::npos);
    CHECK(second.find("Date: Sat, 31 Jan 2026 12:00:01 GMT\r\n") != std::string::npos);
    CHECK(first.substr(first.find("RequestId")) != second.substr(second.find("RequestId")));
}

// The origin form, the absolute form, and the contents of queries.
TEST_CASE("a request target is taken apart") {
    CHECK(RequestTarget("/").path() == "/");
    CHECK(RequestTarget("/a/b?c=d").path() == "/a/b");
    CHECK(RequestTarget("/a/b?c=d").query() == "c=d");
    CHECK(RequestTarget("http://dynamodb.eu-west-1.amazonaws.com/").path() == "/");
    CHECK(RequestTarget("http://dynamodb.eu-west-1.amazonaws.com").path() == "/");
    CHECK(RequestTarget("http://host:8000?a=b").path() == "/");
    CHECK(RequestTarget("http://host:8000?a=b").query() == "a=b");
    CHECK(RequestTarget("/?u=http://host/x").path() == "/");
    const RequestTarget target("/?a=1&b=x%2Fy+z&c&d=%zz%4");
    CHECK(target.parameter("a") == "1");
    CHECK(target.parameter("b") == "x/y z");
    CHECK(target.parameter("c") == "");
    CHECK(target.parameter("d") == "%zz%4");
    CHECK(target.parameter("e") == std::nullopt);
}

// The choices that AWS was observed to make.
TEST_CASE("the coding for a response follows Accept-Encoding") {
    CHECK(preferred_coding("") == Coding::none);
    CHECK(preferred_coding("identity") == Coding::none);
    CHECK(preferred_coding("br") == Coding::none);
    CHECK(preferred_coding("x-gzip") == Coding::none);
    CHECK(preferred_coding("\"gzip\"") == Coding::none);
    CHECK(preferred_coding("gzip br") == Coding::none);
    CHECK(preferred_coding("gzip ;q=0") == Coding::none);
    CHECK(preferred_coding("*;q=0") == Coding::none);
    CHECK(preferred_coding("br;q=0.8,identity;q=0.5,*;q=0") == Coding::none);
    CHECK(preferred_coding("gzip;nq=1;q=0 ") == Coding::none);
    CHECK(preferred_coding("gzip, deflate") == Coding::gzip);
    CHECK(preferred_coding("GZIP, identity") == Coding::gzip);
    CHECK(preferred_coding("dog, gzip ,, cat") == Coding::gzip);
    CHECK(preferred_coding("gzip;q=0.8, deflate;q=0.5") == Coding::gzip);
    CHECK(preferred_coding("*") == Coding::gzip);
    CHECK(preferred_coding("*, deflate;q=0.5") == Coding::gzip);
    CHECK(preferred_coding("*, identity") == Coding::gzip);
    CHECK(preferred_coding("gzip;q=0.5,identity;q=0.8") == Coding::gzip);
    CHECK(preferred_coding("gzip;q=31,deflate;q=51") == Coding::gzip);
    CHECK(preferred_coding("deflate;q=0.5, gzip;q=1;q=0.2") == Coding::gzip);
    CHECK(preferred_coding("deflate;q=0.5,gzip;q=0.x") == Coding::gzip);
    CHECK(preferred_coding("deflate;q=-0.5,gzip;q=0.2") == Coding::gzip);
    CHECK(preferred_coding("gzip;q=0, gzip;q=1, gzip;q=0") == Coding::gzip);
    CHECK(preferred_coding("br,identity;q=0.5,gzip;q=0.0001") == Coding::gzip);
    CHECK(preferred_coding("br, identity, deflate, gzip") == Coding::deflate);
    CHECK(preferred_coding("br, gzip;q=0, deflate; q = 0.5 , identity;q=0") == Coding::deflate);
    CHECK(preferred_coding("*, deflate") == Coding::deflate);
    CHECK(preferred_coding("*, gzip;q=0.5") == Coding::deflate);
    CHECK(preferred_coding("deflate;q=0.5,gzip;q=0.") == Coding::deflate);
}

// Unlike gzip, a deflate body has exactly one stream.
TEST_CASE("deflate bodies are read whole or not at all") {
    const std::string one = compressed("one", Coding::deflate);
    CHECK(decompressed(one, Coding::deflate, 100).body == "one");
    CHECK(decompressed(one, Coding::deflate, 100).error == std::nullopt);
    CHECK(decompressed(one + one, Coding::deflate, 100).error == DecompressError::broken);
    CHECK(decompressed("", Coding::deflate, 100).error == DecompressError::broken);
    CHECK(decompressed(one, Coding::deflate, 2).error == DecompressError::too_large);
    CHECK(decompressed(one, Coding::gzip, 100).error == DecompressError::broken);
}

// Several members in a row are one content; a body that is cut short or has extra bytes is invalid.
TEST_CASE("gzip bodies are read whole or not at all") {
    const std::string one = compressed("one ", Coding::gzip);
    const std::string two = compressed("two", Coding::gzip);
    CHECK(decompressed(one + two, Coding::gzip, 100).body == "one two");
    CHECK(decompressed(one + two, Coding::gzip, 100).error == std::nullopt);
    CHECK(decompressed("", Coding::gzip, 100).error == DecompressError::broken);
    CHECK(decompressed("no gzip", Coding::gzip, 100).error == DecompressError::broken);
    CHECK(decompressed(one.substr(0, one.size() - 1), Coding::gzip, 100).error == DecompressError::broken);
    CHECK(decompressed(one + "junk", Coding::gzip, 100).error == DecompressError::broken);
    CHECK(decompressed(compressed(std::string(101, 'x'), Coding::gzip), Coding::gzip, 100).error ==
          DecompressError::too_large);
    const std::string long_text(1 << 20, 'x');
    CHECK(decompressed(compressed(long_text, Coding::gzip), Coding::gzip, long_text.size()).body ==
          long_text);
}
