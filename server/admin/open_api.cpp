#include "server/admin/open_api.hpp"

#include <string>
#include <string_view>

#include "engine/model/ascii_case.hpp"
#include "server/admin/admin_mount.hpp"
#include "server/process/version.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view document_description =
    "The endpoints of a running Tailrace besides DynamoDB's and Lambda's API. With --admin-token, "
    "requests need the token.";

json::object schema_json(FieldKind kind) {
    switch (kind) {
        case FieldKind::text:
            return {{"type", "string"}};
        case FieldKind::number:
            return {{"type", "number"}};
        case FieldKind::list:
            return {{"type", "array"}};
        case FieldKind::flag:
            break;
    }
    return {{"type", "boolean"}};
}

json::object content_json(json::object schema, std::string_view type = "application/json") {
    return {{type, json::object{{"schema", std::move(schema)}}}};
}

/// Describes a route's body or answer of this media type. Without a media type, it is a JSON object.
json::object content_json(std::string_view type) {
    if (type.empty() || type == "application/json") return content_json({{"type", "object"}});
    return content_json(schema_json(FieldKind::text), type);
}

/// Returns the parameters of the path, "{id}", and of the query.
json::array parameters_json(const Route& route) {
    json::array parameters;
    for (std::size_t begin = route.path.find('{'); begin != std::string_view::npos;
         begin = route.path.find('{', begin + 1)) {
        const std::string_view name = route.path.substr(begin + 1, route.path.find('}', begin) - begin - 1);
        parameters.push_back(json::object{
            {"name", name}, {"in", "path"}, {"required", true}, {"schema", schema_json(FieldKind::text)}});
    }
    for (const RouteField& field : query_parameters(route)) {
        parameters.push_back(
            json::object{{"name", field.name}, {"in", "query"}, {"schema", schema_json(field.kind)}});
    }
    return parameters;
}

json::object body_json(const Route& route) {
    json::object properties;
    for (const RouteField& member : route.members) properties[member.name] = schema_json(member.kind);
    return {{"content", content_json({{"type", "object"},
                                      {"properties", std::move(properties)},
                                      {"additionalProperties", false}})}};
}

json::object operation_json(const Route& route) {
    json::object operation{{"summary", route.purpose}};
    if (json::array found = parameters_json(route); !found.empty())
        operation["parameters"] = std::move(found);
    if (!route.members.empty()) operation["requestBody"] = body_json(route);
    if (!route.body_type.empty())
        operation["requestBody"] = json::object{{"content", content_json(route.body_type)}};
    json::object done{{"description", "Done."}, {"content", content_json(route.answer_type)}};
    json::object refused{{"$ref", "#/components/responses/Fault"}};
    operation["responses"] = json::object{{"200", std::move(done)}, {"default", std::move(refused)}};
    return operation;
}

/// Returns what the paths refer to: the answer to a request that fails, and the two headers that may contain
/// the token.
json::object components_json() {
    const json::object message{{"type", "object"},
                               {"properties", json::object{{"message", schema_json(FieldKind::text)}}}};
    return {
        {"responses", json::object{{"Fault", json::object{{"description", "The message says what is wrong."},
                                                          {"content", content_json(message)}}}}},
        {"securitySchemes",
         json::object{
             {"bearer", json::object{{"type", "http"}, {"scheme", "bearer"}}},
             {"token", json::object{{"type", "apiKey"}, {"in", "header"}, {"name", "X-Tailrace-Token"}}}}}};
}

}  // namespace

json::object open_api(const std::vector<Route>& routes) {
    json::object paths;
    for (const Route& route : routes) {
        if (route.purpose.empty()) continue;
        json::value& path = paths[route.path];
        if (path.is_null()) path.emplace_object();
        path.get_object()[lower_case(route.method)] = operation_json(route);
    }
    json::array security{json::object{}, json::object{{"bearer", json::array{}}},
                         json::object{{"token", json::array{}}}};
    return {
        {"openapi", "3.1.0"},
        {"info",
         json::object{{"title", "Tailrace"}, {"version", version()}, {"description", document_description}}},
        {"paths", std::move(paths)},
        {"components", components_json()},
        {"security", std::move(security)}};
}

}  // namespace tailrace::server
