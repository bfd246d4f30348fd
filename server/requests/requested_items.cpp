#include "server/requests/requested_items.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/attribute_json.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using Take = std::function<bool(const RequestedItem&)>;

const json::object* object_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr ? value->if_object() : nullptr;
}

const json::array* array_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr ? value->if_array() : nullptr;
}

std::string_view member_text(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

/// Takes the Key and the Item of a request or of a part of one.
bool take_members(std::string_view table, const json::object& part, const Take& take) {
    if (const json::object* key = object_in(part, "Key"); key != nullptr && take({table, *key, false}))
        return true;
    const json::object* item = object_in(part, "Item");
    return item != nullptr && take({table, *item, true});
}

/// Takes the entry of one table in the RequestItems of BatchGetItem or BatchWriteItem.
bool take_batch(std::string_view table, const json::value& entry, const Take& take) {
    if (const json::object* reads = entry.if_object()) {
        const json::array* keys = array_in(*reads, "Keys");
        return keys != nullptr && std::ranges::any_of(*keys, [&](const json::value& key) {
                   return key.is_object() && take({table, key.get_object(), false});
               });
    }
    const json::array* writes = entry.if_array();
    return writes != nullptr && std::ranges::any_of(*writes, [&](const json::value& write) {
               return write.is_object() &&
                      std::ranges::any_of(write.get_object(), [&](const json::key_value_pair& each) {
                          return each.value().is_object() &&
                                 take_members(table, each.value().get_object(), take);
                      });
           });
}

/// Calls `take` with each member of a transaction.
template <typename TakeMember>
void each_member(const json::object& request, TakeMember take) {
    const json::array* members = array_in(request, "TransactItems");
    if (members == nullptr) return;
    for (const json::value& member : *members) {
        if (!member.is_object()) continue;
        for (const json::key_value_pair& each : member.get_object()) {
            if (each.value().is_object() && take(each.value().get_object())) return;
        }
    }
}

}  // namespace

void each_requested_item(const json::object& request, const Take& take) {
    if (take_members(member_text(request, "TableName"), request, take)) return;
    if (const json::object* tables = object_in(request, "RequestItems")) {
        for (const json::key_value_pair& each : *tables) {
            if (take_batch(each.key(), each.value(), take)) return;
        }
    }
    each_member(request, [&](const json::object& member) {
        return take_members(member_text(member, "TableName"), member, take);
    });
}

std::vector<std::string_view> requested_tables(const json::object& request) {
    std::vector<std::string_view> tables;
    const auto add = [&tables](std::string_view name) {
        if (!name.empty() && std::ranges::find(tables, name) == tables.end()) tables.push_back(name);
    };
    for (const std::string_view member : {"TableName", "TableArn", "ResourceArn"}) {
        add(member_text(request, member));
    }
    if (const json::object* named = object_in(request, "RequestItems")) {
        for (const json::key_value_pair& each : *named) add(each.key());
    }
    each_member(request, [&](const json::object& member) {
        add(member_text(member, "TableName"));
        return false;
    });
    return tables;
}

std::optional<AttributeMap> key_in(const table::TableDefinition& table, const json::object& item) {
    AttributeMap key;
    for (const table::KeyAttribute& each : table.keys.attributes) {
        const json::value* value = item.if_contains(each.name);
        if (value == nullptr) return std::nullopt;
        AttributeValue read = parse_attribute_value(*value);
        if (read.type() != each.type) return std::nullopt;
        key.set(each.name, std::move(read));
    }
    return key;
}

}  // namespace tailrace::server
