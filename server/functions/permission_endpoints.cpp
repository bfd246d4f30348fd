#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string>
#include <vector>

#include "engine/model/uuid.hpp"
#include "server/functions/request_member.hpp"
#include "server/functions/upload_endpoints.hpp"
#include "server/lambda/function_reference.hpp"
#include "server/lambda/lambda_error.hpp"
#include "server/lambda/request_body.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr const char* policy_path = "/2015-03-31/functions/{FunctionName}/policy";

bool has_only_digits(const std::string& text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

json::value principal_json(const std::string& principal) {
    constexpr std::size_t account_digits = 12;
    if (principal == "*") return "*";
    if (principal.size() == account_digits && has_only_digits(principal)) {
        return json::object{{"AWS", "arn:aws:iam::" + principal + ":root"}};
    }
    if (principal.starts_with("arn:")) return json::object{{"AWS", principal}};
    if (principal.find('.') != std::string::npos) return json::object{{"Service", principal}};
    throw LambdaError::invalid_parameter_value(
        "The provided principal was invalid. Please check the principal and try again.");
}

/// A member of the request that is a condition of the statement.
struct Condition {
    const char* member;
    const char* test;
    const char* key;
};

constexpr std::array<Condition, 5> conditions = {
    {{"SourceArn", "ArnLike", "AWS:SourceArn"},
     {"SourceAccount", "StringEquals", "AWS:SourceAccount"},
     {"EventSourceToken", "StringEquals", "lambda:EventSourceToken"},
     {"PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"},
     {"FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"}}};

json::object statement_json(const json::object& body, const std::string& arn) {
    const std::string id =
        text_matching({needed(body, "StatementId", "statementId"), "statementId"}, "([a-zA-Z0-9-_]+)");
    const std::string action =
        text_matching({needed(body, "Action", "action"), "action"}, R"((lambda:[*]|lambda:[a-zA-Z]+|[*]))");
    const std::string principal =
        text_matching({needed(body, "Principal", "principal"), "principal"}, R"([^\s]+)");
    json::object statement{{"Sid", id},
                           {"Effect", "Allow"},
                           {"Principal", principal_json(principal)},
                           {"Action", action},
                           {"Resource", arn}};
    json::object tests;
    const auto add_test = [&](const char* test, const char* key, const std::string& value) {
        if (!tests.contains(test)) tests[test] = json::object();
        tests[test].as_object()[key] = value;
    };
    for (const Condition& each : conditions) {
        const std::string value = optional_text(body, each.member);
        if (!value.empty()) add_test(each.test, each.key, value);
    }
    if (optional_flag(body, "InvokedViaFunctionUrl"))
        add_test("Bool", "lambda:InvokedViaFunctionUrl", "true");
    if (!tests.empty()) statement["Condition"] = std::move(tests);
    return statement;
}

/// Throws unless the reference names something that can have a policy: the function, or an existing version
/// or alias.
void check_policy_target(const UploadedFunctions& functions, const UploadedFunction& function,
                         const stream::FunctionReference& reference) {
    const std::string& qualifier = reference.qualifier;
    if (qualifier.empty()) return;
    if (qualifier == "$LATEST") {
        throw LambdaError::invalid_parameter_value(
            "We currently do not support adding policies for $LATEST.");
    }
    std::string number;
    if (version_of(function, qualifier, number) != nullptr) return;
    const std::string arn = functions.registry().arn_of(reference.text());
    const bool may_be_alias = qualifier.find('$') == std::string::npos && !has_only_digits(qualifier);
    throw LambdaError::resource_not_found(
        (may_be_alias ? "Cannot find alias arn: " : "Function not found: ") + arn);
}

/// Returns the revision id of what the policy belongs to: the alias, the published version or $LATEST.
std::string& revision_of(UploadedFunction& function, const std::string& qualifier) {
    const auto alias = function.aliases.find(qualifier);
    if (alias != function.aliases.end()) return alias->second.revision_id;
    for (auto& [number, version] : function.versions) {
        if (std::to_string(number) == qualifier) return version.revision_id;
    }
    return function.latest.revision_id;
}

HttpResponse add_permission(UploadedFunctions& functions, const WebRequest& request) {
    const stream::FunctionReference reference = reference_in(request);
    const json::object body = read_body(request);
    refuse_others(body,
                  {"FunctionName", "StatementId", "Action", "Principal", "SourceArn", "SourceAccount",
                   "EventSourceToken", "PrincipalOrgID", "FunctionUrlAuthType", "InvokedViaFunctionUrl",
                   "Qualifier", "RevisionId"},
                  "AddPermission");
    const json::object statement = statement_json(body, functions.registry().arn_of(reference.text()));
    functions.change(reference.name, [&](UploadedFunction& function) {
        check_policy_target(functions, function, reference);
        std::string& revision_id = revision_of(function, reference.qualifier);
        check_revision(optional_text(body, "RevisionId"), revision_id);
        std::vector<json::object>& statements = function.policies[reference.qualifier];
        const std::string id(statement.at("Sid").as_string());
        for (const json::object& each : statements) {
            if (each.at("Sid").as_string() != id) continue;
            throw LambdaError::resource_conflict("The statement id (" + id +
                                                 ") provided already exists. Please provide a new statement "
                                                 "id, or remove the existing statement.");
        }
        statements.push_back(statement);
        revision_id = make_uuid();
    });
    return json_response({{"Statement", json::serialize(statement)}}, 201);
}

HttpResponse remove_permission(UploadedFunctions& functions, const WebRequest& request) {
    const stream::FunctionReference reference = reference_in(request);
    const std::string& id = request.path_values.back();
    if (!functions.registry().find(reference.name).handler) {
        throw LambdaError::resource_not_found("No policy found for: " +
                                              functions.registry().arn_of(reference.text()));
    }
    functions.change(reference.name, [&](UploadedFunction& function) {
        const auto policy = function.policies.find(reference.qualifier);
        if (policy == function.policies.end()) {
            throw LambdaError::resource_not_found("No policy is associated with the given resource.");
        }
        std::string& revision_id = revision_of(function, reference.qualifier);
        check_revision(request.target.parameter("RevisionId").value_or(""), revision_id);
        const auto removed = std::erase_if(
            policy->second, [&](const json::object& each) { return each.at("Sid").as_string() == id; });
        if (removed == 0) {
            throw LambdaError::resource_not_found("Statement " + id + " is not found in resource policy.");
        }
        if (policy->second.empty()) function.policies.erase(policy);
        revision_id = make_uuid();
    });
    return {.status = 204};
}

HttpResponse get_policy(const UploadedFunctions& functions, const WebRequest& request) {
    const stream::FunctionReference reference = reference_in(request);
    auto function = functions.find(reference.name);
    if (!function || !function->policies.contains(reference.qualifier)) {
        throw LambdaError::resource_not_found("The resource you requested does not exist.");
    }
    json::array statements;
    for (const json::object& each : function->policies[reference.qualifier]) statements.emplace_back(each);
    const json::object policy{
        {"Version", "2012-10-17"}, {"Id", "default"}, {"Statement", std::move(statements)}};
    return json_response(
        {{"Policy", json::serialize(policy)}, {"RevisionId", revision_of(*function, reference.qualifier)}});
}

}  // namespace

void add_permission_endpoints(Mount& lambda, UploadedFunctions& functions) {
    lambda.add({.method = "POST", .path = policy_path, .function = [&](const WebRequest& request) {
                    return add_permission(functions, request);
                }});
    lambda.add({.method = "GET", .path = policy_path, .function = [&](const WebRequest& request) {
                    return get_policy(functions, request);
                }});
    lambda.add(
        {.method = "DELETE",
         .path = "/2015-03-31/functions/{FunctionName}/policy/{StatementId}",
         .function = [&](const WebRequest& request) { return remove_permission(functions, request); }});
}

}  // namespace tailrace::server
