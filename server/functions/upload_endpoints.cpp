#include "server/functions/upload_endpoints.hpp"

#include "engine/model/base64.hpp"
#include "engine/model/text_pattern.hpp"
#include "engine/model/uuid.hpp"
#include "server/functions/code_archive.hpp"
#include "server/functions/function_json.hpp"
#include "server/functions/request_member.hpp"
#include "server/lambda/function_reference.hpp"
#include "server/lambda/lambda_error.hpp"
#include "server/lambda/request_body.hpp"
#include "server/lambda/unknown_function.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr const char* functions_path = "/2015-03-31/functions";

/// The maximum number of calls that an account may reserve. Source: GetAccountSettings of a new account.
constexpr std::int64_t max_concurrency = 900;

/// Returns the function's name from a name, an ARN or a partial ARN. Source: CreateFunction, FunctionName.
std::string new_name(const json::object& body) {
    const std::string given = text_of({needed(body, "FunctionName", "functionName"), "functionName"});
    static const std::string pattern =
        R"((arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?)"
        R"((\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?)";
    constexpr std::size_t max_reference_length = 140;
    if (given.size() > max_reference_length) {
        refuse_value(given, "functionName", "Member must have length less than or equal to 140");
    }
    static const TextPattern allowed(pattern);
    std::string name = stream::FunctionReference::parse(given).name;
    if (!allowed.matches(given) || name.find('.') != std::string::npos) {
        refuse_value(given, "functionName", "Member must satisfy regular expression pattern: " + pattern);
    }
    constexpr std::size_t max_name_length = 64;
    if (name.size() > max_name_length) {
        refuse_value(name, "functionName", "Member must have length less than or equal to 64");
    }
    return name;
}

/// Returns the archive in a request. `code` is the object that may name it in different ways.
std::string archive_in(const json::object& code) {
    for (const char* name : {"S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri", "SourceKMSKeyArn"}) {
        if (optional_text(code, name).empty()) continue;
        throw LambdaError::invalid_parameter_value(std::string(name) +
                                                   " is not supported here. Send the code as ZipFile.");
    }
    const json::value* zip = code.if_contains("ZipFile");
    if (zip == nullptr || zip->is_null()) {
        throw LambdaError::invalid_parameter_value("Please provide a source for function code.");
    }
    if (!zip->is_string()) throw LambdaError::serialization("ZipFile must be a text in base64");
    auto bytes = decode_base64(zip->get_string());
    if (!bytes) throw LambdaError::serialization("ZipFile must be a text in base64");
    if (bytes->size() > max_zipped_bytes) {
        throw LambdaError::entity_too_large("Zipped size must be smaller than " +
                                            std::to_string(max_zipped_bytes) + " bytes");
    }
    return *std::move(bytes);
}

/// Publishes $LATEST if it differs from the version published last. Returns the number of the last version.
int publish(UploadedFunction& function, const std::string& description) {
    const auto last = function.versions.find(function.last_version);
    FunctionVersion published = function.latest;
    if (!description.empty()) published.settings["Description"] = description;
    if (last != function.versions.end() && last->second.settings == published.settings &&
        last->second.code.sha256 == published.code.sha256) {
        return function.last_version;
    }
    published.revision_id = make_uuid();
    function.versions[++function.last_version] = std::move(published);
    // Publishing is a change of the function, too.
    function.latest.revision_id = make_uuid();
    return function.last_version;
}

json::object shown(const UploadedFunctions& functions, const std::string& name,
                   const std::string& qualifier) {
    return configuration_json(functions.registry(), functions.get(name), {name, qualifier});
}

HttpResponse create(UploadedFunctions& functions, const WebRequest& request) {
    functions.require_upload("CreateFunction");
    const json::object body = read_body(request);
    const std::string name = new_name(body);
    UploadedFunction function;
    const json::object& code = object_of({needed(body, "Code", "code"), "code"});
    refuse_others(code, {"ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri", "SourceKMSKeyArn"},
                  "Code");
    function.latest.settings = read_settings(body, name);
    function.tags = read_tags(body);
    if (functions.registry().find(name).handler) {
        throw LambdaError::resource_conflict("Function already exist: " + name);
    }
    function.latest.code = functions.unpack(archive_in(code));
    function.latest.last_modified = functions.now();
    function.latest.revision_id = make_uuid();
    std::string qualifier;
    if (optional_flag(body, "Publish")) qualifier = std::to_string(publish(function, ""));
    functions.create(name, std::move(function));
    return json_response(shown(functions, name, qualifier), 201);
}

