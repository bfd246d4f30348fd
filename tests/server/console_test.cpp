#include <algorithm>
#include <string>
#include <string_view>

#include "server/console/console_mount.hpp"
#include "server/console/console_pages.hpp"
#include "server/wire/content_coding.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

constexpr std::size_t max_page_bytes = 1024 * 1024;

class Console {
  public:
    Console() { mount_console(router_); }

    HttpResponse get(std::string_view path, std::vector<HttpHeader> headers = {},
                     std::string_view method = "GET") const {
        const Mount* mount = router_.find(path);
        REQUIRE(mount != nullptr);
        return mount->answer({.method = method, .target = RequestTarget(path), .headers = headers});
    }

  private:
    Router router_;
};

std::string header(const HttpResponse& response, std::string_view name) {
    const std::size_t begin = response.extra_headers.find(std::string(name) + ": ");
    if (begin == std::string::npos) return {};
    const std::size_t value = begin + name.size() + 2;
    return response.extra_headers.substr(value, response.extra_headers.find("\r\n", value) - value);
}

}  // namespace

TEST_CASE("The console's page is sent as the build compressed it, and inflated for clients without gzip",
          "[console]") {
    const Console console;
    const HttpResponse compressed = console.get("/_tailrace/console", {{"Accept-Encoding", "gzip, br"}});
    CHECK(compressed.status == 200);
    CHECK(compressed.content_type == "text/html; charset=utf-8");
    CHECK(compressed.content_encoding == "gzip");
    CHECK_FALSE(compressed.fixed_body.empty());

    const HttpResponse plain = console.get("/_tailrace/console/");
    CHECK(plain.content_encoding.empty());
    CHECK(plain.body.starts_with("<!doctype html>"));
    CHECK(decompressed(compressed.fixed_body, ContentCoding::gzip, max_page_bytes).body == plain.body);
    CHECK(header(plain, "Vary") == "Accept-Encoding");
    CHECK(header(plain, "ETag") != header(compressed, "ETag"));
}

TEST_CASE("A browser that has the console's page already gets 304", "[console]") {
    const Console console;
    const std::string tag = header(console.get("/_tailrace/console/app.js"), "ETag");
    const HttpResponse again = console.get("/_tailrace/console/app.js", {{"If-None-Match", tag}});
    CHECK(again.status == 304);
    CHECK(again.content().empty());
    CHECK(console.get("/_tailrace/console/app.js", {{"If-None-Match", "\"1\""}}).status == 200);
}

// What people store in their tables must not become a part of the page.
TEST_CASE("The console's pages load only what the server has, and are in no other page's frame",
          "[console]") {
    const HttpResponse page = Console().get("/_tailrace/console");
    CHECK(header(page, "Content-Security-Policy") ==
          "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
          "object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    CHECK(header(page, "Referrer-Policy") == "no-referrer");
    CHECK(header(page, "Cache-Control") == "no-cache");
}

TEST_CASE("The console answers GET and HEAD, and says where it begins", "[console]") {
    const Console console;
    CHECK(console.get("/_tailrace/console", {}, "HEAD").status == 200);
    const HttpResponse posted = console.get("/_tailrace/console", {}, "POST");
    CHECK(posted.status == 405);
    CHECK(posted.body == R"({"message":"POST /_tailrace/console: the console answers GET and HEAD."})");
    const HttpResponse missing = console.get("/_tailrace/console/views/none.js");
    CHECK(missing.status == 404);
    CHECK(missing.body ==
          R"({"message":"GET /_tailrace/console/views/none.js: the console has no such page. )"
          R"(It begins at /_tailrace/console."})");
    CHECK(console.get("/_tailrace/console/%2e%2e/app.js").status == 404);
}

TEST_CASE("All of the console is at most 400 KB, and every file of it can be read", "[console]") {
    const Console console;
    std::size_t bytes = 0;
    for (const ConsolePage& page : console_pages()) {
        INFO(page.name);
        bytes += page.gzip.size();
        const HttpResponse read = console.get("/_tailrace/console/" + std::string(page.name));
        CHECK(read.status == 200);
        CHECK(read.content_type == page.content_type);
        CHECK_FALSE(read.body.empty());
        CHECK(read.body.find("innerHTML") == std::string::npos);
    }
    CHECK(bytes <= 400 * 1000);
}
