#include "server/functions/function_settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string_view>

#include "engine/model/utf8.hpp"
#include "server/functions/request_member.hpp"
#include "server/lambda/lambda_error.hpp"
#include "stream/handler/defined_function.hpp"
#include "stream/handler/function_variables.hpp"
#include "stream/handler/make_handler.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr int max_timeout_seconds = 900;
constexpr std::size_t max_environment_bytes = 4096;

std::string role_of(const json::value& value) {
    return text_matching({value, "role"}, R"(arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+)");
}

json::value read_role(const json::value& value) {
    return json::string(role_of(value));
}

json::value read_runtime(const json::value& value) {
    const std::string runtime = text_of({value, "runtime"});
    try {
        stream::check_runtime(runtime);
    } catch (const stream::UnknownHandler& error) {
        std::string text = error.what();
        text.front() = 'T';
        throw LambdaError::invalid_parameter_value(text + ".");
    }
    return json::string(runtime);
}

json::value read_handler(const json::value& value) {
    const Member member{value, "handler"};
    check_length(member, 0, 128);
    return json::string(text_matching(member, R"([^\s]+)"));
}

json::value read_description(const json::value& value) {
    const Member member{value, "description"};
    check_length(member, 0, 256);
    return json::string(text_of(member));
}

json::value read_timeout(const json::value& value) {
    return number_between({value, "timeout"}, 1, max_timeout_seconds);
}

json::value read_memory_size(const json::value& value) {
    return number_between({value, "memorySize"}, 128, 10240);
}

json::value read_ephemeral_storage(const json::value& value) {
    const json::object& given = object_of({value, "ephemeralStorage"});
    refuse_others(given, {"Size"}, "EphemeralStorage");
    return json::object{
        {"Size", number_between({needed(given, "Size", "ephemeralStorage.size"), "ephemeralStorage.size"},
                                512, 10240)}};
}

json::value read_tracing(const json::value& value) {
    const json::object& given = object_of({value, "tracingConfig"});
    refuse_others(given, {"Mode"}, "TracingConfig");
    const json::value* mode = given.if_contains("Mode");
    if (mode == nullptr || mode->is_null()) return json::object{{"Mode", "PassThrough"}};
    return json::object{
        {"Mode", json::string(text_among({*mode, "tracingConfig.mode"}, {"Active", "PassThrough"}))}};
}

json::value read_architectures(const json::value& value) {
    const Member member{value, "architectures"};
    const json::array& given = list_of(member);
    if (given.size() > 1) {
        refuse_value(shown_list(given), member.name, "Member must have length less than or equal to 1");
    }
    if (given.empty()) return json::array{"x86_64"};
    const std::string name = text_among({given.front(), member.name}, {"x86_64", "arm64"});
    return json::array{json::string(name)};
}

json::value read_snap_start(const json::value& value) {
    const json::object& given = object_of({value, "snapStart"});
    refuse_others(given, {"ApplyOn"}, "SnapStart");
    const json::value* apply_on = given.if_contains("ApplyOn");
    if (apply_on != nullptr && !apply_on->is_null() &&
        text_among({*apply_on, "snapStart.applyOn"}, {"PublishedVersions", "None"}) != "None") {
        throw LambdaError::invalid_parameter_value("SnapStart is not supported here; ApplyOn must be None.");
    }
    return json::object{{"ApplyOn", "None"}, {"OptimizationStatus", "Off"}};
}

json::value read_package_type(const json::value& value) {
    if (text_among({value, "packageType"}, {"Zip", "Image"}) != "Zip") {
        throw LambdaError::invalid_parameter_value(
            "Functions in container images are not supported here; PackageType must be Zip.");
    }
    return "Zip";
}

/// A setting that has no effect here is shown as it was set.
json::value read_logging(const json::value& value) {
    const json::object& given = object_of({value, "loggingConfig"});
    refuse_others(given, {"LogFormat", "LogGroup", "ApplicationLogLevel", "SystemLogLevel"}, "LoggingConfig");
    return texts_of({value, "loggingConfig"});
}

json::value read_dead_letters(const json::value& value) {
    refuse_others(object_of({value, "deadLetterConfig"}), {"TargetArn"}, "DeadLetterConfig");
    return texts_of({value, "deadLetterConfig"});
}

json::value read_key(const json::value& value) {
    return json::string(text_of({value, "kMSKeyArn"}));
}

