#include "stream/handler/function_variables.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "engine/model/uuid.hpp"

namespace tailrace::stream {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

/// Returns the variables of this process's environment.
Variables inherited_variables() {
    Variables variables;
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
        const std::string_view text(*each);
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

/// Returns the URL of a proxy that stands for an endpoint. Clients ignore a proxy's path, so the namespace in
/// "http://127.0.0.1:8000/~blue" becomes the URL's user, which they send in Proxy-Authorization. The URL has
/// a password because some clients send a user only with one.
std::string proxy_of(std::string_view endpoint_url) {
    const std::size_t path = endpoint_url.find("/~");
    if (path == std::string_view::npos) return std::string(endpoint_url);
    std::string proxy(endpoint_url.substr(0, path));
    const std::size_t host = proxy.find("://") + 3;
    return proxy.insert(host, std::string(endpoint_url.substr(path + 2)) + ":namespace@");
}

/// Directs AWS SDKs to this server. Newer SDKs read the endpoint variables. The HTTP proxy variables, which
/// all SDKs obey for http, also direct code that names an AWS endpoint itself. The Runtime API is reached
/// without the proxy.
void direct_sdks_here(Variables& variables, const std::string& endpoint_url) {
    if (endpoint_url.empty()) return;
    variables.emplace("AWS_ENDPOINT_URL", endpoint_url);
    for (const char* service : {"DYNAMODB", "DYNAMODB_STREAMS", "LAMBDA"}) {
        variables[std::string("AWS_ENDPOINT_URL_") + service] = endpoint_url;
    }
    for (const char* name : {"http_proxy", "HTTP_PROXY"}) variables[name] = proxy_of(endpoint_url);
    std::string direct = "127.0.0.1,localhost,::1";
    for (const char* name : {"no_proxy", "NO_PROXY"}) {
        const auto known = variables.find(name);
        if (known == variables.end() || known->second.empty()) continue;
        direct.append(",").append(known->second);
        break;
    }
    for (const char* name : {"no_proxy", "NO_PROXY"}) variables[name] = direct;
}

void set_credentials(Variables& variables, const FunctionCredentials& credentials) {
    const bool has_key =
        variables.contains("AWS_ACCESS_KEY_ID") && variables.contains("AWS_SECRET_ACCESS_KEY");
    if (has_key && !credentials.are_required) return;
    variables["AWS_ACCESS_KEY_ID"] = credentials.access_key_id;
    variables["AWS_SECRET_ACCESS_KEY"] = credentials.secret_access_key;
    variables.erase("AWS_SESSION_TOKEN");
    if (!credentials.session_token.empty()) variables["AWS_SESSION_TOKEN"] = credentials.session_token;
}

constexpr std::array<std::string_view, 18> reserved_variables = {"AWS_ACCESS_KEY",
                                                                 "AWS_ACCESS_KEY_ID",
                                                                 "AWS_DEFAULT_REGION",
                                                                 "AWS_EXECUTION_ENV",
                                                                 "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                                                 "AWS_LAMBDA_FUNCTION_NAME",
                                                                 "AWS_LAMBDA_FUNCTION_VERSION",
                                                                 "AWS_LAMBDA_INITIALIZATION_TYPE",
                                                                 "AWS_LAMBDA_LOG_GROUP_NAME",
                                                                 "AWS_LAMBDA_LOG_STREAM_NAME",
                                                                 "AWS_LAMBDA_RUNTIME_API",
                                                                 "AWS_REGION",
                                                                 "AWS_SECRET_ACCESS_KEY",
                                                                 "AWS_SESSION_TOKEN",
                                                                 "LAMBDA_RUNTIME_DIR",
                                                                 "LAMBDA_TASK_ROOT",
                                                                 "_HANDLER",
                                                                 "_X_AMZN_TRACE_ID"};

/// Puts the folders of all layers before the value of the variable. The folders of the last layer come first.
void add_layers(std::string& variable, const FunctionDefinition& definition,
                const std::vector<std::string>& folders) {
    std::string paths;
    for (auto layer = definition.layers.rbegin(); layer != definition.layers.rend(); ++layer) {
        for (const std::string& folder : folders) {
            paths.append(paths.empty() ? "" : ":").append(*layer).append("/").append(folder);
        }
    }
    if (!paths.empty() && !variable.empty()) paths.append(":").append(variable);
    if (!paths.empty()) variable = paths;
}

constexpr std::string_view nodejs = "nodejs";

/// Source: "Layer paths for each Lambda runtime".
void add_definition(Variables& variables, const FunctionDefinition& definition) {
    for (const auto& [name, value] : definition.environment) {
        if (!is_reserved_variable(name)) variables[name] = value;
    }
    const std::string& runtime = definition.runtime;
    if (!definition.layers.empty()) {
        add_layers(variables["PATH"], definition, {"bin"});
        add_layers(variables["LD_LIBRARY_PATH"], definition, {"lib"});
    }
    if (runtime.starts_with("python")) {
        add_layers(variables["PYTHONPATH"], definition,
                   {"python/lib/" + runtime + "/site-packages", "python"});
    } else if (runtime.starts_with(nodejs)) {
        // "nodejs22.x" has a folder "node22".
        const std::string version = "node" + runtime.substr(nodejs.size(), runtime.find('.') - nodejs.size());
        add_layers(variables["NODE_PATH"], definition,
                   {"nodejs/" + version + "/node_modules", "nodejs/node_modules"});
    }
    variables["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + runtime;
    variables[std::string(named_runtime_variable)] = runtime;
}

}  // namespace

bool is_reserved_variable(std::string_view name) {
    return std::ranges::find(reserved_variables, name) != reserved_variables.end();
}

std::vector<std::string> function_variables(const RuntimeProgram& program, const HandlerContext& context) {
    const std::string& region = context.engine.options().region;
    Variables variables = inherited_variables();
    variables["TZ"] = ":UTC";
    set_credentials(variables, context.credentials);
    direct_sdks_here(variables, context.endpoint_url);
    const FunctionDefinition* definition = program.definition.get();
    if (definition != nullptr) add_definition(variables, *definition);
    variables["AWS_LAMBDA_FUNCTION_NAME"] = context.function_name;
    const std::string version = definition != nullptr ? definition->version : "$LATEST";
    variables["AWS_LAMBDA_FUNCTION_VERSION"] = version;
    variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] =
        std::to_string(definition != nullptr ? definition->memory_mb : default_memory_mb);
    variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
    variables["AWS_LAMBDA_LOG_GROUP_NAME"] = "/aws/lambda/" + context.function_name;
    variables["AWS_LAMBDA_LOG_STREAM_NAME"] = "[" + version + "]" + make_uuid();
    variables["LAMBDA_TASK_ROOT"] = program.folder;
    variables["_HANDLER"] = program.handler;
    variables["AWS_REGION"] = region;
    variables["AWS_DEFAULT_REGION"] = region;
    std::vector<std::string> texts;
    texts.reserve(variables.size());
    for (const auto& [name, value] : variables) texts.push_back(std::string(name).append("=").append(value));
    return texts;
}

}  // namespace tailrace::stream
