#include "server/cognito/user.hpp"

#include <cmath>

#include "engine/model/json_text.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

std::int64_t microseconds(Timestamp moment) {
    return moment.time_since_epoch().count();
}

Timestamp moment_of(const json::value& microseconds) {
    return Timestamp(std::chrono::microseconds(microseconds.as_int64()));
}

}  // namespace

const std::string* User::attribute(std::string_view name) const {
    const auto found = attributes.find(name);
    return found == attributes.end() ? nullptr : &found->second;
}

json::value shown_moment(Timestamp moment) {
    constexpr double thousand = 1000;
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(moment.time_since_epoch());
    return static_cast<double>(milliseconds.count()) / thousand;
}

std::string to_row(const User& user) {
    json::object attributes;
    for (const auto& [name, value] : user.attributes) attributes[name] = value;
    return json::serialize(json::object{{"Username", user.username},
                                        {"Attributes", std::move(attributes)},
                                        {"Created", microseconds(user.created)},
                                        {"Modified", microseconds(user.modified)},
                                        {"Enabled", user.enabled},
                                        {"Status", user.status}});
}

User user_from_row(std::string_view text) {
    const json::value row = parse_json(text);
    User user{.username = std::string(row.at("Username").as_string()),
              .attributes = {},
              .created = moment_of(row.at("Created")),
              .modified = moment_of(row.at("Modified")),
              .enabled = row.at("Enabled").as_bool(),
              .status = std::string(row.at("Status").as_string())};
    for (const auto& attribute : row.at("Attributes").as_object()) {
        user.attributes.emplace(attribute.key(), attribute.value().as_string());
    }
    return user;
}

}  // namespace tailrace::server
