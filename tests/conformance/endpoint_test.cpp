#include "conformance/runner/endpoint.hpp"

#include "tests/catch.hpp"

using namespace tailrace::conformance;
using std::chrono::seconds;

namespace {

/// Sources with these environment variables; counts how often they are asked for a key.
struct Environment {
    std::map<std::string, std::string> variables;
    int asked = 0;

    CredentialSources sources() {
        return {[this](const std::string& name) {
                    if (name == "AWS_ACCESS_KEY_ID") ++asked;
                    return variables[name];
                },
                [](const std::string&) { return std::nullopt; },
                [](const std::string&, const HttpRequest&) -> HttpAnswer { throw HttpFailure("nobody"); }};
    }
};

Options options_of(std::vector<std::string> arguments) {
    return *parse_command_line(std::move(arguments), "").options;
}

constexpr const char* here = "http://127.0.0.1:8000";

}  // namespace

// An account's credentials must never reach a server that was only named by URL.
TEST_CASE("an endpoint given by its URL gets no credentials") {
    Environment environment{
        {{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "S"}, {"AWS_REGION", "r"}}};
    const Endpoint endpoint = make_endpoint(options_of({"--endpoint", here}), environment.sources());
    CHECK(endpoint.url.text() == "http://127.0.0.1:8000/");
    CHECK(endpoint.streams_url.text() == endpoint.url.text());
    CHECK(endpoint.region == "us-east-1");
    CHECK_FALSE(endpoint.is_aws);
    CHECK(endpoint.credentials(true).secret_access_key == "conformance");
    CHECK(environment.asked == 0);
    const Options against = against_options(options_of({"--aws", "--against", here}));
    CHECK(make_endpoint(against, environment.sources()).credentials(false).access_key_id == "conformance");
}

TEST_CASE("AWS is called at its region's hosts, with keys from the chain") {
    Environment environment{{{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "S"}}};
    const Options options = options_of({"--aws", "--region", "eu-central-1"});
    const Endpoint endpoint = make_endpoint(options, environment.sources());
    CHECK(endpoint.url.text() == "https://dynamodb.eu-central-1.amazonaws.com/");
    CHECK(endpoint.streams_url.text() == "https://streams.dynamodb.eu-central-1.amazonaws.com/");
    CHECK(endpoint.region == "eu-central-1");
    CHECK(endpoint.is_aws);
    CHECK(endpoint.credentials(false).access_key_id == "A");
    CHECK(environment.asked == 1);
    environment.variables["AWS_ACCESS_KEY_ID"] = "B";
    CHECK(endpoint.credentials(false).access_key_id == "A");
    CHECK(endpoint.credentials(true).access_key_id == "B");
    environment.variables["AWS_REGION"] = "cn-north-1";
    CHECK(make_endpoint(options_of({"--aws"}), environment.sources()).url.text() ==
          "https://dynamodb.cn-north-1.amazonaws.com.cn/");
    const Options against = against_options(options_of({"--endpoint", here, "--against", "aws"}));
    CHECK(make_endpoint(against, environment.sources()).url.text() ==
          "https://dynamodb.cn-north-1.amazonaws.com.cn/");
    environment.variables.clear();
    CHECK_THROWS_AS(make_endpoint(options, environment.sources()), NoCredentials);
}

// AWS takes longer than a local server for what it does after an answer, and minutes for tables.
TEST_CASE("patience depends on the endpoint unless it is given") {
    Environment environment{{{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "S"}}};
    const auto patience = [&](std::vector<std::string> arguments) {
        const Endpoint endpoint = make_endpoint(options_of(std::move(arguments)), environment.sources());
        return std::pair(endpoint.patience, endpoint.table_patience);
    };
    CHECK(patience({"--endpoint", here}) == std::pair(seconds(10), seconds(10)));
    CHECK(patience({"--endpoint", here, "--patience", "3"}) == std::pair(seconds(3), seconds(3)));
    CHECK(patience({"--aws"}) == std::pair(seconds(60), seconds(600)));
    CHECK(patience({"--aws", "--patience", "30"}) == std::pair(seconds(30), seconds(300)));
}