json::value read_vpc(const json::value& value) {
    const json::object& given = object_of({value, "vpcConfig"});
    refuse_others(given, {"SubnetIds", "SecurityGroupIds", "Ipv6AllowedForDualStack"}, "VpcConfig");
    json::object shown{{"SubnetIds", json::array()}, {"SecurityGroupIds", json::array()}, {"VpcId", ""}};
    for (const char* name : {"SubnetIds", "SecurityGroupIds"}) {
        const json::value* ids = given.if_contains(name);
        if (ids == nullptr || ids->is_null()) continue;
        json::array& list = shown.at(name).as_array();
        for (const json::value& each : list_of({*ids, "vpcConfig"})) {
            list.emplace_back(json::string(text_of({each, "vpcConfig"})));
        }
    }
    const json::value* flag = given.if_contains("Ipv6AllowedForDualStack");
    shown["Ipv6AllowedForDualStack"] = flag != nullptr && !flag->is_null() && flag_of({*flag, "vpcConfig"});
    return shown;
}

void check_variable(const std::string& name, const std::string& value) {
    // A regular expression would need a stack as deep as the name is long.
    const auto is_allowed = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    const bool begins_well = name.size() > 1 && std::isalpha(static_cast<unsigned char>(name.front())) != 0;
    if (!begins_well || !std::ranges::all_of(name, is_allowed)) {
        // AWS does not show the values.
        refuse_value("{" + name + "=***}", "environment.variables",
                     "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: "
                     "[a-zA-Z]([a-zA-Z0-9_])+]");
    }
    if (value.find('\0') != std::string::npos) {
        throw LambdaError::invalid_parameter_value("The environment variable " + name +
                                                   " has a zero byte in its value.");
    }
}

void refuse_reserved(const json::object& variables) {
    std::string reserved;
    for (const json::key_value_pair& each : variables) {
        if (!stream::is_reserved_variable(each.key())) continue;
        reserved.append(reserved.empty() ? "" : ", ").append(each.key());
    }
    if (reserved.empty()) return;
    throw LambdaError::invalid_parameter_value(
        "Lambda was unable to configure your environment variables because the environment variables you "
        "have "
        "provided contains reserved keys that are currently not supported for modification. Reserved keys "
        "used in this request: " +
        reserved);
}

json::value read_environment(const json::value& value) {
    const json::object& given = object_of({value, "environment"});
    refuse_others(given, {"Variables"}, "Environment");
    const json::value* found = given.if_contains("Variables");
    if (found == nullptr || found->is_null()) return json::object{{"Variables", json::object()}};
    json::object variables = texts_of({*found, "environment.variables"});
    refuse_reserved(variables);
    for (const json::key_value_pair& each : variables) {
        check_variable(each.key(), std::string(each.value().get_string()));
    }
    const std::string measured = json::serialize(variables);
    if (measured.size() > max_environment_bytes) {
        throw LambdaError::invalid_parameter_value(
            "Lambda was unable to configure your environment variables because the environment variables you "
            "have provided exceeded the 4KB limit. String measured: " +
            measured);
    }
    return json::object{{"Variables", std::move(variables)}};
}

/// A member that is kept.
struct Setting {
    std::string_view name;
    json::value (*read)(const json::value& value);
};

constexpr std::array<Setting, 16> kept_members = {{{"Role", read_role},
                                                   {"Runtime", read_runtime},
                                                   {"Handler", read_handler},
                                                   {"Description", read_description},
                                                   {"Timeout", read_timeout},
                                                   {"MemorySize", read_memory_size},
                                                   {"Environment", read_environment},
                                                   {"EphemeralStorage", read_ephemeral_storage},
                                                   {"TracingConfig", read_tracing},
                                                   {"Architectures", read_architectures},
                                                   {"SnapStart", read_snap_start},
                                                   {"PackageType", read_package_type},
                                                   {"LoggingConfig", read_logging},
                                                   {"DeadLetterConfig", read_dead_letters},
                                                   {"KMSKeyArn", read_key},
                                                   {"VpcConfig", read_vpc}}};

/// Members that are not supported here. Some clients send them empty. An empty one is ignored, any other
/// value is refused.
constexpr std::array<std::string_view, 8> unsupported_members = {
    "Layers",        "FileSystemConfigs",      "ImageConfig",   "CodeSigningConfigArn",
    "DurableConfig", "CapacityProviderConfig", "TenancyConfig", "PublishTo"};

bool is_empty(const json::value& value) {
    if (value.is_string()) return value.get_string().empty();
    if (value.is_array()) return value.get_array().empty();
    if (value.is_object()) return value.get_object().empty();
    return value.is_null();
}

using Names = std::span<const std::string_view>;

