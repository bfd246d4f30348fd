#include "conformance/runner/options.hpp"

#include "tests/catch.hpp"

using namespace tailrace::conformance;

namespace {

/// The error message for arguments that do not fit together.
std::string fault(std::vector<std::string> arguments) {
    const CommandLine line = parse_command_line(std::move(arguments), "folder");
    CHECK_FALSE(line.options);
    CHECK(line.exit_code == 2);
    return line.text;
}

constexpr const char* some_endpoint = "http://127.0.0.1:1";

}  // namespace

TEST_CASE("options that do not go together are refused") {
    CHECK(fault({}) == "tailrace-conformance: give --endpoint URL or --aws\n");
    CHECK(fault({"--endpoint", some_endpoint, "--random", "5"}) ==
          "tailrace-conformance: --random needs --against, the endpoint to compare with\n");
    CHECK(fault({"--endpoint", "ftp://x"}) ==
          "tailrace-conformance: --endpoint: 'ftp://x' is not an http:// or https:// URL\n");
}

// A cleanup deletes all tables with the prefix, so on AWS the prefix must not match the account's other
// tables.
TEST_CASE("on AWS a prefix is one of the suite's own") {
    const std::string refused =
        "tailrace-conformance: on AWS --prefix must begin with tailrace-conformance-\n";
    CHECK(fault({"--aws", "--prefix", "orders"}) == refused);
    CHECK(fault({"--aws", "--cleanup", "--prefix", "tailrace"}) == refused);
    CHECK(fault({"--endpoint", some_endpoint, "--against", "aws", "--prefix", "orders"}) == refused);
    CHECK(parse_command_line({"--aws", "--prefix", "tailrace-conformance-1"}, "").options);
    CHECK(parse_command_line({"--endpoint", some_endpoint, "--prefix", "orders"}, "").options);
}

TEST_CASE("the command that cleans up names the endpoint") {
    const auto command = [](std::vector<std::string> arguments) {
        return cleanup_command(*parse_command_line(std::move(arguments), "").options, "p-1");
    };
    CHECK(command({"--endpoint", some_endpoint, "--timeout", "5"}) ==
          "tailrace-conformance --endpoint http://127.0.0.1:1 --prefix p-1 --cleanup");
    CHECK(
        command({"--aws", "--profile", "it's mine", "--region", "eu-central-1", "--ca-file", "/dev/null"}) ==
        "tailrace-conformance --aws --profile 'it'\\''s mine' --region eu-central-1 --ca-file /dev/null "
        "--prefix p-1 --cleanup");
}