/// Changes the newest version.
void change_latest(UploadedFunctions& functions, const std::string& name, const std::string& revision_id,
                   const std::function<void(UploadedFunction&)>& work) {
    functions.change(name, [&](UploadedFunction& function) {
        check_revision(revision_id, function.latest.revision_id);
        work(function);
    });
}

void touch(UploadedFunctions& functions, FunctionVersion& version) {
    version.last_modified = functions.now();
    version.revision_id = make_uuid();
}

HttpResponse update_code(UploadedFunctions& functions, const WebRequest& request) {
    const std::string name = reference_in(request).name;
    const json::object body = read_body(request);
    const UploadedFunction before = functions.get(name);
    const std::string revision_id = optional_text(body, "RevisionId");
    check_revision(revision_id, before.latest.revision_id);
    settings_with_code(before.latest.settings, body);
    const FunctionCode code = functions.unpack(archive_in(body));
    if (optional_flag(body, "DryRun")) {
        json::object dry = shown(functions, name, "");
        dry["CodeSha256"] = code.sha256;
        dry["CodeSize"] = code.size_bytes;
        return json_response(dry);
    }
    std::string qualifier;
    change_latest(functions, name, revision_id, [&](UploadedFunction& function) {
        function.latest.settings = settings_with_code(std::move(function.latest.settings), body);
        function.latest.code = code;
        touch(functions, function.latest);
        if (optional_flag(body, "Publish")) qualifier = std::to_string(publish(function, ""));
    });
    return json_response(shown(functions, name, qualifier));
}

HttpResponse update_configuration(UploadedFunctions& functions, const WebRequest& request) {
    const std::string name = reference_in(request).name;
    const json::object body = read_body(request);
    change_latest(functions, name, optional_text(body, "RevisionId"), [&](UploadedFunction& function) {
        function.latest.settings = changed_settings(std::move(function.latest.settings), body);
        touch(functions, function.latest);
    });
    return json_response(shown(functions, name, ""));
}

void remove_version(UploadedFunction& function, const std::string& version, const std::string& arn) {
    if (version == "$LATEST") {
        throw LambdaError::invalid_parameter_value(
            "$LATEST version cannot be deleted without deleting the function.");
    }
    std::string number;
    if (function.aliases.contains(version)) {
        throw LambdaError::invalid_parameter_value("Deletion of aliases is not currently supported.");
    }
    if (version_of(function, version, number) == nullptr) {
        throw LambdaError::resource_not_found("Function not found: " + arn);
    }
    for (const auto& [alias, meaning] : function.aliases) {
        if (meaning.version != version) continue;
        throw LambdaError::resource_conflict("Version " + version + " cannot be deleted, because the alias " +
                                             alias + " points to it.");
    }
    function.versions.erase(std::stoi(number));
    function.policies.erase(version);
}

HttpResponse remove(UploadedFunctions& functions, const WebRequest& request) {
    const stream::FunctionReference reference = reference_in(request);
    if (reference.qualifier.empty()) {
        functions.remove(reference.name);
    } else {
        functions.change(reference.name, [&](UploadedFunction& function) {
            remove_version(function, reference.qualifier, functions.registry().arn_of(reference.text()));
        });
    }
    return {.status = 204};
}

/// Throws if there is no such function, uploaded or not.
std::string known_name(const UploadedFunctions& functions, const WebRequest& request) {
    std::string name = reference_in(request).name;
    if (functions.registry().find(name).handler) return name;
    throw unknown_function(functions.registry(), name);
}

HttpResponse concurrency(const UploadedFunctions& functions, const WebRequest& request) {
    const auto function = functions.find(known_name(functions, request));
    json::object answer;
    if (function && function->reserved_concurrency) {
        answer["ReservedConcurrentExecutions"] = *function->reserved_concurrency;
    }
    return json_response(answer);
}

