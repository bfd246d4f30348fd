#include "server/admin/admin_mount.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/json_text.hpp"
#include "engine/model/nearest_name.hpp"
#include "server/admin/name_list.hpp"
#include "server/admin/pretty_json.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view root = "/_tailrace";
/// Every GET whose answer is JSON accepts this flag.
constexpr RouteField pretty{.name = "pretty", .kind = FieldKind::flag};

HttpResponse no_admin_route(const WebRequest& request, bool has_path) {
    const std::string what = std::string(request.method).append(" ").append(request.target.path());
    if (has_path)
        return message_response(
            405, what + ": the endpoint does not support this method. GET /_tailrace lists the endpoints.");
    return message_response(404, what + ": there is no such endpoint. GET /_tailrace lists them.");
}

HttpResponse failed_admin_request(const std::exception& error) {
    return message_response(500, error.what());
}

HttpResponse refused_admin_request(int status, std::string_view message) {
    return message_response(status, message);
}

std::vector<std::string_view> names(const std::vector<RouteField>& fields) {
    std::vector<std::string_view> names(fields.size());
    std::ranges::transform(fields, names.begin(), &RouteField::name);
    return names;
}

json::array names_json(const std::vector<RouteField>& fields) {
    const std::vector<std::string_view> texts = names(fields);
    return json::array(texts.begin(), texts.end());
}

std::string name_of(const Route& route) {
    return std::string(route.method).append(" ").append(route.path);
}

/// Answers, for example, "POST /_tailrace/clock: unknown member 'Second' (known: Seconds and Now); did you
/// mean Seconds?"
HttpResponse refuse_name(const Route& route, std::string_view kind, std::string_view name) {
    const std::vector<std::string_view> known =
        names(kind == "member" ? route.members : query_parameters(route));
    std::string message = name_of(route).append(": unknown ");
    message.append(kind).append(" '").append(name).append("'");
    if (!known.empty()) message.append(" (known: ").append(name_list(known)).append(")");
    return message_response(400, message + did_you_mean(name, known));
}

/// Returns null if there is no field of that name.
const RouteField* find(const std::vector<RouteField>& fields, std::string_view name) {
    const auto found = std::ranges::find(fields, name, &RouteField::name);
    return found == fields.end() ? nullptr : &*found;
}

/// Refuses what the endpoint would ignore in the query.
std::optional<HttpResponse> refusal_of_query(const Route& route, const WebRequest& request) {
    const std::vector<RouteField> known = query_parameters(route);
    for (const std::string& name : request.target.parameter_names()) {
        const RouteField* field = find(known, name);
        if (field == nullptr) return refuse_name(route, "parameter", name);
        if (field->kind != FieldKind::flag) continue;
        for (const std::string& value : request.target.parameters(name)) {
            if (flag_of(value)) continue;
            return message_response(
                400, name_of(route) + ": " + name +
                         " must be true or false, or have no value, which means true; it is '" + value +
                         "'.");
        }
    }
    return std::nullopt;
}

/// Refuses what the endpoint would ignore in the request. A body that is not an object is left to the
/// endpoints that take one.
std::optional<HttpResponse> refusal(const Route& route, const WebRequest& request) {
    if (auto refused = refusal_of_query(route, request)) return refused;
    if (request.body.empty() || !route.body_type.empty()) return std::nullopt;
    json::error_code error;
    const json::value body = parse_json(request.body, error);
    if (error || !body.is_object()) {
        if (!route.members.empty()) return std::nullopt;
        return message_response(400, name_of(route) + " takes no body.");
    }
    for (const json::key_value_pair& member : body.get_object()) {
        if (find(route.members, member.key()) == nullptr) return refuse_name(route, "member", member.key());
    }
    return std::nullopt;
}

HttpResponse call(const Route& route, const WebRequest& request) {
    if (auto refused = refusal(route, request)) return std::move(*refused);
    HttpResponse response = route.function(request);
    if (request.method == "GET" && request.target.flag(pretty.name))
        response.body = pretty_json(response.body);
    return response;
}

HttpResponse list(const Mount& mount) {
    json::array listed;
    for (const Route& route : mount.routes()) {
        if (route.purpose.empty()) continue;
        json::object shown{{"method", route.method}, {"path", route.path}, {"purpose", route.purpose}};
        if (!route.parameters.empty()) shown["parameters"] = names_json(route.parameters);
        if (!route.members.empty()) shown["members"] = names_json(route.members);
        listed.push_back(std::move(shown));
    }
    return json_response({{"endpoints", std::move(listed)}});
}

}  // namespace

Mount& mount_admin(Router& router) {
    Mount& admin = router.mount(root, {no_admin_route, failed_admin_request, refused_admin_request, call});
    admin.add({.method = "GET",
               .path = root,
               .function = [&admin](const WebRequest&) { return list(admin); },
               .answering = Answering::at_once});
    return admin;
}

std::vector<RouteField> query_parameters(const Route& route) {
    std::vector<RouteField> parameters = route.parameters;
    if (route.method == "GET" && route.answer_type.empty()) parameters.push_back(pretty);
    return parameters;
}

}  // namespace tailrace::server
