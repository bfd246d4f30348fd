#include "conformance/runner/random/random_requests.hpp"

#include <set>

#include "conformance/runner/random/random_legacy_requests.hpp"
#include "conformance/runner/random/random_statements.hpp"

namespace tailrace::conformance {

namespace json = boost::json;

void RandomRequests::add_value(json::object& request, const std::string& name, json::object value) {
    if (!request.contains("ExpressionAttributeValues")) request["ExpressionAttributeValues"] = json::object();
    request["ExpressionAttributeValues"].get_object()[name] = std::move(value);
}

void RandomRequests::add_return_values(json::object& request, const std::string& choice) {
    if (data_.one_in(2)) request["ReturnValues"] = choice;
    add_capacity(request);
}

void RandomRequests::add_capacity(json::object& request) {
    if (data_.one_in(8)) request["ReturnConsumedCapacity"] = data_.pick({"TOTAL", "INDEXES"});
}

void RandomRequests::add_condition(json::object& request, const char* member) {
    const std::string name = data_.attribute();
    const std::string with_value = data_.pick({" = :c", " <> :c", " < :c", " >= :c", " IN (:c)"});
    std::string one;
    switch (data_.below(6)) {
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
                  is_type   ? text_value(data_.pick({"S", "N", "L", "M", "SS"}))
                  : is_size ? json::object{{"N", "1"}}
                            : data_.value(2));
    }
    if (data_.one_in(3)) one = "NOT (" + one + ")";
    if (data_.one_in(3))
        one += data_.pick({" AND ", " OR "}) + std::string("attribute_exists(") + data_.attribute() + ")";
    request[member] = one;
    if (std::string_view(member) == "ConditionExpression" && data_.one_in(4))
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
}

void RandomRequests::add_update(json::object& request) {
    // Each action has an attribute of its own, since paths must not overlap.
    std::string set;
    std::string others;
    const auto add_set = [&set](const std::string& action) { set += (set.empty() ? "SET " : ", ") + action; };
    if (data_.one_in(2)) {
        add_set("a = :a");
        add_value(request, ":a", data_.value());
    }
    if (data_.one_in(3)) {
        add_set(data_.pick({"n = if_not_exists(n, :zero) + :i", "n = n + :i", "n = :i - n"}));
        if (set.find(":zero") != std::string::npos) add_value(request, ":zero", {{"N", "0"}});
        add_value(request, ":i", {{"N", data_.number()}});
    } else if (data_.one_in(2)) {
        others += " ADD n :j";
        add_value(request, ":j", {{"N", data_.number()}});
    }
    if (data_.one_in(3)) {
        add_set(data_.pick({"l = list_append(l, :l)", "l[1] = :l", "l[9] = :l"}));
        add_value(request, ":l", {{"L", json::array{data_.value(1)}}});
    }
    if (data_.one_in(3)) {
        add_set(data_.pick({"m.x = :m", "m.y = :m"}));
        add_value(request, ":m", data_.value(1));
    }
    if (data_.one_in(3)) {
        others += " DELETE ss :s";
        add_value(request, ":s", {{"SS", json::array{data_.pick({"x", "y", "z"})}}});
    }
    if (data_.one_in(3)) others += " REMOVE b";
    if (data_.one_in(4)) {
        add_set("gpk = :g");
        add_value(request, ":g", text_value(data_.pick({"g0", "g1"})));
    }
    if (set.empty() && others.empty()) others = " REMOVE c";
    request["UpdateExpression"] = set + others;
}

RandomRequest RandomRequests::put_item() {
    const std::string name = data_.table();
    json::object request{{"TableName", name}, {"Item", data_.item(name)}};
    ItemAddress address{name, key_of(request["Item"].get_object())};
    if (data_.one_in(3)) add_condition(request, "ConditionExpression");
    add_return_values(request, data_.pick({"NONE", "ALL_OLD"}));
    return {.operation = "PutItem", .body = std::move(request), .written = {std::move(address)}};
}

RandomRequest RandomRequests::update_item() {
    const std::string name = data_.table();
    json::object request{{"TableName", name}, {"Key", data_.key(name)}};
    add_update(request);
    if (data_.one_in(4)) add_condition(request, "ConditionExpression");
    add_return_values(request, data_.pick({"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"}));
    ItemAddress address{name, request["Key"].get_object()};
    return {.operation = "UpdateItem", .body = std::move(request), .written = {std::move(address)}};
}

RandomRequest RandomRequests::delete_item() {
    const std::string name = data_.table();
    json::object request{{"TableName", name}, {"Key", data_.key(name)}};
    if (data_.one_in(3)) add_condition(request, "ConditionExpression");
    add_return_values(request, data_.pick({"NONE", "ALL_OLD"}));
    ItemAddress address{name, request["Key"].get_object()};
    return {.operation = "DeleteItem", .body = std::move(request), .written = {std::move(address)}};
}

RandomRequest RandomRequests::get_item() {
    const std::string name = data_.table();
    json::object request{{"TableName", name}, {"Key", data_.key(name)}, {"ConsistentRead", true}};
    if (data_.one_in(3))
        request["ProjectionExpression"] = data_.pick({"a, b", "l[0]", "l[1], m.x", "pk", "m, n, ss"});
    add_capacity(request);
    return {"GetItem", std::move(request)};
}

