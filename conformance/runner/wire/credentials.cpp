#include "conformance/runner/wire/credentials.hpp"

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "conformance/runner/wire/json_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;
using Section = std::map<std::string, std::string>;

constexpr const char* container_host = "http://169.254.170.2";
constexpr const char* instance_host = "http://169.254.169.254";
constexpr const char* instance_path = "/latest/meta-data/iam/security-credentials/";

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string value_of(const Section& section, const std::string& name) {
    const auto found = section.find(name);
    return found == section.end() ? "" : found->second;
}

std::string profile_name(const CredentialSources& sources, const std::string& profile) {
    if (!profile.empty()) return profile;
    const std::string named = sources.variable("AWS_PROFILE");
    return named.empty() ? "default" : named;
}

/// The profile's section of the file that `variable` names, or else of ~/.aws/`name`.
Section profile_section(const CredentialSources& sources, const std::string& profile, const char* variable,
                        const char* name) {
    std::string path = sources.variable(variable);
    if (path.empty()) path = sources.variable("HOME") + "/.aws/" + name;
    const auto text = sources.file(path);
    if (!text) return {};
    auto sections = parse_profiles(*text);
    return sections[profile_name(sources, profile)];
}

std::optional<Credentials> from_section(const Section& section) {
    Credentials found{value_of(section, "aws_access_key_id"), value_of(section, "aws_secret_access_key"),
                      value_of(section, "aws_session_token")};
    if (found.access_key_id.empty() || found.secret_access_key.empty()) return std::nullopt;
    return found;
}

/// Reads the answer of a metadata service: AccessKeyId, SecretAccessKey, Token.
Credentials from_document(const HttpAnswer& answer, const std::string& place) {
    json::error_code error;
    const json::value body = parse_json(answer.body, error);
    const auto text = [&](const char* name) {
        const json::value* value = error ? nullptr : find_path(body, name);
        return value && value->is_string() ? std::string(value->get_string()) : "";
    };
    Credentials found{text("AccessKeyId"), text("SecretAccessKey"), text("Token")};
    if (answer.status != 200 || found.access_key_id.empty() || found.secret_access_key.empty()) {
        throw NoCredentials(place + " answered " + std::to_string(answer.status) + " and no credentials");
    }
    return found;
}

HttpRequest get(const std::string& path) {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    return request;
}

std::optional<Credentials> from_container(const CredentialSources& sources) {
    const std::string relative = sources.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const std::string full = sources.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (relative.empty() && full.empty()) return std::nullopt;
    const std::string url = relative.empty() ? full : container_host + relative;
    HttpRequest request = get(parse_url(url).path);
    std::string token = sources.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    const std::string token_file = sources.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    if (!token_file.empty()) token = trimmed(sources.file(token_file).value_or(""));
    if (!token.empty()) request.headers.emplace_back("Authorization", token);
    return from_document(sources.http(url, request), "the container's credentials service");
}

Credentials from_instance(const CredentialSources& sources) {
    HttpRequest ask_token = get("/latest/api/token");
    ask_token.method = "PUT";
    ask_token.headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}, {"Content-Length", "0"}};
    const HttpAnswer token = sources.http(instance_host, ask_token);
    if (token.status != 200) {
        throw NoCredentials("the metadata service gave no token, status " + std::to_string(token.status));
    }
    HttpRequest ask_role = get(instance_path);
    ask_role.headers = {{"X-aws-ec2-metadata-token", token.body}};
    const HttpAnswer role = sources.http(instance_host, ask_role);
    if (role.status != 200) throw NoCredentials("the instance has no role");
    HttpRequest ask = get(instance_path + trimmed(role.body));
    ask.headers = ask_role.headers;
    return from_document(sources.http(instance_host, ask), "the metadata service");
}

}  // namespace

std::map<std::string, Section> parse_profiles(const std::string& text) {
    std::map<std::string, Section> sections;
    std::istringstream lines(text);
    Section* current = nullptr;
    for (std::string line; std::getline(lines, line);) {
        const bool is_nested = !line.empty() && (line[0] == ' ' || line[0] == '\t');
        line = trimmed(line);
        if (line.empty() || line[0] == '#' || line[0] == ';') continue;
        if (line.front() == '[' && line.find(']') != std::string::npos) {
            std::string name = trimmed(line.substr(1, line.find(']') - 1));
            if (name.starts_with("profile ")) name = trimmed(name.substr(8));
            current = &sections[name];
            continue;
        }
        const std::size_t equals = line.find('=');
        // An indented line belongs to the setting above it, such as those under "s3 =".
        if (!current || is_nested || equals == std::string::npos) continue;
        (*current)[trimmed(line.substr(0, equals))] = trimmed(line.substr(equals + 1));
    }
    return sections;
}

Credentials find_credentials(const CredentialSources& sources, const std::string& profile) {
    Credentials given{sources.variable("AWS_ACCESS_KEY_ID"), sources.variable("AWS_SECRET_ACCESS_KEY"),
                      sources.variable("AWS_SESSION_TOKEN")};
    if (profile.empty() && !given.access_key_id.empty() && !given.secret_access_key.empty()) return given;
    for (const auto& [variable, name] :
         {std::pair("AWS_SHARED_CREDENTIALS_FILE", "credentials"), std::pair("AWS_CONFIG_FILE", "config")}) {
        if (const auto found = from_section(profile_section(sources, profile, variable, name))) return *found;
    }
    if (!profile.empty()) {
        throw NoCredentials("the profile '" + profile +
                            "' has no access key in the shared credentials and "
                            "config files");
    }
    if (const auto found = from_container(sources)) return *found;
    const std::string nowhere = "no credentials in the environment, nor for the profile '" +
                                profile_name(sources, profile) +
                                "', nor of a container, nor of an instance: ";
    if (sources.variable("AWS_EC2_METADATA_DISABLED") == "true") {
        throw NoCredentials(nowhere + "AWS_EC2_METADATA_DISABLED is true");
    }
    try {
        return from_instance(sources);
    } catch (const HttpFailure& error) {
        throw NoCredentials(nowhere + error.what());
    }
}

std::string find_region(const CredentialSources& sources, const std::string& profile) {
    for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
        if (!sources.variable(name).empty()) return sources.variable(name);
    }
    return value_of(profile_section(sources, profile, "AWS_CONFIG_FILE", "config"), "region");
}

CredentialSources system_credential_sources() {
    CredentialSources sources;
    sources.variable = [](const std::string& name) {
        const char* value = std::getenv(name.c_str());
        return std::string(value ? value : "");
    };
    sources.file = [](const std::string& path) -> std::optional<std::string> {
        std::ifstream file(path, std::ios::binary);
        if (!file) return std::nullopt;
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    };
    sources.http = [](const std::string& url, const HttpRequest& request) {
        const Url parsed = parse_url(url);
        HttpRequest whole = request;
        whole.headers.insert(whole.headers.begin(), {"Host", parsed.authority()});
        return HttpExchange(parsed, {std::chrono::seconds(2), {}}).send(whole);
    };
    return sources;
}

}  // namespace tailrace::conformance
