#include "conformance/runner/random_requests.hpp"

#include <set>

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr const char* texts[] = {"", "a", "b", "ab", "B", "é", "☃", "𝄞", "a b"};
constexpr const char* attributes[] = {"a", "b", "c", "n", "ss", "ns", "l", "m", "gpk", "gsk", "lsk"};
constexpr const char* partitions[] = {"p0", "p1", "p2"};
constexpr const char* sorts[] = {"-10", "-1.5", "0", "0.1", "1", "2", "10", "1E20"};

json::object text(const std::string& value) {
    return {{"S", value}};
}

}  // namespace

std::string RandomRequests::number() {
    constexpr const char* numbers[] = {"0",   "1",   "-1",   "2",     "10",     "0.5",
                                       "1.0", "007", "1E10", "1E-10", "-3.125", "99999999999999999999"};
    return pick(numbers);
}

json::object RandomRequests::value(int depth) {
    const std::size_t kind = below(depth < 2 ? 10 : 7);
    switch (kind) {
        case 0:
            return text(pick(texts));
        case 1:
        case 2:
            return {{"N", number()}};
        case 3:
            return {{"B", pick({"", "AA==", "/w==", "AAEC"})}};
        case 4:
            return {{"BOOL", one_in(2)}};
        case 5:
            return {{"NULL", true}};
        case 6:
            return one_in(2) ? json::object{{"SS", json::array{"x", "y"}}}
                             : json::object{{"NS", json::array{"1", "2.5"}}};
        case 7: {
            json::object members;
            for (const char* name : {"x", "y"}) members[name] = value(depth + 1);
            return {{"M", std::move(members)}};
        }
        default: {
            json::array elements;
            for (std::size_t i = below(4); i > 0; --i) elements.push_back(value(depth + 1));
            return {{"L", std::move(elements)}};
        }
    }
}

std::string RandomRequests::table() {
    const std::size_t place = below(3);
    return place == 0 ? tables_.hash : place == 1 ? tables_.range : tables_.indexed;
}

json::object RandomRequests::key(const std::string& table) {
    json::object key{{"pk", text(pick(partitions))}};
    if (table == tables_.hash) key["pk"] = text("h" + std::to_string(below(8)));
    if (table == tables_.range) key["sk"] = json::object{{"N", pick(sorts)}};
    if (table == tables_.indexed) key["sk"] = text("s" + std::to_string(below(6)));
    return key;
}

json::object RandomRequests::item(const std::string& table) {
    json::object item = key(table);
    for (const char* name : {"a", "b", "c"}) {
        if (!one_in(3)) item[name] = value();
    }
    if (one_in(2)) item["n"] = json::object{{"N", number()}};
    if (one_in(2)) item["ss"] = json::object{{"SS", json::array{"x", pick({"y", "z"})}}};
    if (one_in(2)) item["l"] = json::object{{"L", json::array{value(1), value(1)}}};
    if (one_in(2)) item["m"] = json::object{{"M", json::object{{"x", value(1)}}}};
    if (!one_in(3)) item["gpk"] = text(pick({"g0", "g1"}));
    if (!one_in(3)) item["gsk"] = json::object{{"N", number()}};
    if (!one_in(3)) item["lsk"] = text("l" + std::to_string(below(4)));
    return item;
}

void RandomRequests::add_value(json::object& request, const std::string& name, json::object value) {
    if (!request.contains("ExpressionAttributeValues")) request["ExpressionAttributeValues"] = json::object();
    request["ExpressionAttributeValues"].get_object()[name] = std::move(value);
}

void RandomRequests::add_return_values(json::object& request, const std::string& choice) {
    if (one_in(2)) request["ReturnValues"] = choice;
    if (one_in(8)) request["ReturnConsumedCapacity"] = pick({"TOTAL", "INDEXES"});
}

