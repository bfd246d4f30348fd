#include "server/cache/cache_mount.hpp"

#include <stdexcept>

#include "engine/model/base64.hpp"
#include "server/admin/cache_endpoints.hpp"
#include "server/cache/cache_token.hpp"
#include "tests/catch.hpp"
#include "tests/failing_store.hpp"
#include "tests/server/front_door_fixture.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::server;
using namespace std::chrono_literals;

namespace {

/// Caches beside the tables of an engine, with a manual clock.
struct CacheFixture {
    explicit CacheFixture(CacheOptions options = {.caches = {{"cruddur", 600s}, {"other", 60s}}},
                          std::unique_ptr<storage::Store> store = storage::open_store({}))
        : engine({}, std::move(store), clock), caches(engine.database(), clock, std::move(options)) {}

    ManualClock clock{Timestamp(std::chrono::seconds(1769860800))};
    Engine engine;
    Caches caches;
};

/// The front door with caches mounted.
struct CacheDoorFixture : CacheFixture {
    explicit CacheDoorFixture(const std::string& token = {}, AccessRules access = {})
        : server(FrontDoorOptions{.access = std::move(access)}) {
        mount_caches(server.router, caches, clock, token);
        add_cache_endpoints(server.admin, caches);
    }

    /// The status and the body without its line end, such as "404 Key Not Found"; only "204" if there is no
    /// body.
    std::string ask(const std::string& method, const std::string& target, const std::string& body = {},
                    const Headers& headers = {{"Authorization", "any"}}) {
        const HttpResponse response = server.ask(method, target, headers, body);
        std::string text = std::to_string(response.status);
        if (!response.body.empty()) text.append(" ").append(response.body);
        if (text.ends_with("\n")) text.pop_back();
        return text;
    }

