#include "server/functions/tag_endpoints.hpp"

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/text_pattern.hpp"
#include "server/lambda/lambda_error.hpp"
#include "server/lambda/request_body.hpp"
#include "server/lambda/resource_tags.hpp"
#include "stream/handler/lambda_arn.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr const char* tags_path = "/2017-03-31/tags/{ARN}";
constexpr int no_content = 204;

/// Source: TagResource's URI parameters.
constexpr std::string_view taggable_pattern =
    R"(arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:)"
    R"((function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|)"
    R"(code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:)"
    R"([a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}))";
constexpr std::size_t max_arn_length = 256;

[[noreturn]] void refuse_null(const std::string& member) {
    throw LambdaError::validation("1 validation error detected: Value null at '" + member +
                                  "' failed to satisfy constraint: Member must not be null");
}

/// Returns the ARN in the path, which must be of a kind of resource that may have tags.
std::string resource_of(const WebRequest& request) {
    static const TextPattern taggable(taggable_pattern);
    const std::string& arn = request.path_values.front();
    if (arn.size() > max_arn_length || !taggable.matches(arn)) {
        throw LambdaError::validation("1 validation error detected: Value '" + arn +
                                      "' at 'resource' failed to satisfy constraint: Member must satisfy "
                                      "regular expression pattern: " +
                                      std::string(taggable_pattern));
    }
    return arn;
}

/// Returns the name of the existing function that the ARN names, or an empty text if it names something else.
/// Throws if the function does not exist.
std::string function_in(const UploadedFunctions& functions, const std::string& arn) {
    if (arn.find(":function:") == std::string::npos) return {};
    const stream::FunctionReference reference = stream::FunctionReference::parse(arn);
    if (!reference.qualifier.empty()) {
        throw LambdaError::invalid_parameter_value(
            "Tags on function aliases and versions are not supported. Please specify a function ARN.");
    }
    if (!functions.registry().find(arn).handler) {
        throw LambdaError::resource_not_found("Function not found: " + arn);
    }
    return reference.name;
}

using Change = std::function<ResourceTags(const ResourceTags&)>;

void change_tags(MappingService& mappings, UploadedFunctions& functions, const std::string& arn,
                 const Change& changed) {
    const std::string name = function_in(functions, arn);
    if (name.empty()) return mappings.change_tags(arn, changed);
    functions.change(name, [&](UploadedFunction& function) { function.tags = changed(function.tags); });
}

HttpResponse tag(MappingService& mappings, UploadedFunctions& functions, const WebRequest& request) {
    const json::object body = read_body(request);
    const json::value* member = body.if_contains("Tags");
    const std::string arn = resource_of(request);
    if (member == nullptr || member->is_null()) refuse_null("tags");
    const ResourceTags tags = read_tags(body);
    if (tags.empty()) {
        throw LambdaError::invalid_parameter_value("An error occurred and the request cannot be processed.");
    }
    change_tags(mappings, functions, arn,
                [&](const ResourceTags& before) { return merged_tags(before, tags); });
    return {.status = no_content};
}

HttpResponse untag(MappingService& mappings, UploadedFunctions& functions, const WebRequest& request) {
    const std::string arn = resource_of(request);
    const std::vector<std::string> keys = request.target.parameters("tagKeys");
    if (keys.empty()) refuse_null("tagKeys");
    change_tags(mappings, functions, arn,
                [&](const ResourceTags& before) { return without_tags(before, keys); });
    return {.status = no_content};
}

HttpResponse list(MappingService& mappings, UploadedFunctions& functions, const WebRequest& request) {
    const std::string arn = resource_of(request);
    const std::string name = function_in(functions, arn);
    if (name.empty()) return json_response({{"Tags", tags_json(mappings.tags(arn))}});
    const auto uploaded = functions.find(name);
    return json_response({{"Tags", tags_json(uploaded ? uploaded->tags : ResourceTags())}});
}

}  // namespace

void add_tag_endpoints(Mount& lambda, MappingService& mappings, UploadedFunctions& functions) {
    lambda.add({.method = "POST", .path = tags_path, .function = [&](const WebRequest& request) {
                    return tag(mappings, functions, request);
                }});
    // This waits while a mapping is being deleted.
    lambda.add({.method = "DELETE",
                .path = tags_path,
                .function = [&](const WebRequest& request) { return untag(mappings, functions, request); },
                .answering = Answering::waiting});
    lambda.add({.method = "GET", .path = tags_path, .function = [&](const WebRequest& request) {
                    return list(mappings, functions, request);
                }});
}

}  // namespace tailrace::server