void RandomRequests::add_condition(json::object& request, const char* member) {
    const std::string name = pick(attributes);
    const std::string with_value = pick({" = :c", " <> :c", " < :c", " >= :c", " IN (:c)"});
    std::string one;
    switch (below(6)) {
        case 0:
            one = "attribute_exists(" + name + ")";
            break;
        case 1:
            one = "attribute_not_exists(" + name + ")";
            break;
        case 2:
            one = "attribute_type(" + name + ", :c)";
            break;
        case 3:
            one = "contains(" + name + ", :c)";
            break;
        case 4:
            one = "size(" + name + ") > :c";
            break;
        default:
            one = name + with_value;
    }
    if (one.find(":c") != std::string::npos) {
        const bool is_type = one.starts_with("attribute_type");
        const bool is_size = one.starts_with("size");
        add_value(request, ":c",
                  is_type   ? text(pick({"S", "N", "L", "M", "SS"}))
                  : is_size ? json::object{{"N", "1"}}
                            : value(2));
    }
    if (one_in(3)) one = "NOT (" + one + ")";
    if (one_in(3)) one += pick({" AND ", " OR "}) + std::string("attribute_exists(") + pick(attributes) + ")";
    request[member] = one;
}

void RandomRequests::add_update(json::object& request) {
    // Each action has an attribute of its own, for two paths may not overlap.
    std::string set;
    std::string others;
    const auto add_set = [&set](const std::string& action) { set += (set.empty() ? "SET " : ", ") + action; };
    if (one_in(2)) {
        add_set("a = :a");
        add_value(request, ":a", value());
    }
    if (one_in(3)) {
        add_set(pick({"n = if_not_exists(n, :zero) + :i", "n = n + :i", "n = :i - n"}));
        if (set.find(":zero") != std::string::npos) add_value(request, ":zero", {{"N", "0"}});
        add_value(request, ":i", {{"N", number()}});
    } else if (one_in(2)) {
        others += " ADD n :j";
        add_value(request, ":j", {{"N", number()}});
    }
    if (one_in(3)) {
        add_set(pick({"l = list_append(l, :l)", "l[1] = :l", "l[9] = :l"}));
        add_value(request, ":l", {{"L", json::array{value(1)}}});
    }
    if (one_in(3)) {
        add_set(pick({"m.x = :m", "m.y = :m"}));
        add_value(request, ":m", value(1));
    }
    if (one_in(3)) {
        others += " DELETE ss :s";
        add_value(request, ":s", {{"SS", json::array{pick({"x", "y", "z"})}}});
    }
    if (one_in(3)) others += " REMOVE b";
    if (one_in(4)) {
        add_set("gpk = :g");
        add_value(request, ":g", text(pick({"g0", "g1"})));
    }
    if (set.empty() && others.empty()) others = " REMOVE c";
    request["UpdateExpression"] = set + others;
}

RandomRequest RandomRequests::put_item() {
    const std::string name = table();
    json::object request{{"TableName", name}, {"Item", item(name)}};
    if (one_in(3)) add_condition(request, "ConditionExpression");
    add_return_values(request, pick({"NONE", "ALL_OLD"}));
    return {"PutItem", std::move(request)};
}

RandomRequest RandomRequests::update_item() {
    const std::string name = table();
    json::object request{{"TableName", name}, {"Key", key(name)}};
    add_update(request);
    if (one_in(4)) add_condition(request, "ConditionExpression");
    add_return_values(request, pick({"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"}));
    return {"UpdateItem", std::move(request)};
}

RandomRequest RandomRequests::delete_item() {
    const std::string name = table();
    json::object request{{"TableName", name}, {"Key", key(name)}};
    if (one_in(3)) add_condition(request, "ConditionExpression");
    add_return_values(request, pick({"NONE", "ALL_OLD"}));
    return {"DeleteItem", std::move(request)};
}

RandomRequest RandomRequests::get_item() {
    const std::string name = table();
    json::object request{{"TableName", name}, {"Key", key(name)}, {"ConsistentRead", true}};
    if (one_in(3)) request["ProjectionExpression"] = pick({"a, b", "l[0]", "l[1], m.x", "pk", "m, n, ss"});
    return {"GetItem", std::move(request)};
}

RandomRequest RandomRequests::query() {
    const bool by_number = one_in(2);
    const auto bound = [&] {
        return by_number ? json::object{{"N", pick(sorts)}} : text("s" + std::to_string(below(6)));
    };
    json::object request{{"TableName", by_number ? tables_.range : tables_.indexed},
                         {"ConsistentRead", true}};
    const std::string condition =
        pick({"", " AND sk = :s", " AND sk < :s", " AND sk <= :s", " AND sk > :s", " AND sk >= :s"});
    request["KeyConditionExpression"] = "pk = :p" + condition;
    add_value(request, ":p", text(pick(partitions)));
    if (!condition.empty()) add_value(request, ":s", bound());
    if (one_in(2)) request["ScanIndexForward"] = false;
    if (one_in(2)) request["Limit"] = 1 + below(4);
    if (one_in(4)) add_condition(request, "FilterExpression");
    // A filter on a key is refused, which is a case and not a sequence.
    if (one_in(5)) request["Select"] = "COUNT";
    return {"Query", std::move(request)};
}