HttpResponse put_concurrency(UploadedFunctions& functions, const WebRequest& request) {
    const json::object body = read_body(request);
    const std::int64_t reserved =
        number_between({needed(body, "ReservedConcurrentExecutions", "reservedConcurrentExecutions"),
                        "reservedConcurrentExecutions"},
                       0, max_concurrency);
    functions.change(reference_in(request).name,
                     [&](UploadedFunction& function) { function.reserved_concurrency = reserved; });
    return json_response({{"ReservedConcurrentExecutions", reserved}});
}

HttpResponse delete_concurrency(UploadedFunctions& functions, const WebRequest& request) {
    functions.change(reference_in(request).name,
                     [](UploadedFunction& function) { function.reserved_concurrency.reset(); });
    return {.status = 204};
}

HttpResponse publish_version(UploadedFunctions& functions, const WebRequest& request) {
    const std::string name = reference_in(request).name;
    const json::object body = read_body(request);
    refuse_others(body, {"FunctionName", "CodeSha256", "Description", "RevisionId"}, "PublishVersion");
    const std::string sha256 = optional_text(body, "CodeSha256");
    int number = 0;
    change_latest(functions, name, optional_text(body, "RevisionId"), [&](UploadedFunction& function) {
        const std::string& current = function.latest.code.sha256;
        if (!sha256.empty() && sha256 != current) {
            throw LambdaError::invalid_parameter_value(
                "CodeSHA256 (" + sha256 + ") is different from current CodeSHA256 in $LATEST (" + current +
                "). Please try again with the CodeSHA256 in $LATEST.");
        }
        number = publish(function, optional_text(body, "Description"));
    });
    return json_response(shown(functions, name, std::to_string(number)), 201);
}

HttpResponse list_versions(const UploadedFunctions& functions, const WebRequest& request) {
    const std::string name = reference_in(request).name;
    const UploadedFunction function = functions.get(name);
    const auto item = [&](const std::string& version) {
        return std::pair(version, configuration_json(functions.registry(), function, {name, version}));
    };
    std::vector<std::pair<std::string, json::object>> items{item("$LATEST")};
    for (const auto& [number, version] : function.versions) items.push_back(item(std::to_string(number)));
    return json_response(page_of(page_in(request), "Versions", std::move(items)));
}

using Operation = HttpResponse (*)(UploadedFunctions&, const WebRequest&);

void add(Mount& lambda, Route route, UploadedFunctions& functions, Operation operation) {
    route.function = [&functions, operation](const WebRequest& request) {
        return operation(functions, request);
    };
    lambda.add(std::move(route));
}

}  // namespace

void add_upload_endpoints(Mount& lambda, UploadedFunctions& functions) {
    const auto waiting = [](const char* method, const char* path) {
        Route route;
        route.method = method;
        route.path = path;
        // Unpacking takes long, and so does waiting for processes to end.
        route.answering = Answering::waiting;
        return route;
    };
    add(lambda, waiting("POST", functions_path), functions, create);
    add(lambda, waiting("PUT", "/2015-03-31/functions/{FunctionName}/code"), functions, update_code);
    add(lambda, waiting("PUT", "/2015-03-31/functions/{FunctionName}/configuration"), functions,
        update_configuration);
    add(lambda, waiting("DELETE", "/2015-03-31/functions/{FunctionName}"), functions, remove);
    add(lambda, waiting("PUT", "/2017-10-31/functions/{FunctionName}/concurrency"), functions,
        put_concurrency);
    add(lambda, waiting("DELETE", "/2017-10-31/functions/{FunctionName}/concurrency"), functions,
        delete_concurrency);
    add(lambda, waiting("POST", "/2015-03-31/functions/{FunctionName}/versions"), functions, publish_version);
    lambda.add(
        {.method = "GET",
         .path = "/2015-03-31/functions/{FunctionName}/versions",
         .function = [&functions](const WebRequest& request) { return list_versions(functions, request); }});
    lambda.add(
        {.method = "GET",
         .path = "/2019-09-30/functions/{FunctionName}/concurrency",
         .function = [&functions](const WebRequest& request) { return concurrency(functions, request); }});
    lambda.add({.method = "GET",
                .path = "/2020-06-30/functions/{FunctionName}/code-signing-config",
                .function = [&functions](const WebRequest& request) {
                    return json_response({{"FunctionName", known_name(functions, request)}});
                }});
}

}  // namespace tailrace::server
