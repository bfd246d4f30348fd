#include "server/template/serverless_variables.hpp"

#include <boost/json.hpp>
#include <cstdlib>

#include "tests/catch.hpp"
#include "tests/template/samples.hpp"

using namespace tailrace::server;
namespace json = boost::json;

namespace {

/// A file, the settings that it is read with, and what is named.
struct Variables {
    explicit Variables(const std::string& text)
        : root(read_yaml(text)),
          settings{.region = "eu-west-1",
                   .account_id = "123456789012",
                   .parameters = {{"colour", "green"}, {"stage", "test"}}} {}

    /// Returns the member `value` in JSON.
    std::string value() {
        Gaps named("s.yml");
        ServerlessVariables variables(root, sample("concerts"), settings, named);
        const Node made = variables.member("value");
        gaps = named.take();
        return json::serialize(to_json(made));
    }

    Node root;
    StackSettings settings;
    std::vector<Gap> gaps = {};
};

std::string value_of(const std::string& text) {
    Variables variables(text);
    std::string value = variables.value();
    CHECK(texts_of(variables.gaps).empty());
    return value;
}

std::vector<std::string> gaps_of(const std::string& text) {
    Variables variables(text);
    variables.value();
    return texts_of(variables.gaps);
}

std::string fault_of(const std::string& text) {
    try {
        Variables(text).value();
        return "";
    } catch (const TemplateError& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("a variable is replaced by a value of any kind", "[serverless_variables]") {
    CHECK(value_of("a: {b: [1, x]}\nvalue: ${self:a}") == R"({"b":[1,"x"]})");
    CHECK(value_of("a: {b: [1, x]}\nvalue: \"${self:a.b.1}-${self:a.b.0}\"") == R"("x-1")");
    CHECK(value_of("a: ${self:b}\nb: {c: 5}\nvalue: ${self:a.c}") == "5");
    CHECK(value_of("value: ${opt:colour}") == R"("green")");
    CHECK(value_of("value: ${sls:stage} ${sls:instanceId} ${aws:region} ${aws:accountId}") ==
          R"("test local eu-west-1 123456789012")");
    CHECK(value_of("params: {test: {a: 1}, default: {a: 2, b: 3}}\nvalue: '${param:a}${param:b}'") ==
          R"("13")");
    CHECK(value_of("stages: {default: {params: {a: x}}}\nvalue: ${param:a}") == R"("x")");
    CHECK(value_of("value: ${strToBool(${self:flag})}\nflag: 1") == "true");
    CHECK(value_of("value: ${file(config/dev.json):batch}") == "25");
    CHECK(value_of("value: ${file(./config/dev.json):tables.concerts}") == R"("concerts-test")");
    ::setenv("TAILRACE_TEST_VARIABLE", "from outside", 1);
    CHECK(value_of("value: ${env:TAILRACE_TEST_VARIABLE}") == R"("from outside")");
}

TEST_CASE("a variable's fallback is used if there is no value", "[serverless_variables]") {
    CHECK(value_of("value: ${opt:absent, 'a, b'}") == R"("a, b")");
    CHECK(value_of("value: ${opt:absent, self:absent, \"x\"}") == R"("x")");
    CHECK(value_of("value: ${opt:absent, ${self:a}}\na: [1]") == "[1]");
    CHECK(value_of("value: ${self:a, 7}\na: null") == "7");
    CHECK(value_of("value: ${env:TAILRACE_TEST_ABSENT, false}") == "false");
    CHECK(value_of("value: ${opt:absent, null}") == "null");
    CHECK(value_of("value: ${file(absent.yml):a, 'x'}") == R"("x")");
    CHECK(value_of("value: ${ssm:/a/b, 'x'}") == R"("x")");
    CHECK(value_of("value: ${file(handlers/songs.js):name, 'x'}") == R"("x")");
    CHECK(value_of("value: ${self:table.${opt:colour}, 'x'}\ntable: {green: 1}") == "1");
}

TEST_CASE("what CloudFormation replaces is left as it is", "[serverless_variables]") {
    CHECK(value_of("value: ${AWS::Region}-${Music}-${Music.Arn}-$ {self:a}-${-${self:a}\na: x") ==
          R"("${AWS::Region}-${Music}-${Music.Arn}-$ {self:a}-${-x")");
}

TEST_CASE("a variable that would need a program or AWS is named", "[serverless_variables]") {
    const std::string end = "; \"unknown\" takes its place";
    CHECK(gaps_of("a: 1\nvalue: x-${ssm:/a}") ==
          std::vector{"s.yml:2: ${ssm:/a} is not looked up here" + end});
    CHECK(gaps_of("value: ${cf:stack.output}") ==
          std::vector{"s.yml:1: ${cf:stack.output} is not looked up here" + end});
    CHECK(
        gaps_of("value: ${file(./handlers/songs.js):name}") ==
        std::vector{"s.yml:1: ${file(./handlers/songs.js):name} is not read here, only YAML and JSON" + end});
    CHECK(gaps_of("value: ${file(absent.yml)}") ==
          std::vector{"s.yml:1: ${file(absent.yml)} names a file that is not there" + end});
    CHECK(gaps_of("value: ${env:TAILRACE_TEST_ABSENT}") ==
          std::vector{"s.yml:1: ${env:TAILRACE_TEST_ABSENT} is not in the environment" + end});
    CHECK(gaps_of("value: ${opt:absent}") ==
          std::vector{"s.yml:1: ${opt:absent} has no value; give --parameter absent=VALUE" + end});
    CHECK(gaps_of("value: ${self:absent.a}") ==
          std::vector{"s.yml:1: ${self:absent.a} is not in this file" + end});
}

TEST_CASE("variables end, whatever they refer to", "[serverless_variables]") {
    CHECK(fault_of("value: ${self:value}")
              .starts_with("line 1: variables that refer to each other in a circle"));
    CHECK(fault_of("value: ${self:}").starts_with("line 1: variables that refer to each other in a circle"));
    std::string doubling = "v0: x\n";
    for (int i = 1; i < 40; ++i) {
        const std::string before = "${self:v" + std::to_string(i - 1) + "}";
        doubling += "v" + std::to_string(i) + ": " + before + before + "\n";
    }
    CHECK(fault_of(doubling + "value: ${self:v39}") == "line 2: more than 10,000 variables");
    CHECK(fault_of("a: [1]\nvalue: x${self:a}") == "line 2: a list or a map cannot be part of a text");
    CHECK(fault_of("value: ${file(/etc/hostname.yml)}") ==
          "line 1: '/etc/hostname.yml' is outside of the folder '" + sample("concerts").string() +
              "'; only files in that folder may be read");
}
