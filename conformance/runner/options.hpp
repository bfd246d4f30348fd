#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailrace::conformance {

/// What the names of tables begin with where nobody says otherwise, and always on AWS.
constexpr const char* usual_prefix = "tailrace-conformance-";

/// What the command line asks for.
struct Options {
    /// Of the server to be tested; empty for AWS.
    std::string endpoint;
    /// Sign with credentials of the usual chain; without `endpoint`, for AWS itself.
    bool aws = false;
    /// Do not ask before what costs money on AWS, or deletes tables there.
    bool yes = false;
    std::string profile;
    /// Empty for what the profile says, or us-east-1.
    std::string region;
    /// What the endpoint is called in known-differences.json.
    std::string name;
    /// The URL of a second endpoint, or "aws"; then the answers of both are compared.
    std::string against;
    /// Where to write cases that expect what the endpoint answered.
    std::string record_file;
    /// How many random requests to send to both endpoints instead of cases; 0 for cases.
    std::size_t random_requests = 0;
    std::uint64_t seed = 1;
    /// After so many differences random requests end.
    std::size_t most_differences = 10;
    /// What of an answer does not count; see AnswerView.
    bool as_sdk = false;
    bool numbers_by_value = false;
    std::vector<std::string> ignored;
    std::string junit_file;
    std::string json_file;
    std::string markdown_file;
    std::string suite_folder;
    std::vector<std::string> filters;
    std::vector<std::string> tags;
    std::string prefix;
    bool list = false;
    bool cleanup = false;
    bool quiet = false;
    unsigned parallel = 8;
    unsigned timeout_seconds = 30;
    /// 0 for what suits the endpoint.
    unsigned patience_seconds = 0;
    std::string authorities;
};

/// The options, or the text to print instead (of --help, or what is wrong) and the exit code.
struct CommandLine {
    std::optional<Options> options;
    std::string text;
    int exit_code = 0;
};

/// `default_folder` is where cases/ and tables/ lie unless --suite says otherwise.
CommandLine parse_command_line(std::vector<std::string> arguments, const std::string& default_folder);

/// A line for a shell that deletes the tables of this prefix from the endpoint that `options` name.
std::string cleanup_command(const Options& options, const std::string& prefix);

}  // namespace tailrace::conformance
