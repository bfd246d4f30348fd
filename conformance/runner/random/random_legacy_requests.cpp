#include "conformance/runner/random/random_legacy_requests.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

/// A comparison with the number and the types of values that its operator takes.
json::object comparison(RandomData& data) {
    const std::string name = data.pick({"EQ", "NE", "LT", "LE", "GT", "GE", "BETWEEN", "IN", "BEGINS_WITH",
                                        "CONTAINS", "NOT_CONTAINS", "NULL", "NOT_NULL"});
    json::object condition{{"ComparisonOperator", name}};
    json::array values;
    if (name == "EQ" || name == "NE") {
        values.emplace_back(data.value());
    } else if (name == "BETWEEN") {
        values = {json::object{{"N", "-1"}}, json::object{{"N", data.pick({"0", "1", "10"})}}};
    } else if (name == "IN") {
        values = {json::object{{"N", data.number()}}, json::object{{"N", data.number()}}};
    } else if (name == "BEGINS_WITH") {
        values.emplace_back(text_value(data.pick({"a", "l", "g"})));
    } else if (!name.ends_with("NULL")) {
        values.emplace_back(data.one_in(2) ? text_value(data.pick({"x", "a", "l1"}))
                                           : json::object{{"N", data.number()}});
    }
    if (!values.empty()) condition["AttributeValueList"] = std::move(values);
    return condition;
}

/// One or two conditions keyed by attribute name, and the operator that joins them.
void add_conditions(RandomData& data, json::object& request, const char* member) {
    json::object conditions;
    for (std::size_t i = 1 + data.below(2); i > 0; --i) conditions[data.attribute()] = comparison(data);
    if (conditions.size() > 1 && data.one_in(2)) request["ConditionalOperator"] = data.pick({"AND", "OR"});
    request[member] = std::move(conditions);
}

void add_expected(RandomData& data, json::object& request) {
    if (data.one_in(2)) return add_conditions(data, request, "Expected");
    json::object expected{{"Exists", false}};
    if (data.one_in(2)) expected = {{"Value", data.value()}};
    request["Expected"] = json::object{{data.attribute(), std::move(expected)}};
}

json::object update(RandomData& data) {
    const std::string action = data.pick({"PUT", "ADD", "DELETE"});
    if (action == "PUT") return {{"Action", action}, {"Value", data.value()}};
    const json::object set{{"SS", json::array{data.pick({"x", "y", "z"})}}};
    if (action == "ADD") {
        return {{"Action", action}, {"Value", data.one_in(2) ? set : json::object{{"N", data.number()}}}};
    }
    json::object update{{"Action", action}};
    if (data.one_in(2)) update["Value"] = set;
    return update;
}

RandomRequest put_item(RandomData& data) {
    const std::string name = data.table();
    json::object request{{"TableName", name}, {"Item", data.item(name)}};
    ItemAddress address{name, key_of(request["Item"].get_object())};
    add_expected(data, request);
    return {.operation = "PutItem", .body = std::move(request), .written = {std::move(address)}};
}

RandomRequest update_item(RandomData& data) {
    const std::string name = data.table();
    json::object updates;
    for (const char* each : {"a", "n", "ss"}) {
        if (updates.empty() || data.one_in(2)) updates[each] = update(data);
    }
    json::object request{
        {"TableName", name}, {"Key", data.key(name)}, {"AttributeUpdates", std::move(updates)}};
    if (data.one_in(3)) add_expected(data, request);
    request["ReturnValues"] = data.pick({"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"});
    ItemAddress address{name, request["Key"].get_object()};
    return {.operation = "UpdateItem", .body = std::move(request), .written = {std::move(address)}};
}

RandomRequest delete_item(RandomData& data) {
    const std::string name = data.table();
    json::object request{{"TableName", name}, {"Key", data.key(name)}, {"ReturnValues", "ALL_OLD"}};
    add_expected(data, request);
    ItemAddress address{name, request["Key"].get_object()};
    return {.operation = "DeleteItem", .body = std::move(request), .written = {std::move(address)}};
}

RandomRequest get_item(RandomData& data) {
    const std::string name = data.table();
    return {"GetItem", json::object{{"TableName", name},
                                    {"Key", data.key(name)},
                                    {"ConsistentRead", true},
                                    {"AttributesToGet", json::array{data.pick({"a", "b"}), "l", "pk"}}}};
}

RandomRequest query(RandomData& data) {
    const std::string name = data.one_in(2) ? data.tables().range : data.tables().indexed;
    json::object conditions{{"pk", json::object{{"ComparisonOperator", "EQ"},
                                                {"AttributeValueList", json::array{data.partition()}}}}};
    if (data.one_in(2)) {
        conditions["sk"] = json::object{{"ComparisonOperator", data.pick({"EQ", "LT", "LE", "GT", "GE"})},
                                        {"AttributeValueList", json::array{data.sort(name)}}};
    }
    json::object request{
        {"TableName", name}, {"ConsistentRead", true}, {"KeyConditions", std::move(conditions)}};
    if (data.one_in(2)) add_conditions(data, request, "QueryFilter");
    if (data.one_in(2)) request["Limit"] = 1 + data.below(4);
    return {"Query", std::move(request)};
}

RandomRequest scan(RandomData& data) {
    json::object request{{"TableName", data.table()}, {"ConsistentRead", true}};
    add_conditions(data, request, "ScanFilter");
    return {"Scan", std::move(request), true};
}

}  // namespace

RandomRequest random_legacy_request(RandomData& data) {
    switch (data.below(8)) {
        case 0:
        case 1:
            return put_item(data);
        case 2:
        case 3:
            return update_item(data);
        case 4:
            return delete_item(data);
        case 5:
            return get_item(data);
        case 6:
            return query(data);
        default:
            return scan(data);
    }
}

}  // namespace tailrace::conformance
