#include "server/cognito/users_file.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>

#include "engine/model/json_text.hpp"
#include "engine/model/listed.hpp"
#include "engine/model/uuid.hpp"
#include "server/cognito/cognito_error.hpp"
#include "server/cognito/cognito_shapes.hpp"
#include "server/wire/moment.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 8> user_statuses = {
    "CONFIRMED", "FORCE_CHANGE_PASSWORD", "UNCONFIRMED",      "ARCHIVED", "COMPROMISED",
    "UNKNOWN",   "RESET_REQUIRED",        "EXTERNAL_PROVIDER"};

[[noreturn]] void refuse(const std::string& message) {
    throw std::runtime_error(message);
}

std::string text_at(const json::value& value, const std::string& place) {
    if (!value.is_string() || value.get_string().empty())
        refuse(place + " must be a string that is not empty");
    return std::string(value.get_string());
}

/// Returns the object at a place. Throws if it has an unknown member.
const json::object& object_at(const json::value& value, const std::string& place,
                              const std::vector<std::string_view>& known) {
    if (!value.is_object()) refuse(place + " must be an object");
    for (const auto& member : value.get_object()) {
        if (std::ranges::find(known, std::string_view(member.key())) != known.end()) continue;
        refuse(place + ": unknown member '" + std::string(member.key()) + "' (known: " + listed(known) + ")");
    }
    return value.get_object();
}

const json::array& array_of(const json::value& value, const std::string& place) {
    if (!value.is_array()) refuse(place + " must be a list");
    return value.get_array();
}

void add_attribute(UserAttributes& attributes, const std::string& name, const json::value& value,
                   const std::string& place) {
    if (!value.is_string()) refuse(place + ": the value of '" + name + "' must be a string");
    if (!attributes.emplace(name, value.get_string()).second) refuse(place + " has '" + name + "' twice");
}

UserAttributes attributes_of(const json::value& value, const std::string& place) {
    UserAttributes attributes;
    if (value.is_object()) {
        for (const auto& each : value.get_object())
            add_attribute(attributes, each.key(), each.value(), place);
        return attributes;
    }
    if (!value.is_array()) refuse(place + " must be an object, or a list of Name and Value");
    for (const json::value& each : value.get_array()) {
        const json::object& pair = object_at(each, place + "'s element", {"Name", "Value"});
        if (!pair.contains("Name") || !pair.contains("Value")) {
            refuse(place + ": each element must have Name and Value");
        }
        add_attribute(attributes, text_at(pair.at("Name"), place + "'s Name"), pair.at("Value"), place);
    }
    return attributes;
}

/// Returns the offset at the end of a text, such as "-04:00", in minutes, or nullopt if there is none.
std::optional<std::chrono::minutes> offset_at_end(std::string_view text) {
    constexpr std::size_t size = 6;
    if (text.size() <= size) return std::nullopt;
    const std::string_view end = text.substr(text.size() - size);
    const auto number = [end](std::size_t from) {
        const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : 100; };
        return digit(end[from]) * 10 + digit(end[from + 1]);
    };
    const int hours = number(1);
    const int minutes = number(4);
    if ((end[0] != '+' && end[0] != '-') || end[3] != ':' || hours > 23 || minutes > 59) return std::nullopt;
    return std::chrono::minutes(hours * 60 + minutes) * (end[0] == '-' ? -1 : 1);
}

/// The API and version 1 of the AWS CLI show a time in seconds; version 2 shows
/// "2023-05-01T12:34:56.789000-04:00".
Timestamp moment_of_file(const json::value& value, const std::string& place) {
    std::optional<Timestamp> moment;
    if (value.is_number()) {
        const auto seconds = value.to_number<double>();
        if (seconds >= 0 && std::chrono::duration<double>(seconds) <= last_moment.time_since_epoch()) {
            moment = parse_moment(std::to_string(static_cast<std::int64_t>(seconds)));
        }
    } else if (value.is_string()) {
        const std::string_view text = value.get_string();
        const auto offset = offset_at_end(text);
        moment =
            parse_moment(offset ? std::string(text.substr(0, text.size() - 6)) + "Z" : std::string(text));
        if (moment && offset) *moment -= *offset;
    }
    if (!moment) refuse(place + " is not a time such as 2026-01-31T12:00:00Z");
    return *moment;
}

/// Throws unless the API would accept the user's name and attributes.
void check_shape_of(const NewUser& user, const std::string& place) {
    json::array attributes;
    for (const auto& [name, value] : user.attributes)
        attributes.push_back({{"Name", name}, {"Value", value}});
    try {
        checked_request("AdminCreateUser", {{"UserPoolId", "any_1"},
                                            {"Username", user.username},
                                            {"UserAttributes", std::move(attributes)}});
    } catch (const CognitoError& error) {
        refuse(place + ": " + error.what());
    }
}

