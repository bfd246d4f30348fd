#include "server/functions/function_json.hpp"

#include <string>

#include "server/lambda/lambda_error.hpp"
#include "server/lambda/unknown_function.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// "2026-11-30T09:30:00.123+0000"
std::string lambda_time(Timestamp time) {
    std::string text = iso_time(time);
    if (text.ends_with('Z')) text.pop_back();
    return text + "+0000";
}

}  // namespace

json::object configuration_json(const stream::FunctionRegistry& registry, const UploadedFunction& function,
                                const stream::FunctionReference& reference) {
    std::string number;
    const FunctionVersion* version = version_of(function, reference.qualifier, number);
    if (version == nullptr) {
        throw unknown_function(registry, reference.text());
    }
    json::object shown = version->settings;
    shown["FunctionName"] = reference.name;
    shown["FunctionArn"] = registry.arn_of(reference.text());
    shown["Version"] = number;
    shown["CodeSize"] = version->code.size_bytes;
    shown["CodeSha256"] = version->code.sha256;
    shown["LastModified"] = lambda_time(version->last_modified);
    shown["RevisionId"] = version->revision_id;
    shown["State"] = "Active";
    shown["LastUpdateStatus"] = "Successful";
    return shown;
}

json::object function_json(const stream::FunctionRegistry& registry, const UploadedFunction& function,
                           const stream::FunctionReference& reference) {
    json::object shown{{"Configuration", configuration_json(registry, function, reference)},
                       {"Code", {{"RepositoryType", "Tailrace"}}}};
    if (!function.tags.empty()) shown["Tags"] = tags_json(function.tags);
    if (function.reserved_concurrency) {
        shown["Concurrency"] = json::object{{"ReservedConcurrentExecutions", *function.reserved_concurrency}};
    }
    return shown;
}

}  // namespace tailrace::server