RandomRequest RandomRequests::query() {
    const std::string name = data_.one_in(2) ? data_.tables().range : data_.tables().indexed;
    json::object request{{"TableName", name}, {"ConsistentRead", true}};
    const std::string condition = data_.pick({"", " AND sk = :s", " AND sk < :s", " AND sk <= :s",
                                              " AND sk > :s", " AND sk >= :s", " AND sk BETWEEN :s AND :t"});
    request["KeyConditionExpression"] = "pk = :p" + condition;
    add_value(request, ":p", data_.partition());
    if (!condition.empty()) add_value(request, ":s", data_.sort(name));
    if (condition.ends_with(":t")) add_value(request, ":t", data_.sort(name));
    if (data_.one_in(2)) request["ScanIndexForward"] = false;
    if (data_.one_in(2)) request["Limit"] = 1 + data_.below(4);
    if (data_.one_in(4)) add_condition(request, "FilterExpression");
    // No filter on keys, because DynamoDB refuses it. A case tests that.
    if (data_.one_in(5)) request["Select"] = "COUNT";
    add_capacity(request);
    return {"Query", std::move(request)};
}

RandomRequest RandomRequests::query_index() {
    json::object request{{"TableName", data_.tables().indexed}};
    if (data_.one_in(2)) {
        request["IndexName"] = data_.pick({"gsi-all", "gsi-keys", "gsi-include"});
        request["KeyConditionExpression"] = "gpk = :p";
        add_value(request, ":p", text_value(data_.pick({"g0", "g1"})));
    } else {
        request["IndexName"] = data_.pick({"lsi-all", "lsi-keys"});
        request["KeyConditionExpression"] = "pk = :p";
        add_value(request, ":p", data_.partition());
    }
    add_capacity(request);
    return {"Query", std::move(request), true};
}

RandomRequest RandomRequests::scan() {
    json::object request{{"TableName", data_.table()}, {"ConsistentRead", true}};
    if (data_.one_in(2)) add_condition(request, "FilterExpression");
    add_capacity(request);
    return {"Scan", std::move(request), true};
}

RandomRequest RandomRequests::batch_get_item() {
    json::object tables;
    for (const std::string& name : {data_.tables().hash, data_.tables().range}) {
        std::set<std::string> seen;
        json::array keys;
        for (std::size_t i = 1 + data_.below(4); i > 0; --i) {
            json::object one = data_.key(name);
            if (seen.insert(json::serialize(one)).second) keys.emplace_back(std::move(one));
        }
        tables[name] = json::object{{"Keys", std::move(keys)}, {"ConsistentRead", true}};
    }
    return {"BatchGetItem", json::object{{"RequestItems", std::move(tables)}}, true};
}

RandomRequest RandomRequests::batch_write_item() {
    const std::string name = data_.table();
    std::set<std::string> seen;
    std::vector<ItemAddress> written;
    json::array requests;
    for (std::size_t i = 1 + data_.below(5); i > 0; --i) {
        json::object one = data_.item(name);
        json::object its_key = key_of(one);
        if (!seen.insert(json::serialize(its_key)).second) continue;
        written.push_back({name, its_key});
        if (data_.one_in(3)) {
            requests.push_back(json::object{{"DeleteRequest", json::object{{"Key", std::move(its_key)}}}});
        } else {
            requests.push_back(json::object{{"PutRequest", json::object{{"Item", std::move(one)}}}});
        }
    }
    json::object request{{"RequestItems", json::object{{name, std::move(requests)}}}};
    return {.operation = "BatchWriteItem", .body = std::move(request), .written = std::move(written)};
}

RandomRequest RandomRequests::transact_get_items() {
    json::array members;
    for (std::size_t i = 1 + data_.below(3); i > 0; --i) {
        const std::string name = data_.table();
        members.push_back(json::object{{"Get", json::object{{"TableName", name}, {"Key", data_.key(name)}}}});
    }
    return {"TransactGetItems", json::object{{"TransactItems", std::move(members)}}};
}

RandomRequest RandomRequests::transact_write_items() {
    json::array members;
    std::vector<ItemAddress> written;
    // One member per table, so that no item occurs twice.
    for (const std::string& name : {data_.tables().hash, data_.tables().range, data_.tables().indexed}) {
        if (data_.one_in(4) && !members.empty()) continue;
        json::object member{{"TableName", name}};
        const std::string kind = data_.pick({"Put", "Update", "Delete", "ConditionCheck"});
        if (kind == "Put") {
            member["Item"] = data_.item(name);
        } else {
            member["Key"] = data_.key(name);
        }
        if (kind == "Update") add_update(member);
        if (kind == "ConditionCheck" || data_.one_in(4)) add_condition(member, "ConditionExpression");
        written.push_back(
            {name, kind == "Put" ? key_of(member["Item"].get_object()) : member["Key"].get_object()});
        members.push_back(json::object{{kind, std::move(member)}});
    }
    json::object request{{"TransactItems", std::move(members)}};
    return {.operation = "TransactWriteItems", .body = std::move(request), .written = std::move(written)};
}

RandomRequest RandomRequests::next() {
    const std::size_t chance = data_.below(120);
    if (chance < 20) return put_item();
    if (chance < 45) return update_item();
    if (chance < 51) return delete_item();
    if (chance < 60) return get_item();
    if (chance < 75) return query();
    if (chance < 80 && data_.tables().read_indexes) return query_index();
    if (chance < 85) return scan();
    if (chance < 88) return batch_get_item();
    if (chance < 91) return batch_write_item();
    if (chance < 94) return transact_get_items();
    if (chance < 100) return transact_write_items();
    return chance < 110 ? random_legacy_request(data_) : random_statement_request(data_);
}

}  // namespace tailrace::conformance
