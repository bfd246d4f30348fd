#include "server/signature/basic_date.hpp"

#include "server/wire/moment.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view basic_shape = "YYYYMMDDThhmmssZ";

}  // namespace

std::optional<Timestamp> parse_basic_date(std::string_view text) {
    if (text.size() != basic_shape.size()) return std::nullopt;
    // parse_moment() reads the extended format, and also some texts that are not quite in it.
    std::string extended;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 4 || i == 6) extended.push_back('-');
        if (i == 11 || i == 13) extended.push_back(':');
        extended.push_back(text[i]);
    }
    const std::optional<Timestamp> time = parse_moment(extended);
    return time && basic_date(*time) == text ? time : std::nullopt;
}

std::string basic_date(Timestamp time) {
    std::string text = iso_time_in_seconds(time);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

}  // namespace tailrace::server