/// Applies the members of a request to the settings. `others` are read elsewhere.
void apply(FunctionSettings& settings, const json::object& body, Names others) {
    for (const json::key_value_pair& each : body) {
        const std::string_view name = each.key();
        if (each.value().is_null() || std::ranges::find(others, name) != others.end()) continue;
        const auto* const kept = std::ranges::find(kept_members, name, &Setting::name);
        if (kept != kept_members.end()) {
            settings[kept->name] = kept->read(each.value());
            continue;
        }
        const bool is_known = std::ranges::find(unsupported_members, name) != unsupported_members.end();
        if (is_known && is_empty(each.value())) continue;
        throw LambdaError::invalid_parameter_value(std::string(name) + " is not supported here.");
    }
    if (const json::value* target = settings.if_contains("DeadLetterConfig")) {
        const json::value* arn = target->as_object().if_contains("TargetArn");
        if (arn == nullptr || is_empty(*arn)) settings.erase("DeadLetterConfig");
    }
    const json::value* key = settings.if_contains("KMSKeyArn");
    if (key != nullptr && is_empty(*key)) settings.erase("KMSKeyArn");
}

/// Adds the members of LoggingConfig that the request leaves out, with their defaults.
void complete_logging(FunctionSettings& settings, const std::string& function_name) {
    json::object& logging = settings["LoggingConfig"].is_object()
                                ? settings["LoggingConfig"].get_object()
                                : settings["LoggingConfig"].emplace_object();
    if (!logging.contains("LogFormat")) logging["LogFormat"] = "Text";
    if (!logging.contains("LogGroup")) logging["LogGroup"] = "/aws/lambda/" + function_name;
}

}  // namespace

FunctionSettings read_settings(const json::object& body, const std::string& function_name) {
    constexpr std::array<std::string_view, 4> others = {"FunctionName", "Code", "Publish", "Tags"};
    FunctionSettings settings{{"Description", ""},
                              {"Timeout", 3},
                              {"MemorySize", stream::default_memory_mb},
                              {"EphemeralStorage", {{"Size", 512}}},
                              {"TracingConfig", {{"Mode", "PassThrough"}}},
                              {"Architectures", json::array{"x86_64"}},
                              {"SnapStart", {{"ApplyOn", "None"}, {"OptimizationStatus", "Off"}}},
                              {"PackageType", "Zip"}};
    needed(body, "Role", "role");
    apply(settings, body, others);
    if (!settings.contains("Runtime") || !settings.contains("Handler")) {
        throw LambdaError::invalid_parameter_value(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.");
    }
    complete_logging(settings, function_name);
    return settings;
}

FunctionSettings changed_settings(FunctionSettings settings, const json::object& body) {
    constexpr std::array<std::string_view, 2> others = {"FunctionName", "RevisionId"};
    const json::object before = settings.at("LoggingConfig").as_object();
    apply(settings, body, others);
    // A request that names only some members of LoggingConfig changes only these.
    json::object& logging = settings.at("LoggingConfig").as_object();
    for (const json::key_value_pair& each : before) logging.insert(each);
    return settings;
}

FunctionSettings settings_with_code(FunctionSettings settings, const json::object& body) {
    constexpr std::array<std::string_view, 9> others = {"FunctionName", "ZipFile",         "S3Bucket",
                                                        "S3Key",        "S3ObjectVersion", "ImageUri",
                                                        "Publish",      "DryRun",          "RevisionId"};
    for (const json::key_value_pair& each : body) {
        const std::string_view name = each.key();
        if (name == "Architectures" || std::ranges::find(others, name) != others.end()) continue;
        if (is_empty(each.value())) continue;
        throw LambdaError::invalid_parameter_value(std::string(name) + " is not supported here.");
    }
    apply(settings, body, others);
    return settings;
}

stream::FunctionDefinition definition_of(const std::string& function_name, const FunctionSettings& settings) {
    stream::FunctionDefinition definition;
    definition.name = function_name;
    definition.runtime = settings.at("Runtime").as_string();
    definition.handler = settings.at("Handler").as_string();
    definition.description = settings.at("Description").as_string();
    definition.timeout = std::chrono::seconds(settings.at("Timeout").to_number<int>());
    definition.memory_mb = settings.at("MemorySize").to_number<int>();
    definition.has_versions = true;
    if (const json::value* environment = settings.if_contains("Environment")) {
        for (const json::key_value_pair& each : environment->at("Variables").as_object()) {
            definition.environment.emplace(each.key(), each.value().as_string());
        }
    }
    return definition;
}

}  // namespace tailrace::server
