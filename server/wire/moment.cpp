#include "server/wire/moment.hpp"

#include <chrono>
#include <ctime>
#include <string>

#include "engine/model/parse_number.hpp"

namespace tailrace::server {
namespace {

constexpr char date_and_time[] = "%Y-%m-%dT%H:%M:%S";

/// Parses the whole text as a number of seconds in the range of a clock.
std::optional<std::chrono::microseconds> parse_seconds(std::string_view text) {
    constexpr double most = 3e11;
    constexpr double micro = 1e6;
    const auto seconds = parse_number<double>(text);
    if (!seconds || !(*seconds >= 0 && *seconds < most)) return std::nullopt;
    return std::chrono::microseconds(static_cast<std::int64_t>(*seconds * micro));
}

/// Returns true if the date and the time exist. strptime() also accepts 30 February and a 61st second.
bool exists(const std::tm& parts) {
    constexpr int first_year = 1900;
    constexpr int last_second = 59;
    const std::chrono::year_month_day day(std::chrono::year(first_year + parts.tm_year),
                                          std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                          std::chrono::day(static_cast<unsigned>(parts.tm_mday)));
    return day.ok() && parts.tm_sec <= last_second;
}

std::optional<Timestamp> parse_any_moment(std::string_view text) {
    if (const auto since_epoch = parse_seconds(text)) return Timestamp(*since_epoch);
    const std::string terminated(text);
    std::tm parts{};
    const char* const end = strptime(terminated.c_str(), date_and_time, &parts);
    if (end == nullptr || !exists(parts)) return std::nullopt;
    std::string_view rest = text.substr(static_cast<std::size_t>(end - terminated.c_str()));
    if (!rest.ends_with('Z')) return std::nullopt;
    rest.remove_suffix(1);
    const std::chrono::seconds whole(timegm(&parts));
    if (rest.empty()) return Timestamp(whole);
    const bool has_fraction = rest.size() > 1 && rest.front() == '.';
    const auto fraction = has_fraction ? parse_seconds("0" + std::string(rest)) : std::nullopt;
    if (!fraction) return std::nullopt;
    return Timestamp(whole + *fraction);
}

}  // namespace

std::optional<Timestamp> parse_moment(std::string_view text) {
    const auto moment = parse_any_moment(text);
    return moment && *moment >= Timestamp() && *moment <= last_moment ? moment : std::nullopt;
}

}  // namespace tailrace::server
