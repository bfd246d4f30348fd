#include "server/admin/clock_endpoints.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
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

/// Returns how far the body moves a clock: by {"Seconds": 90.5}, or to {"Now": "2026-01-31T12:00:00Z"}.
/// Returns nullopt if it says neither, or moves the clock backwards. The most that is returned is longer than
/// from 1970 to 9999, which is too far for any clock.
std::optional<std::chrono::microseconds> movement(const Clock& clock, std::string_view body) {
    constexpr double most_seconds = 3e11;
    json::error_code error;
    const json::value parsed = json::parse(body, error);
    if (error || !parsed.is_object() || parsed.get_object().size() != 1) return std::nullopt;
    const json::key_value_pair& member = *parsed.get_object().begin();
    if (member.key() == "Now" && member.value().is_string()) {
        const auto moment = parse_moment(member.value().get_string());
        if (!moment || *moment < clock.now()) return std::nullopt;
        return *moment - clock.now();
    }
    if (member.key() != "Seconds" || !member.value().is_number()) return std::nullopt;
    const std::chrono::duration<double> seconds(member.value().to_number<double>());
    if (!(seconds.count() >= 0)) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::min(seconds, std::chrono::duration<double>(most_seconds)));
}

HttpResponse move(ManualClock& clock, const std::function<void()>& moved, const WebRequest& request) {
    const auto by = movement(clock, request.body);
    if (!by) {
        return message_response(400,
                                "The body must be {\"Seconds\": N}, how far to move on, or {\"Now\": "
                                "\"2026-01-31T12:00:00Z\"}, a time that is not past.");
    }
    if (*by > last_moment - clock.now())
        return message_response(400, "The clock cannot be moved beyond the year 9999.");
    clock.advance(*by);
    if (moved) moved();
    return show_clock(clock, true);
}

HttpResponse refuse_to_move() {
    return message_response(
        409,
        "The server's clock is the machine's. Start it with --manual-clock TIME to have one that can be "
        "moved.");
}

}  // namespace

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
