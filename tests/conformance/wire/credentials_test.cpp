#include "conformance/runner/wire/credentials.hpp"

#include "tests/catch.hpp"

using namespace tailrace::conformance;

namespace {

/// Sources that a test fills in; everything else is missing.
struct Machine {
    std::map<std::string, std::string> variables = {{"HOME", "/home/me"}};
    std::map<std::string, std::string> files;
    /// Keyed by "METHOD URL PATH", followed by the token header if the request has one.
    std::map<std::string, HttpAnswer> answers;

    CredentialSources sources() {
        CredentialSources sources;
        sources.variable = [this](const std::string& name) { return variables[name]; };
        sources.file = [this](const std::string& path) {
            return files.contains(path) ? std::optional(files[path]) : std::nullopt;
        };
        sources.http = [this](const std::string& url, const HttpRequest& request) {
            std::string key = request.method + " " + url + " " + request.path;
            for (const char* name : {"Authorization", "X-aws-ec2-metadata-token"}) {
                if (const std::string* value = find_header(request.headers, name)) key += " " + *value;
            }
            if (!answers.contains(key)) throw HttpFailure("failed connecting: " + key);
            return answers[key];
        };
        return sources;
    }
};

std::string text_of(const Credentials& found) {
    return found.access_key_id + " " + found.secret_access_key + " " + found.session_token;
}

constexpr const char* document = R"({"AccessKeyId": "AK", "SecretAccessKey": "SK", "Token": "T"})";

}  // namespace

// The order is AWS's own: the environment, the shared files, a container, an instance.
TEST_CASE("the environment comes before the files, and a profile that is asked for before both") {
    Machine machine;
    machine.files["/home/me/.aws/credentials"] =
        "[default]\naws_access_key_id = A1\naws_secret_access_key = S1\n"
        "# a comment\n[work]\naws_access_key_id=A2\naws_secret_access_key=S2\naws_session_token=T2\n";
    CHECK(text_of(find_credentials(machine.sources(), "")) == "A1 S1 ");
    machine.variables["AWS_PROFILE"] = "work";
    CHECK(text_of(find_credentials(machine.sources(), "")) == "A2 S2 T2");
    machine.variables["AWS_ACCESS_KEY_ID"] = "A3";
    machine.variables["AWS_SECRET_ACCESS_KEY"] = "S3";
    machine.variables["AWS_SESSION_TOKEN"] = "T3";
    CHECK(text_of(find_credentials(machine.sources(), "")) == "A3 S3 T3");
    CHECK(text_of(find_credentials(machine.sources(), "work")) == "A2 S2 T2");
    CHECK_THROWS_WITH(find_credentials(machine.sources(), "other"),
                      "the profile 'other' has no access key in the shared credentials and config files");
}

TEST_CASE("the config file has profiles under their long names, and the region") {
    Machine machine;
    machine.variables["AWS_CONFIG_FILE"] = "/etc/config";
    machine.files["/etc/config"] =
        "[profile work]\nregion = eu-west-1\ns3 =\n  region = nowhere\n"
        "aws_access_key_id = A\naws_secret_access_key = S=/+\n";
    CHECK(text_of(find_credentials(machine.sources(), "work")) == "A S=/+ ");
    CHECK(find_region(machine.sources(), "work") == "eu-west-1");
    CHECK(find_region(machine.sources(), "").empty());
    machine.variables["AWS_REGION"] = "us-west-2";
    CHECK(find_region(machine.sources(), "work") == "us-west-2");
}

TEST_CASE("a container's service is asked with its token") {
    Machine machine;
    machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:1/creds?id=1";
    machine.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/token";
    machine.files["/token"] = "secret\n";
    machine.answers["GET http://127.0.0.1:1/creds?id=1 /creds?id=1 secret"] = {200, {}, document};
    CHECK(text_of(find_credentials(machine.sources(), "")) == "AK SK T");
    machine.answers["GET http://127.0.0.1:1/creds?id=1 /creds?id=1 secret"] = {500, {}, "no"};
    CHECK_THROWS_WITH(find_credentials(machine.sources(), ""),
                      "the container's credentials service answered 500 and no credentials");
}

TEST_CASE("an instance's metadata service is asked with a token of its own") {
    Machine machine;
    const std::string host = "http://169.254.169.254";
    const std::string path = "/latest/meta-data/iam/security-credentials/";
    machine.answers["PUT " + host + " /latest/api/token"] = {200, {}, "TOKEN"};
    machine.answers["GET " + host + " " + path + " TOKEN"] = {200, {}, "role\n"};
    machine.answers["GET " + host + " " + path + "role TOKEN"] = {200, {}, document};
    CHECK(text_of(find_credentials(machine.sources(), "")) == "AK SK T");
    machine.variables["AWS_EC2_METADATA_DISABLED"] = "true";
    CHECK_THROWS_WITH(
        find_credentials(machine.sources(), ""),
        "no credentials in the environment, nor for the profile 'default', nor of a container, nor "
        "of an instance: AWS_EC2_METADATA_DISABLED is true");
}