RandomRequest RandomRequests::query_index() {
    json::object request{{"TableName", tables_.indexed}};
    if (one_in(2)) {
        request["IndexName"] = pick({"gsi-all", "gsi-keys", "gsi-include"});
        request["KeyConditionExpression"] = "gpk = :p";
        add_value(request, ":p", text(pick({"g0", "g1"})));
    } else {
        request["IndexName"] = pick({"lsi-all", "lsi-keys"});
        request["KeyConditionExpression"] = "pk = :p";
        add_value(request, ":p", text(pick(partitions)));
    }
    return {"Query", std::move(request), true};
}

RandomRequest RandomRequests::scan() {
    json::object request{{"TableName", table()}, {"ConsistentRead", true}};
    if (one_in(2)) add_condition(request, "FilterExpression");
    return {"Scan", std::move(request), true};
}

RandomRequest RandomRequests::batch_get_item() {
    json::object tables;
    for (const std::string& name : {tables_.hash, tables_.range}) {
        std::set<std::string> seen;
        json::array keys;
        for (std::size_t i = 1 + below(4); i > 0; --i) {
            json::object one = key(name);
            if (seen.insert(json::serialize(one)).second) keys.emplace_back(std::move(one));
        }
        tables[name] = json::object{{"Keys", std::move(keys)}, {"ConsistentRead", true}};
    }
    return {"BatchGetItem", json::object{{"RequestItems", std::move(tables)}}, true};
}

RandomRequest RandomRequests::batch_write_item() {
    const std::string name = table();
    std::set<std::string> seen;
    json::array requests;
    for (std::size_t i = 1 + below(5); i > 0; --i) {
        json::object one = item(name);
        json::object its_key{{"pk", one["pk"]}};
        if (one.contains("sk")) its_key["sk"] = one["sk"];
        if (!seen.insert(json::serialize(its_key)).second) continue;
        if (one_in(3)) {
            requests.push_back(json::object{{"DeleteRequest", json::object{{"Key", std::move(its_key)}}}});
        } else {
            requests.push_back(json::object{{"PutRequest", json::object{{"Item", std::move(one)}}}});
        }
    }
    return {"BatchWriteItem", json::object{{"RequestItems", json::object{{name, std::move(requests)}}}}};
}

RandomRequest RandomRequests::transact_get_items() {
    json::array members;
    for (std::size_t i = 1 + below(3); i > 0; --i) {
        const std::string name = table();
        members.push_back(json::object{{"Get", json::object{{"TableName", name}, {"Key", key(name)}}}});
    }
    return {"TransactGetItems", json::object{{"TransactItems", std::move(members)}}};
}

RandomRequest RandomRequests::transact_write_items() {
    json::array members;
    // One member a table, so that no item comes twice.
    for (const std::string& name : {tables_.hash, tables_.range, tables_.indexed}) {
        if (one_in(4) && !members.empty()) continue;
        json::object member{{"TableName", name}};
        const std::string kind = pick({"Put", "Update", "Delete", "ConditionCheck"});
        if (kind == "Put") {
            member["Item"] = item(name);
        } else {
            member["Key"] = key(name);
        }
        if (kind == "Update") add_update(member);
        if (kind == "ConditionCheck" || one_in(4)) add_condition(member, "ConditionExpression");
        members.push_back(json::object{{kind, std::move(member)}});
    }
    return {"TransactWriteItems", json::object{{"TransactItems", std::move(members)}}};
}

RandomRequest RandomRequests::next() {
    const std::size_t chance = below(100);
    if (chance < 20) return put_item();
    if (chance < 45) return update_item();
    if (chance < 51) return delete_item();
    if (chance < 60) return get_item();
    if (chance < 75) return query();
    if (chance < 80 && tables_.read_indexes) return query_index();
    if (chance < 85) return scan();
    if (chance < 88) return batch_get_item();
    if (chance < 91) return batch_write_item();
    return chance < 94 ? transact_get_items() : transact_write_items();
}

}  // namespace tailrace::conformance
