#include "server/admin/clock_endpoints.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "server/wire/moment.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

AdminResponse show(const Clock& clock, bool is_manual) {
    const Timestamp now = clock.now();
    return {200, json::serialize(json::object{
                     {"Now", iso_time(now)}, {"EpochSeconds", epoch_seconds(now)}, {"Manual", is_manual}})};
}

/// How far the body moves a clock: {"Seconds": 90.5}, or to {"Now": "2026-01-31T12:00:00Z"}. Nothing when it
/// says neither, or backwards. What is too far for any clock is further than from 1970 to 9999.
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

AdminResponse move(ManualClock& clock, const std::function<void()>& moved, const AdminRequest& request) {
    const auto by = movement(clock, request.body);
    if (!by) {
        return {400, json::serialize(
                         json::object{{"message",
                                       "The body must be {\"Seconds\": N}, how far to move on, or {\"Now\": "
                                       "\"2026-01-31T12:00:00Z\"}, a time that is not past."}})};
    }
    if (*by > last_moment - clock.now()) {
        return {400, json::serialize(
                         json::object{{"message", "The clock cannot be moved beyond the year 9999."}})};
    }
    clock.advance(*by);
    if (moved) moved();
    return show(clock, true);
}

AdminResponse refuse_to_move() {
    return {409, json::serialize(json::object{
                     {"message",
                      "The server's clock is the machine's. Start it with --manual-clock TIME to have one "
                      "that can be moved."}})};
}

}  // namespace

void add_clock_endpoints(AdminEndpoints& endpoints, const Clock& clock, ManualClock* movable,
                         std::function<void()> moved) {
    endpoints.add({"GET", "/_tailrace/clock", "What time it is for the server.",
                   [&clock, movable](const AdminRequest&) { return show(clock, movable != nullptr); },
                   Answering::at_once});
    endpoints.add({"POST", "/_tailrace/clock",
                   "Moves the clock of a server that was started with --manual-clock: {\"Seconds\": 60} or "
                   "{\"Now\": \"2026-01-31T12:00:00Z\"}.",
                   [movable, moved = std::move(moved)](const AdminRequest& request) {
                       return movable == nullptr ? refuse_to_move() : move(*movable, moved, request);
                   }});
}

}  // namespace tailrace::server
