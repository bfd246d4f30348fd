#include "conformance/runner/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "conformance/runner/wire/http_exchange.hpp"
#include "conformance/runner/wire/printable_text.hpp"

namespace tailrace::conformance {
namespace {

constexpr int usage_exit_code = 2;

constexpr const char* description =
    "tailrace-conformance: is it DynamoDB?\n"
    "\n"
    "Sends the cases of the suite to an endpoint and compares its answers to the letter.";

constexpr const char* footer =
    "The exit code is 0 when every case passed, 1 when one did not, 2 when the run could not be made or\n"
    "was stopped.";

std::string check_url(const std::string& text) {
    try {
        parse_url(text);
        return {};
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
}

std::string check_prefix(const std::string& text) {
    const bool plain =
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) || c == '-'; });
    const bool fits = text.size() >= 3 && text.size() <= 60;
    return plain && fits ? "" : "'" + text + "' is not 3 to 60 letters, digits and hyphens";
}

void add_selection(CLI::App& app, Options& options) {
    app.add_option("--filter", options.filters, "Only cases with this in their id; may be repeated: either")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    app.add_option("--tag", options.tags,
                   "Only cases with this tag, or with !TAG without it; may be repeated: each")
        ->type_name("TAG")
        ->allow_extra_args(false);
    app.add_option("--suite", options.suite_folder, "Where cases/ and tables/ lie")
        ->type_name("FOLDER")
        ->capture_default_str();
    app.add_flag("--list", options.list, "Name the cases and do nothing");
}

void add_endpoint(CLI::App& app, Options& options) {
    app.add_option("--endpoint", options.endpoint, "The server to test")
        ->type_name("URL")
        ->check(CLI::Validator(check_url, ""));
    app.add_flag(
        "--aws", options.aws,
        "Test AWS, with the credentials that its own tools would take; with --endpoint, sign with them "
        "for that server");
    app.add_flag("--yes", options.yes, "Do not ask before a run on AWS, or before tables are deleted there");
    app.add_option("--profile", options.profile, "The profile in the shared credentials and config files");
    app.add_option("--region", options.region, "The region that requests are signed for");
    app.add_option("--name", options.name, "What the endpoint is called in known-differences.json");
    app.add_option("--timeout", options.timeout_seconds, "How long to wait for an answer")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(CLI::Range(1, 600));
    app.add_option("--patience", options.patience_seconds,
                   "How long to wait for what comes after an answer: a step with eventually, or a table that "
                   "a step waits for, which has ten times as long on AWS; 10 unless given, 60 on AWS")
        ->type_name("SECONDS")
        ->check(CLI::Range(1, 3600));
    app.add_option("--ca-file", options.authorities,
                   "Trust these certificate authorities and not the system's")
        ->type_name("PEM")
        ->check(CLI::ExistingFile);
}

void add_run(CLI::App& app, Options& options) {
    app.add_option(
           "--prefix", options.prefix,
           "What the names of all tables begin with; made up unless given; on AWS it has to begin with " +
               std::string(usual_prefix))
        ->check(CLI::Validator(check_prefix, ""));
    app.add_option("--parallel", options.parallel, "How many cases at once")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(1, 64));
    app.add_flag(
        "--cleanup", options.cleanup,
        "Delete the tables of the prefix, or of every prefix that was made up, and do nothing else; on AWS "
        "it asks");
    app.add_option(
           "--against", options.against,
           "Run every case on this endpoint, too, and show where the two answers differ, whatever was "
           "expected")
        ->type_name("URL|aws")
        ->check(
            CLI::Validator([](const std::string& text) { return text == "aws" ? "" : check_url(text); }, ""));
    app.add_option("--record", options.record_file, "Write cases that expect what the endpoint answered")
        ->type_name("FILE");
    app.add_option("--random", options.random_requests,
                   "Send so many random requests to both endpoints, --endpoint and --against, and compare "
                   "the answers")
        ->type_name("N");
    app.add_option("--differences", options.most_differences, "After so many differences random requests end")
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--seed", options.seed, "What the random requests are made from")->capture_default_str();
    app.add_flag("--as-sdk", options.as_sdk,
                 "Take errors as an SDK does: neither the prefix of __type counts nor the casing of message");
    app.add_flag("--numbers-by-value", options.numbers_by_value,
                 "Take 1.0 and 1 for the same attribute value");
    app.add_option("--ignore", options.ignored, "A member of bodies that does not count; may be repeated")
        ->type_name("MEMBER")
        ->allow_extra_args(false);
    app.add_option("--junit", options.junit_file, "Write a report that displays of test results read")
        ->type_name("FILE");
    app.add_option("--json", options.json_file, "Write a report for programs")->type_name("FILE");
    app.add_option("--markdown", options.markdown_file, "Write a page for people")->type_name("FILE");
    app.add_flag("--quiet", options.quiet, "No progress");
}

/// Returns what is wrong with options that are valid one by one; empty if they fit together.
std::string contradiction(const Options& options) {
    if (options.endpoint.empty() && !options.aws && !options.list)
        return "--endpoint URL or --aws says what to test";
    if (options.random_requests > 0 && options.against.empty())
        return "--random compares with another endpoint, which --against names";
    const bool is_on_aws = (options.aws && options.endpoint.empty()) || options.against == "aws";
    if (is_on_aws && !options.prefix.empty() && !options.prefix.starts_with(usual_prefix)) {
        // Every table with the prefix will be deleted, and the account may have other tables.
        return "on AWS --prefix has to begin with " + std::string(usual_prefix);
    }
    return {};
}

/// Quoted, if necessary, so that a shell reads it as one word.
std::string word(const std::string& text) {
    const bool is_plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) ||
               std::string_view("-_./:@%+=").find(static_cast<char>(c)) != std::string::npos;
    });
    return is_plain && !text.empty() ? text : shell_quoted(text);
}

}  // namespace

std::string cleanup_command(const Options& options, const std::string& prefix) {
    std::string command = "tailrace-conformance";
    const auto add = [&command](const char* name, const std::string& value) {
        if (!value.empty()) command += std::string(" ") + name + " " + word(value);
    };
    add("--endpoint", options.endpoint);
    if (options.aws) command += " --aws";
    add("--profile", options.profile);
    add("--region", options.region);
    add("--ca-file", options.authorities);
    add("--prefix", prefix);
    return command + " --cleanup";
}

CommandLine parse_command_line(std::vector<std::string> arguments, const std::string& default_folder) {
    CommandLine line;
    Options options;
    options.suite_folder = default_folder;
    CLI::App app(description, "tailrace-conformance");
    app.footer(footer);
    add_endpoint(app, options);
    add_selection(app, options);
    add_run(app, options);
    try {
        std::reverse(arguments.begin(), arguments.end());
        app.parse(arguments);
    } catch (const CLI::CallForHelp&) {
        line.text = app.help();
        return line;
    } catch (const CLI::ParseError& error) {
        line.text = std::string("tailrace-conformance: ") + error.what() + "\n";
        line.exit_code = usage_exit_code;
        return line;
    }
    if (const std::string fault = contradiction(options); !fault.empty()) {
        line.text = "tailrace-conformance: " + fault + "\n";
        line.exit_code = usage_exit_code;
        return line;
    }
    if (options.name.empty() && options.aws && options.endpoint.empty()) options.name = "aws";
    line.options = std::move(options);
    return line;
}

}  // namespace tailrace::conformance
