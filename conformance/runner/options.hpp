#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailrace::conformance {

/// What table names begin with, unless --prefix gives something else. On AWS, --prefix must begin with this,
/// too.
constexpr const char* usual_prefix = "tailrace-conformance-";

/// The command line's options.
struct Options {
    /// The URL of the server to test; empty for AWS.
    std::string endpoint;
    /// Sign with credentials of the usual chain; without `endpoint`, test AWS itself.
    bool aws = false;
    /// Do not ask before spending money on AWS or deleting tables there.
    bool yes = false;
    std::string profile;
    /// If empty, the profile's region is used, or us-east-1 if it has none.
    std::string region;
    /// The endpoint's name in known-differences.json.
    std::string name;
    /// The URL of a second endpoint, or "aws", to compare the answers of both.
    std::string against;
    /// The file to which to write cases that expect what the endpoint answered.
    std::string record_file;
    /// The number of random requests to send to both endpoints instead of cases; 0 to run cases.
    std::size_t random_requests = 0;
    std::uint64_t seed = 1;
    /// Random requests end after this many differences.
    std::size_t max_differences = 10;
    /// What to ignore when answers are compared; see AnswerView.
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
    /// 0 for the endpoint's default.
    unsigned patience_seconds = 0;
    std::string authorities;
};

/// The options, or else the text to print (the help, or what is wrong) and the exit code.
struct CommandLine {
    std::optional<Options> options;
    std::string text;
    int exit_code = 0;
};

/// `default_folder` is the folder of cases/ and tables/ unless --suite names another.
CommandLine parse_command_line(std::vector<std::string> arguments, const std::string& default_folder);

/// A shell command that deletes the tables of this prefix from the endpoint in `options`.
std::string cleanup_command(const Options& options, const std::string& prefix);

}  // namespace tailrace::conformance
