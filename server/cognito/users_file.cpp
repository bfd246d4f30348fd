#include "server/cognito/users_file.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <stdexcept>

#include "engine/model/json_text.hpp"
#include "engine/model/uuid.hpp"
#include "server/cognito/cognito_error.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 7> user_statuses = {
    "CONFIRMED", "FORCE_CHANGE_PASSWORD", "UNCONFIRMED", "ARCHIVED", "COMPROMISED",
    "UNKNOWN",   "RESET_REQUIRED"};

[[noreturn]] void refuse(const std::string& message) {
    throw std::runtime_error(message);
}

std::string text_of(const json::value& value, const std::string& place) {
    if (!value.is_string() || value.get_string().empty()) refuse(place + " must be a text that is not empty");
    return std::string(value.get_string());
}

/// Returns the object at a place. Throws if it has an unknown member.
const json::object& object_of(const json::value& value, const std::string& place,
                              std::initializer_list<std::string_view> known) {
    if (!value.is_object()) refuse(place + " must be an object");
    for (const auto& member : value.get_object()) {
        if (std::ranges::find(known, std::string_view(member.key())) != known.end()) continue;
        std::string names;
        for (const std::string_view name : known) names.append(names.empty() ? "" : ", ").append(name);
        refuse(place + " has no member '" + std::string(member.key()) + "'; it may have " + names);
    }
    return value.get_object();
}

const json::array& array_of(const json::value& value, const std::string& place) {
    if (!value.is_array()) refuse(place + " must be a list");
    return value.get_array();
}

void add_attribute(UserAttributes& attributes, const std::string& name, const json::value& value,
                   const std::string& place) {
    if (!value.is_string()) refuse(place + ": the value of '" + name + "' must be a text");
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
        const json::object& pair = object_of(each, place + "'s element", {"Name", "Value"});
        if (!pair.contains("Name") || !pair.contains("Value")) {
            refuse(place + ": each element must have Name and Value");
        }
        add_attribute(attributes, text_of(pair.at("Name"), place + "'s Name"), pair.at("Value"), place);
    }
    return attributes;
}

NewUser user_of(const json::value& value, const std::string& place) {
    const json::object& user = object_of(value, place, {"Username", "Attributes", "Enabled", "UserStatus"});
    if (!user.contains("Username")) refuse(place + " must have a Username");
    NewUser wanted;
    wanted.username = text_of(user.at("Username"), place + ".Username");
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
        wanted.status = text_of(*status, place + ".UserStatus");
        if (std::ranges::find(user_statuses, wanted.status) == user_statuses.end()) {
            refuse(place + ".UserStatus: there is no status '" + wanted.status + "'");
        }
    }
    return wanted;
}

bool is_pool_id(std::string_view id) {
    constexpr std::size_t max_length = 55;
    const auto is_alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    const std::size_t mark = id.rfind('_');
    return mark != std::string_view::npos && mark > 0 && mark + 1 < id.size() && id.size() <= max_length &&
           std::ranges::all_of(id.substr(mark + 1), is_alphanumeric) &&
           std::ranges::all_of(id.substr(0, mark),
                               [&](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

PoolOfFile pool_of(const json::value& value, const std::string& place) {
    const json::object& pool = object_of(value, place, {"Id", "Name", "Users"});
    if (!pool.contains("Name")) refuse(place + " must have a Name");
    PoolOfFile read{.name = text_of(pool.at("Name"), place + ".Name")};
    if (const json::value* id = pool.if_contains("Id")) {
        read.id = text_of(*id, place + ".Id");
        if (!is_pool_id(read.id)) {
            refuse(place + ".Id: '" + read.id + "' is not a pool's id, such as us-east-1_AbCdEf123");
        }
    }
    if (const json::value* users = pool.if_contains("Users")) {
        const std::string list = place + ".Users";
        for (const json::value& each : array_of(*users, list)) {
            read.users.push_back(user_of(each, list + "[" + std::to_string(read.users.size()) + "]"));
        }
    }
    return read;
}

std::vector<PoolOfFile> pools_of(std::string_view text) {
    json::error_code error;
    const json::value root = parse_json(text, error);
    if (error) refuse("is not JSON: " + error.message());
    const json::object& file = object_of(root, "the file", {"UserPools"});
    if (!file.contains("UserPools")) refuse("the file must have UserPools");
    std::vector<PoolOfFile> pools;
    for (const json::value& each : array_of(file.at("UserPools"), "UserPools")) {
        pools.push_back(pool_of(each, "UserPools[" + std::to_string(pools.size()) + "]"));
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
        if (!pools.has(id)) pools.create({{"PoolName", pool.name}}, id);
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
