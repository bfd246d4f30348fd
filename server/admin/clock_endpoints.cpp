#include "server/admin/clock_endpoints.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "server/wire/moment.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

HttpResponse show_clock(const Clock& clock, bool is_manual) {
    const Timestamp now = clock.now();
    return json_response(
        {{"Now", iso_time(now)}, {"EpochSeconds", epoch_seconds(now)}, {"Manual", is_manual}});
}

/// How far to move a clock, or why that is refused.
struct Movement {
    std::chrono::microseconds by;
    std::string fault;
};

Movement movement_to(std::string_view text, Timestamp now) {
    const auto moment = parse_moment(text);
    if (!moment) return {{}, "The time must be written as 2026-01-31T12:00:00Z."};
    if (*moment < now) {
        return {{},
                iso_time(*moment) + " is in the past: the server's clock is at " + iso_time(now) +
                    " and cannot be moved back."};
    }
    return {*moment - now, {}};
}

/// Returns at most max_seconds. That is longer than from 1970 to 9999, so move() refuses it.
Movement movement_by(const json::value& value) {
    constexpr double max_seconds = 3e11;
    const double seconds = value.is_number() ? value.to_number<double>() : -1;
    if (!(seconds >= 0)) return {{}, "The seconds must be a number that is not below 0."};
    const std::chrono::duration<double> by(std::min(seconds, max_seconds));
    return {std::chrono::duration_cast<std::chrono::microseconds>(by), {}};
}

/// Reads the body of a request: {"Seconds": 90.5}, or {"Now": "2026-01-31T12:00:00Z"}.
Movement movement(std::string_view body, Timestamp now) {
    json::error_code error;
    const json::value parsed = json::parse(body, error);
    if (!error && parsed.is_object() && parsed.get_object().size() == 1) {
        const json::key_value_pair& member = *parsed.get_object().begin();
        if (member.key() == "Seconds") return movement_by(member.value());
        if (member.key() == "Now") {
            const json::string* const text = member.value().if_string();
            return movement_to(text == nullptr ? std::string_view() : std::string_view(*text), now);
        }
    }
    return {{},
            "The body must be {\"Seconds\": N}, to move the clock forward by N, or {\"Now\": "
            "\"2026-01-31T12:00:00Z\"}, to move it to a time that is not in the past."};
}

HttpResponse move(ManualClock& clock, const std::function<void()>& moved, const WebRequest& request) {
    const auto [by, fault] = movement(request.body, clock.now());
    if (!fault.empty()) return message_response(400, fault);
    if (by > last_moment - clock.now())
        return message_response(400, "The clock cannot be moved beyond the year 9999.");
    clock.advance(by);
    if (moved) moved();
    return show_clock(clock, true);
}

}  // namespace

HttpResponse refuse_to_move() {
    return message_response(409,
                            "The server uses the machine's clock. Start it with --manual-clock TIME to have "
                            "a clock that can be moved.");
}

void add_clock_endpoints(Mount& admin, const Clock& clock, ManualClock* movable,
                         std::function<void()> moved) {
    admin.add(
        {.method = "GET",
         .path = "/_tailrace/clock",
         .purpose = "The server's time.",
         .function = [&clock, movable](const WebRequest&) { return show_clock(clock, movable != nullptr); },
         .answering = Answering::at_once});
    admin.add({.method = "POST",
               .path = "/_tailrace/clock",
               .purpose =
                   "Moves the clock of a server that was started with --manual-clock: {\"Seconds\": 60} "
                   "or {\"Now\": \"2026-01-31T12:00:00Z\"}.",
               .function =
                   [movable, moved = std::move(moved)](const WebRequest& request) {
                       return movable == nullptr ? refuse_to_move() : move(*movable, moved, request);
                   },
               .members = {{.name = "Seconds", .kind = FieldKind::number}, {.name = "Now"}}});
}

}  // namespace tailrace::server
