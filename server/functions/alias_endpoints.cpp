#include <boost/json.hpp>
#include <string>

#include "engine/model/uuid.hpp"
#include "server/functions/request_member.hpp"
#include "server/functions/upload_endpoints.hpp"
#include "server/lambda/function_reference.hpp"
#include "server/lambda/lambda_error.hpp"
#include "server/lambda/request_body.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr const char* aliases_path = "/2015-03-31/functions/{FunctionName}/aliases";
constexpr const char* alias_path = "/2015-03-31/functions/{FunctionName}/aliases/{Name}";

json::object alias_json(const UploadedFunctions& functions, const std::string& function,
                        const std::string& name, const FunctionAlias& alias) {
    return {{"AliasArn", functions.registry().arn_of(function + ":" + name)},
            {"Name", name},
            {"FunctionVersion", alias.version},
            {"Description", alias.description},
            {"RevisionId", alias.revision_id}};
}

std::string alias_name(const json::object& body) {
    const Member name{needed(body, "Name", "name"), "name"};
    check_length(name, 1, 128);
    return text_matching(name, "(?!^[0-9]+$)([a-zA-Z0-9-_]+)");
}

void refuse_weights(const json::object& body) {
    const json::value* routing = body.if_contains("RoutingConfig");
    if (routing == nullptr || routing->is_null()) return;
    const json::object& config = object_of({*routing, "routingConfig"});
    refuse_others(config, {"AdditionalVersionWeights"}, "RoutingConfig");
    const json::value* weights = config.if_contains("AdditionalVersionWeights");
    if (weights == nullptr || weights->is_null()) return;
    if (object_of({*weights, "routingConfig.additionalVersionWeights"}).empty()) return;
    throw LambdaError::invalid_parameter_value(
        "An alias points to one version here, so AdditionalVersionWeights must be empty.");
}

/// Applies the members that CreateAlias and UpdateAlias have in common.
FunctionAlias changed_alias(FunctionAlias alias, const json::object& body) {
    refuse_others(body,
                  {"FunctionName", "Name", "FunctionVersion", "Description", "RoutingConfig", "RevisionId"},
                  "The alias");
    refuse_weights(body);
    if (const json::value* version = body.if_contains("FunctionVersion"); version && !version->is_null()) {
        alias.version = text_matching({*version, "functionVersion"}, R"((\$LATEST|[0-9]+))");
    }
    if (const json::value* text = body.if_contains("Description"); text && !text->is_null()) {
        check_length({*text, "description"}, 0, 256);
        alias.description = text_of({*text, "description"});
    }
    alias.revision_id = make_uuid();
    return alias;
}

/// Throws if the function has no such version.
void check_version(const UploadedFunctions& functions, const std::string& name,
                   const UploadedFunction& function, const std::string& version) {
    std::string number;
    if (version_of(function, version, number) != nullptr) return;
    throw LambdaError::resource_not_found("Function not found: " +
                                          functions.registry().arn_of(name + ":" + version));
}

HttpResponse create_alias(UploadedFunctions& functions, const WebRequest& request) {
    const stream::FunctionReference function = reference_in(request);
    const json::object body = read_body(request);
    const std::string name = alias_name(body);
    needed(body, "FunctionVersion", "functionVersion");
    FunctionAlias alias;
    functions.change(function.name, [&](UploadedFunction& changed) {
        if (changed.aliases.contains(name)) {
            throw LambdaError::resource_conflict("Alias already exists: " +
                                                 functions.registry().arn_of(function.name + ":" + name));
        }
        alias = changed_alias({}, body);
        check_version(functions, function.name, changed, alias.version);
        changed.aliases[name] = alias;
    });
    return json_response(alias_json(functions, function.name, name, alias), 201);
}

HttpResponse update_alias(UploadedFunctions& functions, const WebRequest& request) {
    const stream::FunctionReference function = reference_in(request);
    const std::string& name = request.path_values.back();
    const json::object body = read_body(request);
    FunctionAlias alias;
    functions.change(function.name, [&](UploadedFunction& changed) {
        const auto found = changed.aliases.find(name);
        if (found == changed.aliases.end()) {
            throw LambdaError::resource_not_found("Alias not found: " +
                                                  functions.registry().arn_of(function.name + ":" + name));
        }
        check_revision(optional_text(body, "RevisionId"), found->second.revision_id);
        alias = changed_alias(found->second, body);
        check_version(functions, function.name, changed, alias.version);
        found->second = alias;
    });
    return json_response(alias_json(functions, function.name, name, alias));
}

HttpResponse delete_alias(UploadedFunctions& functions, const WebRequest& request) {
    const std::string& name = request.path_values.back();
    functions.change(reference_in(request).name, [&](UploadedFunction& changed) {
        changed.aliases.erase(name);
        changed.policies.erase(name);
    });
    return {.status = 204};
}

HttpResponse get_alias(const UploadedFunctions& functions, const WebRequest& request) {
    const std::string function = reference_in(request).name;
    const std::string& name = request.path_values.back();
    if (const auto found = functions.find(function)) {
        const auto alias = found->aliases.find(name);
        if (alias != found->aliases.end()) {
            return json_response(alias_json(functions, function, name, alias->second));
        }
    }
    throw LambdaError::resource_not_found("Cannot find alias arn: " +
                                          functions.registry().arn_of(function + ":" + name));
}

HttpResponse list_aliases(const UploadedFunctions& functions, const WebRequest& request) {
    const std::string name = reference_in(request).name;
    const auto version = request.target.parameter("FunctionVersion");
    std::vector<std::pair<std::string, json::object>> items;
    for (const auto& [alias, meaning] : functions.get(name).aliases) {
        if (version && meaning.version != *version) continue;
        items.emplace_back(alias, alias_json(functions, name, alias, meaning));
    }
    return json_response(page_of(page_in(request), "Aliases", std::move(items)));
}

}  // namespace

void add_alias_endpoints(Mount& lambda, UploadedFunctions& functions) {
    lambda.add({.method = "POST",
                .path = aliases_path,
                .function = [&](const WebRequest& request) { return create_alias(functions, request); },
                .answering = Answering::waiting});
    lambda.add({.method = "PUT",
                .path = alias_path,
                .function = [&](const WebRequest& request) { return update_alias(functions, request); },
                .answering = Answering::waiting});
    lambda.add({.method = "DELETE",
                .path = alias_path,
                .function = [&](const WebRequest& request) { return delete_alias(functions, request); },
                .answering = Answering::waiting});
    lambda.add({.method = "GET", .path = alias_path, .function = [&](const WebRequest& request) {
                    return get_alias(functions, request);
                }});
    lambda.add({.method = "GET", .path = aliases_path, .function = [&](const WebRequest& request) {
                    return list_aliases(functions, request);
                }});
}

}  // namespace tailrace::server
