#include <boost/json.hpp>

#include "server/admin/clock_endpoints.hpp"
#include "server/wire/moment.hpp"
#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

constexpr const char* usage =
    R"(The body must be {\"Seconds\": N}, to move the clock forward by N, or )"
    R"({\"Now\": \"2026-01-31T12:00:00Z\"}, to move it to a time that is not in the past.)";

}  // namespace

TEST_CASE("a moment is read in the ways in which people write it", "[clock]") {
    const Timestamp noon(std::chrono::seconds(1769860800));
    CHECK(parse_moment("2026-01-31T12:00:00Z") == noon);
    CHECK(parse_moment("2026-01-31T12:00:00.5Z") == noon + std::chrono::milliseconds(500));
    CHECK(parse_moment("1769860800") == noon);
    CHECK(parse_moment("1769860800.25") == noon + std::chrono::milliseconds(250));
    for (const char* other : {"", "noon", "-1", "1e300", "2026-01-31", "2026-01-31T12:00:00",
                              "2026-01-31T12:00:00+01:00", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00xZ",
                              "2026-13-31T12:00:00Z", "nan", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
                              "10000-01-01T00:00:00Z", "253402300800", "9223372036854775807", "inf"}) {
        CAPTURE(other);
        CHECK_FALSE(parse_moment(other));
    }
}

// A date that does not exist is refused, since nobody means the next valid day by it.
TEST_CASE("a day or a second that does not exist is refused", "[clock]") {
    CHECK(parse_moment("2028-02-29T12:00:00Z") == Timestamp(std::chrono::seconds(1835438400)));
    for (const char* other :
         {"2026-02-30T12:00:00Z", "2026-02-29T12:00:00Z", "2026-04-31T12:00:00Z", "2100-02-29T00:00:00Z",
          "2026-01-00T12:00:00Z", "2026-01-32T12:00:00Z", "2026-06-30T23:59:60Z", "2026-06-30T24:00:00Z"}) {
        CAPTURE(other);
        CHECK_FALSE(parse_moment(other));
    }
}

// Windows, ages, time to live and retention move with it.
TEST_CASE("a manual clock is moved by request", "[clock]") {
    FrontDoorFixture server;
    int moves = 0;
    add_clock_endpoints(server.admin, server.clock, &server.clock, [&] { ++moves; });
    const auto now = [&] { return server.ask("GET", "/_tailrace/clock", {}).body; };
    const auto move = [&](const char* body) { return server.ask("POST", "/_tailrace/clock", {}, body); };
    const std::string half_past =
        R"({"Now":"2026-01-31T12:30:00.000Z","EpochSeconds":1.7698626E9,"Manual":true})";
    CHECK(move(R"({"Seconds":1800})").body == half_past);
    CHECK(now() == half_past);
    CHECK(server.clock.now() == Timestamp(std::chrono::seconds(1769862600)));
    CHECK(move(R"({"Now":"2026-02-01T00:00:00Z"})").status == 200);
    CHECK(server.clock.now() == Timestamp(std::chrono::seconds(1769904000)));
    CHECK(move(R"({"Seconds":0})").status == 200);
    const auto check_refuses = [&](const char* body, const char* message) {
        CAPTURE(body);
        const HttpResponse refused = move(body);
        CHECK(refused.status == 400);
        CHECK(refused.body == R"({"message":")" + std::string(message) + "\"}");
    };
    for (const char* wrong : {"", "[]", "{}", R"({"Seconds":1,"Now":"2026-03-01T00:00:00Z"})"}) {
        check_refuses(wrong, usage);
    }
    for (const char* wrong : {R"({"Seconds":-1})", R"({"Seconds":"1"})", R"({"Seconds":null})"}) {
        check_refuses(wrong, "The seconds must be a number that is not below 0.");
    }
    for (const char* wrong :
         {R"({"Now":"yesterday"})", R"({"Now":"2026-02-30T12:00:00Z"})", R"({"Now":1})"}) {
        check_refuses(wrong, "The time must be written as 2026-01-31T12:00:00Z.");
    }
    check_refuses(R"({"Now":"2026-01-31T12:00:00Z"})",
                  "2026-01-31T12:00:00.000Z is in the past: the server's clock is at "
                  "2026-02-01T00:00:00.000Z and cannot be moved back.");
    CHECK(server.clock.now() == Timestamp(std::chrono::seconds(1769904000)));
    CHECK(moves == 3);
}

// Times are written with a four-digit year and counted as 64-bit microseconds.
TEST_CASE("a manual clock is not moved beyond the year 9999", "[clock]") {
    FrontDoorFixture server;
    add_clock_endpoints(server.admin, server.clock, &server.clock);
    const auto move = [&](const char* body) { return server.ask("POST", "/_tailrace/clock", {}, body); };
    const Timestamp started = server.clock.now();
    for (const char* too_far :
         {R"({"Seconds":251632440000})", R"({"Seconds":1e18})", R"({"Seconds":1e300})",
          R"({"Seconds":9223372036854775807})", R"({"Seconds":18446744073709551616})"}) {
        CAPTURE(too_far);
        const HttpResponse refused = move(too_far);
        CHECK(refused.status == 400);
        CHECK(refused.body == R"({"message":"The clock cannot be moved beyond the year 9999."})");
        CHECK(server.clock.now() == started);
    }
    CHECK(move(R"({"Now":"9999-12-31T23:59:59Z"})").body ==
          R"({"Now":"9999-12-31T23:59:59.000Z","EpochSeconds":2.53402300799E11,"Manual":true})");
    CHECK(move(R"({"Seconds":1})").status == 400);
    CHECK(move(R"({"Seconds":0.5})").status == 200);
}

TEST_CASE("the machine's clock is shown but not moved", "[clock]") {
    FrontDoorFixture server;
    add_clock_endpoints(server.admin, server.clock, nullptr);
    CHECK(server.ask("GET", "/_tailrace/clock", {}).body ==
          R"({"Now":"2026-01-31T12:00:00.000Z","EpochSeconds":1.7698608E9,"Manual":false})");
    const HttpResponse refused = server.ask("POST", "/_tailrace/clock", {}, R"({"Seconds":60})");
    CHECK(refused.status == 409);
    CHECK(refused.body ==
          R"({"message":"The server uses the machine's clock. Start it with --manual-clock TIME to have )"
          R"(a clock that can be moved."})");
}