    FrontDoorFixture server;
};

std::string refusal(const char* text) {
    try {
        parse_cache_definition(text);
        return "accepted";
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
}

std::string base64_url(const std::string& text) {
    std::string out;
    append_base64(out, text);
    while (out.ends_with('=')) out.pop_back();
    return out;
}

/// A JSON Web Token with these claims.
std::string web_token(const std::string& claims) {
    return base64_url(R"({"alg":"HS256"})") + "." + base64_url(claims) + ".signature";
}

std::string value(CacheFixture& fixture, const char* key) {
    return fixture.caches.get("cruddur", key).value_or("(none)");
}

}  // namespace

TEST_CASE("a cache is named with the time its values live") {
    CHECK(parse_cache_definition("cruddur").time_to_live == 600s);
    const CacheDefinition cache = parse_cache_definition("my-cache_1.x:5");
    CHECK(cache.name == "my-cache_1.x");
    CHECK(cache.time_to_live == 5s);
    CHECK(refusal("") == "'' is not a cache's name: 1 to 255 letters, digits, '-', '_' and '.'");
    CHECK(refusal("a/b") == "'a/b' is not a cache's name: 1 to 255 letters, digits, '-', '_' and '.'");
    for (const std::string seconds :
         {"", "0", "-1", "1.5", "ten", "86400000001", "99999999999999999999", "5 "}) {
        CHECK(refusal(("c:" + seconds).c_str()) == "'" + seconds +
                                                       "' is not a time to live of the cache 'c': a whole "
                                                       "number of seconds from 1 to 86400000000");
    }
}

TEST_CASE("a value lives in its cache for its time") {
    CacheFixture fixture;
    Caches& caches = fixture.caches;
    CHECK(value(fixture, "a") == "(none)");
    caches.set("cruddur", "a", "one");
    caches.set("cruddur", "b", "two", 10s);
    caches.set("other", "a", std::string("\0\xff", 2));
    CHECK(value(fixture, "a") == "one");
    CHECK(caches.get("other", "a") == std::string("\0\xff", 2));
    caches.set("cruddur", "a", "");
    CHECK(caches.get("cruddur", "a") == "");

    fixture.clock.advance(10s - 1us);
    CHECK(value(fixture, "b") == "two");
    fixture.clock.advance(1us);
    CHECK(value(fixture, "b") == "(none)");
    fixture.clock.advance(50s);
    CHECK(caches.get("other", "a") == std::nullopt);
    CHECK(value(fixture, "a").empty());
    fixture.clock.advance(540s);
    CHECK(value(fixture, "a") == "(none)");

    caches.set("cruddur", "c", "three");
    CHECK(caches.erase("cruddur", "c"));
    CHECK_FALSE(caches.erase("cruddur", "c"));
    CHECK_THROWS_AS(caches.get("none", "a"), std::out_of_range);
    CHECK_THROWS_AS(caches.set("none", "a", "x"), std::out_of_range);
}

TEST_CASE("what a cache holds is counted and cleared without what has expired") {
    CacheFixture fixture;
    Caches& caches = fixture.caches;
    caches.set("cruddur", "a", "12345", 5s);
    caches.set("cruddur", "b", "123");
    caches.set("other", "b", "1");
    fixture.clock.advance(5s);
    const std::vector<CacheContents> contents = caches.contents();
    REQUIRE(contents.size() == 2);
    CHECK(contents[0].definition.name == "cruddur");
    CHECK(contents[0].items == 1);
    CHECK(contents[0].size_bytes == 3);
    CHECK(contents[1].items == 1);
    caches.set("cruddur", "c", "x", 1s);
    fixture.clock.advance(1s);
    CHECK(caches.clear("cruddur") == 1);
    CHECK(caches.clear("cruddur") == 0);
    CHECK(caches.get("other", "b") == "1");
}

TEST_CASE("a full cache drops the least recently used values") {
    constexpr std::size_t room_for_three = 3 * (1000 + 2 * sizeof "cruddur/1" + 256);
    CacheFixture fixture({.caches = {{"cruddur", 600s}}, .memory_bytes = room_for_three});
    const auto set = [&](const char* key) { fixture.caches.set("cruddur", key, std::string(1000, 'x')); };
    set("1");
    set("2");
    set("3");
    CHECK(value(fixture, "1") != "(none)");
    set("4");
    CHECK(value(fixture, "2") == "(none)");
    CHECK(value(fixture, "1") != "(none)");
    CHECK(value(fixture, "3") != "(none)");
    CHECK(value(fixture, "4") != "(none)");
    set("4");
    CHECK(fixture.caches.contents().front().items == 3);

    const std::string largest(max_cached_bytes, 'x');
    fixture.caches.set("cruddur", "large", largest);
    CHECK(value(fixture, "large") == largest);
    CHECK(fixture.caches.contents().front().items == 1);
    CHECK_THROWS_AS(fixture.caches.set("cruddur", "large", largest + "x"), std::length_error);
    CHECK(value(fixture, "large") == largest);
}

TEST_CASE("values are kept with the tables") {
    const tests::TemporaryFolder folder;
    const auto store = [&] { return storage::open_store({.location = folder.path("tables.db")}); };
    const CacheOptions both{.caches = {{"cruddur", 600s}, {"other", 60s}}};
    {
        CacheFixture fixture(both, store());
        fixture.caches.set("cruddur", std::string("a\0/\xff", 4), "kept");
        fixture.caches.set("cruddur", "gone", "x");
        fixture.caches.set("other", "b", "waits");
        fixture.caches.set("cruddur", "short", "x", 5s);
        fixture.caches.erase("cruddur", "gone");
    }
    {
        CacheFixture fixture({.caches = {{"cruddur", 600s}}}, store());
        fixture.clock.advance(5s);
        CHECK(fixture.caches.get("cruddur", std::string_view("a\0/\xff", 4)) == "kept");
        CHECK(value(fixture, "short") == "(none)");
        CHECK(value(fixture, "gone") == "(none)");
    }
    {
        CacheFixture fixture(both, store());
        CHECK(fixture.caches.get("other", "b") == "waits");
        CHECK(fixture.caches.contents().front().items == 1);
    }
    {
        CacheFixture fixture({.caches = both.caches, .memory_bytes = 300}, store());
        CHECK(fixture.caches.contents().front().items + fixture.caches.contents().back().items == 1);
    }
    CacheFixture fixture(both, store());
    CHECK(fixture.caches.contents().front().items + fixture.caches.contents().back().items == 1);
}

TEST_CASE("after a restart the values that were set first are dropped first") {
    const tests::TemporaryFolder folder;
    const auto store = [&] { return storage::open_store({.location = folder.path("tables.db")}); };
    {
        CacheFixture fixture({.caches = {{"cruddur", 600s}}}, store());
        for (const char* key : {"z", "m", "a", "k"}) {
            fixture.caches.set("cruddur", key, std::string(1000, 'x'));
            fixture.clock.advance(1s);
        }
    }
    CacheFixture fixture({.caches = {{"cruddur", 600s}}, .memory_bytes = 3000}, store());
    CHECK(value(fixture, "z") == "(none)");
    CHECK(value(fixture, "m") == "(none)");
    CHECK(value(fixture, "a") != "(none)");
    CHECK(value(fixture, "k") != "(none)");
}

// Expired values need not be removed before the others can be read.
TEST_CASE("values can be read when nothing can be written") {
    tests::StoreFaults faults;
    CacheFixture fixture({.caches = {{"cruddur", 600s}}},
                         std::make_unique<tests::FailingStore>(storage::open_store({}), faults));
    fixture.caches.set("cruddur", "live", "x");
    fixture.caches.set("cruddur", "over", "x", 1s);
    fixture.clock.advance(1s);
    faults.writes = true;
    CHECK_THROWS_AS(fixture.caches.set("cruddur", "new", "x"), storage::StorageError);
    for (int i = 0; i < 3; ++i) {
        CHECK(value(fixture, "live") == "x");
        CHECK(value(fixture, "over") == "(none)");
        CHECK(value(fixture, "new") == "(none)");
        CHECK(fixture.caches.contents().front().items == 1);
    }
    faults.reads = true;
    CHECK_THROWS_AS(fixture.caches.set("cruddur", "new", "x"), storage::StorageError);
    CHECK_THROWS_AS(fixture.caches.get("cruddur", "live"), storage::StorageError);
    faults.reads = false;
    faults.writes = false;
    CHECK(value(fixture, "live") == "x");
}

TEST_CASE("values beside tables in memory are stored once") {
    CacheFixture fixture({.caches = {{"cruddur", 600s}}, .are_kept = false});
    fixture.caches.set("cruddur", "a", "x");
    fixture.caches.set("cruddur", "b", "x");
    CHECK(fixture.caches.erase("cruddur", "b"));
    CHECK(fixture.caches.clear("cruddur") == 1);
    fixture.caches.set("cruddur", "a", "y");
    CHECK(value(fixture, "a") == "y");
    std::size_t rows = 0;
    table::StateRows(fixture.engine.database(), "cache/").visit([&](auto, auto) { ++rows; });
    CHECK(rows == 0);
}

TEST_CASE("a value that cannot be kept leaves the one before it") {
    tests::StoreFaults faults;
    CacheFixture fixture({.caches = {{"cruddur", 600s}}},
                         std::make_unique<tests::FailingStore>(storage::open_store({}), faults));
    fixture.caches.set("cruddur", "a", "first");
    faults.next_write = true;
    CHECK_THROWS_AS(fixture.caches.set("cruddur", "a", "second"), storage::StorageError);
    CHECK(value(fixture, "a") == "first");
    faults.next_write = true;
    CHECK_THROWS_AS(fixture.caches.clear("cruddur"), storage::StorageError);
    CHECK(value(fixture, "a") == "first");
    faults.next_write = true;
    CHECK_THROWS_AS(fixture.caches.erase("cruddur", "a"), storage::StorageError);
    CHECK(value(fixture, "a") == "first");
}

TEST_CASE("the time at which a token expires is read, if the token has one") {
    const auto seconds = [](const std::string& token) {
        const auto expiry = expiry_of_token(token);
        return expiry ? std::chrono::duration_cast<std::chrono::seconds>(expiry->time_since_epoch()).count()
                      : -1;
    };
    const std::string token = web_token(R"({"exp":1769860800})");
    CHECK(seconds(token) == 1769860800);
    CHECK(seconds(base64_url(R"({"endpoint":"cell-1","api_key":")" + token + R"("})")) == 1769860800);
    for (const std::string& other :
         {std::string("local"), std::string("a.b.c"), std::string("a."), web_token("{}"), web_token("[1]"),
          web_token(R"({"exp":"soon"})"), web_token(R"({"exp":-1})"), web_token(R"({"exp":1e300})"),
          base64_url(R"({"api_key":7})"), base64_url("{}")}) {
        CHECK(seconds(other) == -1);
    }
}

TEST_CASE("a cache is read and written over HTTP") {
    CacheDoorFixture fixture;
    CHECK(fixture.ask("GET", "/cache/cruddur?key=a") == "404 Key Not Found");
    CHECK(fixture.ask("PUT", "/cache/cruddur?key=a&ttl_seconds=300", "one") == "204");
    CHECK(fixture.ask("GET", "/cache/cruddur?key=a") == "200 one");
    CHECK(fixture.server.ask("GET", "/cache/cruddur?key=a&token=x", {}).content_type ==
          "application/octet-stream");
    CHECK(fixture.ask("GET", "/cache/cruddur?key_base64=YQ") == "200 one");
    CHECK(fixture.ask("GET", "/cache/cruddur?key_base64=YQ==") == "200 one");
    CHECK(fixture.ask("PUT", "/cache/cruddur?key_base64=_-8&ttl_seconds=1", "bytes") == "204");
    CHECK(fixture.ask("GET", "/cache/cruddur?key=%FF%EF") == "200 bytes");
    CHECK(fixture.ask("DELETE", "/cache/cruddur?key=a") == "204");
    CHECK(fixture.ask("DELETE", "/cache/cruddur?key=a") == "204");
    CHECK(fixture.ask("GET", "/cache/cruddur?key=a") == "404 Key Not Found");
    fixture.clock.advance(1s);
    CHECK(fixture.ask("GET", "/cache/cruddur?key=%FF%EF") == "404 Key Not Found");
}

TEST_CASE("a malformed request to a cache gets its error") {
    CacheDoorFixture fixture;
    const auto put = [&](const std::string& query) {
        return fixture.ask("PUT", "/cache/cruddur" + query, "x");
    };
    CHECK(fixture.ask("GET", "/cache/none?key=a") == "404 Cache Not Found");
    CHECK(fixture.ask("PUT", "/cache/none?key=a&ttl_seconds=1", "x") == "404 Cache Not Found");
    CHECK(fixture.ask("DELETE", "/cache/none?key=a") == "404 Cache Not Found");
    CHECK(fixture.ask("GET", "/cache/cruddur") == "400 The parameter key or key_base64 is needed");
    CHECK(fixture.ask("GET", "/cache/cruddur?key=a&key_base64=YQ") ==
          "400 The parameter key or key_base64 is needed");
    CHECK(fixture.ask("GET", "/cache/cruddur?key=") == "400 The key is empty");
    CHECK(fixture.ask("GET", "/cache/cruddur?key_base64=") == "400 The key is empty");
    CHECK(fixture.ask("GET", "/cache/cruddur?key_base64=a%2Bb") == "400 key_base64 is not base64 for URLs");
    CHECK(fixture.ask("GET", "/cache/cruddur?key=a&ttl_seconds=1") ==
          "400 Unknown parameter 'ttl_seconds' of GET");
    CHECK(put("?key=a") == "400 The parameter ttl_seconds is missing");
    for (const char* seconds : {"0", "-5", "1.5", "soon", ""}) {
        CHECK(put(std::string("?key=a&ttl_seconds=") + seconds) ==
              "400 ttl_seconds is a whole number of seconds from 1 to 86400000000");
    }
    CHECK(fixture.ask("PUT", "/cache/cruddur?key=a&ttl_seconds=1", std::string(max_cached_bytes + 1, 'x')) ==
          "429 The value has 1048577 bytes; a value has at most 1048576.");
    CHECK(fixture.ask("POST", "/cache/cruddur?key=a") == "405 POST: a cache answers GET, PUT and DELETE");
    CHECK(fixture.ask("GET", "/cache/a/b?key=a") == "404 The only path is /cache/{cacheName}?key=KEY");
}

TEST_CASE("a cache requires a token, and may accept only one") {
    const std::string path = "/cache/cruddur?key=a";
    CacheDoorFixture any;
    CHECK(any.ask("GET", path, {}, {}) ==
          "401 A token is needed, in the header Authorization or as the parameter token");
    CHECK(any.ask("GET", path + "&token=x", {}, {}) == "404 Key Not Found");
    CacheDoorFixture one("secret");
    CHECK(one.ask("GET", path) == "401 The token does not match --cache-token");
    CHECK(any.ask("GET", path, {}, {{"Authorization", "Bearer x"}}) ==
          "401 A token has no spaces; send it alone, without 'Bearer'");
    CHECK(one.ask("GET", path + "&token=secret", {}, {}) == "404 Key Not Found");
    CHECK(one.ask("GET", path, {}, {{"Authorization", "secret"}}) == "404 Key Not Found");

    const Headers dated{{"Authorization", web_token(R"({"exp":1769860801})")}};
    CHECK(any.ask("GET", path, {}, dated) == "404 Key Not Found");
    any.clock.advance(1s);
    CHECK(any.ask("GET", path, {}, dated) == "401 The token expired at 2026-01-31T12:00:01.000Z");
}

// The caches have a token of their own. A program that uses them need not know the admin token.
TEST_CASE("the caches are open to programs that do not know the server's own token") {
    CacheDoorFixture fixture({}, {.admin_token = "owner"});
    CHECK(fixture.ask("GET", "/cache/cruddur?key=a") == "404 Key Not Found");
    CHECK(fixture.ask("GET", "/_tailrace/caches").starts_with("401 "));
    CacheDoorFixture alone({}, {.has_admin = false});
    CHECK(alone.ask("GET", "/cache/cruddur?key=a") == "404 Key Not Found");
    const HttpResponse page = fixture.server.ask("GET", "/cache/cruddur?key=a",
                                                 {{"Authorization", "any"}, {"Origin", "http://evil.test"}});
    CHECK(page.status == 403);
}

TEST_CASE("the caches are listed and cleared") {
    CacheDoorFixture fixture;
    fixture.caches.set("cruddur", "a", "12345");
    CHECK(fixture.ask("GET", "/_tailrace/caches") ==
          R"(200 {"Caches":[{"Name":"cruddur","TimeToLiveSeconds":600,"Items":1,"SizeBytes":5},)"
          R"({"Name":"other","TimeToLiveSeconds":60,"Items":0,"SizeBytes":0}]})");
    CHECK(fixture.ask("DELETE", "/_tailrace/caches/cruddur") == R"(200 {"Cleared":1})");
    CHECK(fixture.ask("DELETE", "/_tailrace/caches/none") ==
          R"(404 {"message":"There is no cache 'none'. GET /_tailrace/caches lists them."})");
    CHECK(fixture.ask("GET", "/cache/cruddur?key=a") == "404 Key Not Found");
}