NewUser user_of(const json::value& value, const std::string& place) {
    const json::object& user = object_at(
        value, place,
        {"Username", "Attributes", "Enabled", "UserStatus", "UserCreateDate", "UserLastModifiedDate"});
    if (!user.contains("Username")) refuse(place + " must have a Username");
    NewUser wanted;
    wanted.username = text_at(user.at("Username"), place + ".Username");
    wanted.status = "CONFIRMED";
    if (const json::value* attributes = user.if_contains("Attributes")) {
        wanted.attributes = attributes_of(*attributes, place + ".Attributes");
    }
    if (const auto sub = wanted.attributes.extract("sub")) wanted.sub = sub.mapped();
    if (const json::value* enabled = user.if_contains("Enabled")) {
        if (!enabled->is_bool()) refuse(place + ".Enabled must be true or false");
        wanted.enabled = enabled->get_bool();
    }
    if (const json::value* status = user.if_contains("UserStatus")) {
        wanted.status = text_at(*status, place + ".UserStatus");
        if (std::ranges::find(user_statuses, wanted.status) == user_statuses.end()) {
            refuse(place + ".UserStatus: unknown status '" + wanted.status + "'");
        }
    }
    if (const json::value* created = user.if_contains("UserCreateDate")) {
        wanted.created = moment_of_file(*created, place + ".UserCreateDate");
    }
    if (const json::value* modified = user.if_contains("UserLastModifiedDate")) {
        wanted.modified = moment_of_file(*modified, place + ".UserLastModifiedDate");
    }
    check_shape_of(wanted, place);
    return wanted;
}

void require_pool_id(const std::string& id, const std::string& place) {
    try {
        checked_request("DescribeUserPool", {{"UserPoolId", id}});
    } catch (const CognitoError&) {
        refuse(place + ": '" + id + "' is not a pool's id, such as us-east-1_AbCdEf123");
    }
}

/// Returns the request that creates the pool. Throws unless the API would accept it.
json::object request_of(const json::object& pool, const std::string& place) {
    json::object request = pool;
    request.erase("Id");
    request.erase("Users");
    request["PoolName"] = pool.at("Name");
    request.erase("Name");
    try {
        json::object checked = checked_request("CreateUserPool", request);
        read_user_pool("", checked, {});
        return checked;
    } catch (const CognitoError& error) {
        refuse(place + ": " + error.what());
    }
}

std::vector<NewUser> users_of(const json::value& value, const std::string& place) {
    std::vector<NewUser> users;
    std::set<std::string> names;
    std::set<std::string> subs;
    for (const json::value& each : array_of(value, place)) {
        const std::string at = place + "[" + std::to_string(users.size()) + "]";
        users.push_back(user_of(each, at));
        const NewUser& user = users.back();
        if (!names.insert(user.username).second) refuse(at + ": '" + user.username + "' comes twice");
        if (!user.sub.empty() && !subs.insert(user.sub).second)
            refuse(at + ": another user has the same sub");
    }
    return users;
}

PoolOfFile pool_of(const json::value& value, const std::string& place) {
    std::vector<std::string_view> known = member_names("CreateUserPool");
    std::erase(known, "PoolName");
    known.insert(known.begin(), {"Id", "Name", "Users"});
    const json::object& pool = object_at(value, place, known);
    if (!pool.contains("Name")) refuse(place + " must have a Name");
    PoolOfFile read{.name = text_at(pool.at("Name"), place + ".Name")};
    if (const json::value* id = pool.if_contains("Id")) {
        read.id = text_at(*id, place + ".Id");
        require_pool_id(read.id, place + ".Id");
    }
    read.request = request_of(pool, place);
    if (const json::value* users = pool.if_contains("Users")) read.users = users_of(*users, place + ".Users");
    return read;
}

std::vector<PoolOfFile> pools_of(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    json::error_code error;
    const json::value root = parse_json(text, error);
    if (error) refuse("is not JSON: " + error.message() + " at " + place_of_json_fault(text));
    const json::object& file = object_at(root, "the file", {"UserPools"});
    if (!file.contains("UserPools")) refuse("the file must have UserPools");
    std::vector<PoolOfFile> pools;
    std::set<std::string> ids;
    for (const json::value& each : array_of(file.at("UserPools"), "UserPools")) {
        const std::string place = "UserPools[" + std::to_string(pools.size()) + "]";
        pools.push_back(pool_of(each, place));
        const PoolOfFile& pool = pools.back();
        if (!ids.insert(pool.id.empty() ? "the name " + pool.name : "the Id " + pool.id).second) {
            refuse(place + ": another pool has the same " + (pool.id.empty() ? "Name, and no Id" : "Id"));
        }
    }
    return pools;
}

std::string id_of(const PoolOfFile& pool, const std::string& region) {
    return pool.id.empty() ? make_pool_id(region, make_uuid("user pool " + pool.name)) : pool.id;
}

}  // namespace

std::vector<PoolOfFile> read_users_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    // A folder can be opened but not read.
    in.peek();
    if (!in.is_open() || in.bad()) refuse("cannot read the file of --users, '" + path + "'");
    std::ostringstream text;
    text << in.rdbuf();
    try {
        return pools_of(text.view());
    } catch (const std::runtime_error& error) {
        refuse("the file of --users, '" + path + "': " + error.what());
    }
}

void add_missing(UserPools& pools, const std::vector<PoolOfFile>& wanted, const std::string& region) {
    for (const PoolOfFile& pool : wanted) {
        const std::string id = id_of(pool, region);
        if (!pools.has(id)) pools.create(pool.request, id);
        for (NewUser user : pool.users) {
            if (pools.has_user(id, user.username)) continue;
            if (user.sub.empty()) user.sub = make_uuid(id + " " + user.username);
            try {
                pools.add_user(id, user);
            } catch (const CognitoError& error) {
                throw std::runtime_error("--users: the user '" + user.username + "' of the pool '" +
                                         pool.name + "': " + error.what());
            }
        }
    }
}

}  // namespace tailrace::server
