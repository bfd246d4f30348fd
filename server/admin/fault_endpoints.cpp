#include "server/admin/fault_endpoints.hpp"

#include <boost/json.hpp>
#include <string>

#include "engine/model/json_text.hpp"
#include "engine/operation/faults/fault_script.hpp"
#include "engine/operation/operation.hpp"
#include "server/admin/fault_rule_reader.hpp"
#include "server/admin/rule_object.hpp"
#include "server/lambda/lambda_faults.hpp"
#include "stream/handler/faulty_handler.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

HttpResponse show_rules(const operation::FaultScript& script) {
    json::array rules;
    for (const operation::ScriptedFault& each : *script.faults()) {
        json::object rule = each.rule().given;
        const operation::FaultCounts counts = each.counts();
        rule["Met"] = counts.met;
        rule["Applied"] = counts.applied;
        rules.push_back(std::move(rule));
    }
    return json_response({{"Rules", std::move(rules)}});
}

/// Returns the rules, which are the body itself or its member Rules. Returns null if neither is a list.
const json::array* find_rules(const json::value& body) {
    if (const json::object* object = body.if_object()) {
        const json::value* rules = object->if_contains("Rules");
        return rules == nullptr ? nullptr : rules->if_array();
    }
    return body.if_array();
}

FaultOperations operations_of(const Engine& engine) {
    FaultOperations operations;
    for (const std::string_view name : engine.operation_names()) {
        operations.names.push_back(name);
        if (engine.find(name)->touches_items) operations.of_items.push_back(name);
    }
    operations.names.push_back(stream::function_call);
    for (const std::string& name : lambda_fault_operations()) {
        operations.of_lambda.push_back(name);
    }
    operations.lambda_errors = lambda_fault_errors();
    return operations;
}

HttpResponse replace_rules(Engine& engine, const WebRequest& request) {
    json::error_code error;
    const json::value body = parse_json(request.body, error);
    const json::array* rules = error ? nullptr : find_rules(body);
    if (rules == nullptr) {
        return message_response(
            400, R"(The body must be a list of rules, such as [{"Operation": "PutItem", "Times": 2, "Then": )"
                 R"({"Error": "ThrottlingException"}}].)");
    }
    try {
        engine.faults().replace(read_fault_rules(*rules, operations_of(engine)));
    } catch (const InvalidRule& fault) {
        return message_response(400, fault.what());
    }
    return show_rules(engine.faults());
}

}  // namespace

void add_fault_endpoints(Mount& admin, Engine& engine) {
    constexpr std::string_view path = "/_tailrace/faults";
    admin.add({.method = "GET",
               .path = path,
               .purpose = "The scripted faults, and how often requests have met each of them.",
               .function = [&engine](const WebRequest&) { return show_rules(engine.faults()); },
               .answering = Answering::at_once});
    admin.add({.method = "PUT",
               .path = path,
               .purpose = "Makes requests fail as a list of rules says, replacing all earlier rules: "
                          "[{\"Operation\": \"PutItem\", \"Times\": 2, \"Then\": {\"Error\": "
                          "\"ThrottlingException\"}}].",
               .function = [&engine](const WebRequest& request) { return replace_rules(engine, request); },
               .answering = Answering::at_once,
               .members = {{.name = "Rules", .kind = FieldKind::list}}});
    admin.add({.method = "DELETE",
               .path = path,
               .purpose = "Removes all scripted faults.",
               .function =
                   [&engine](const WebRequest&) {
                       engine.faults().replace({});
                       return show_rules(engine.faults());
                   },
               .answering = Answering::at_once});
}

}  // namespace tailrace::server
