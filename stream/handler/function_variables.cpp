#include "stream/handler/function_variables.hpp"

#include <unistd.h>

#include <map>
#include <string_view>

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

}  // namespace

std::vector<std::string> function_variables(const RuntimeProgram& program, const HandlerContext& context) {
    const std::string& region = context.engine.options().region;
    Variables variables = inherited_variables();
    variables["AWS_LAMBDA_FUNCTION_NAME"] = context.function_name;
    variables["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
    variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = function_memory_mb;
    variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
    variables["AWS_LAMBDA_LOG_GROUP_NAME"] = "/aws/lambda/" + context.function_name;
    variables["AWS_LAMBDA_LOG_STREAM_NAME"] = "[$LATEST]" + make_uuid();
    variables["LAMBDA_TASK_ROOT"] = program.folder;
    variables["_HANDLER"] = program.handler;
    variables["AWS_REGION"] = region;
    variables["AWS_DEFAULT_REGION"] = region;
    variables["TZ"] = ":UTC";
    set_credentials(variables, context.credentials);
    direct_sdks_here(variables, context.endpoint_url);
    std::vector<std::string> texts;
    texts.reserve(variables.size());
    for (const auto& [name, value] : variables) texts.push_back(std::string(name).append("=").append(value));
    return texts;
}

}  // namespace tailrace::stream
