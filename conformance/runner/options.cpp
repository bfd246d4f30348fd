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
    "The exit code is 0 when every case passed, 1 when one did not, 2 when the run was not possible or\n"
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
    app.add_option("--filter", options.filters, "Only cases whose id contains this; if repeated, any of them")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    app.add_option("--tag", options.tags,
                   "Only cases with this tag, or with !TAG without it; if repeated, all of them apply")
        ->type_name("TAG")
        ->allow_extra_args(false);
    app.add_option("--suite", options.suite_folder, "Folder that contains cases/ and tables/")
        ->type_name("FOLDER")
        ->capture_default_str();
    app.add_flag("--list", options.list, "List the cases and do nothing else");
}

void add_endpoint(CLI::App& app, Options& options) {
    app.add_option("--endpoint", options.endpoint, "The server to test")
        ->type_name("URL")
        ->check(CLI::Validator(check_url, ""));
    app.add_flag("--aws", options.aws,
                 "Test AWS, with the credentials that AWS's own tools would use; with --endpoint, sign "
                 "requests to that server with them");
    app.add_flag("--yes", options.yes, "Do not ask before a run on AWS, or before tables are deleted there");
    app.add_option("--profile", options.profile, "The profile in the shared credentials and config files");
    app.add_option("--region", options.region, "Region for which requests are signed");
    app.add_option("--name", options.name, "Name of the endpoint in known-differences.json");
    app.add_option("--timeout", options.timeout_seconds, "How long to wait for an answer")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(CLI::Range(1, 600));
    app.add_option("--patience", options.patience_seconds,
                   "How long to wait for what happens after an answer: in a step with 'eventually', or for a "
                   "table that a step waits for (ten times as long on AWS); the default is 10, and 60 on AWS")
        ->type_name("SECONDS")
        ->check(CLI::Range(1, 3600));
    app.add_option("--ca-file", options.authorities,
                   "Trust these certificate authorities and not the system's")
        ->type_name("PEM")
        ->check(CLI::ExistingFile);
}

void add_run(CLI::App& app, Options& options) {
    app.add_option("--prefix", options.prefix,
                   "Prefix of all tables' names; without it one is generated; on AWS it must begin with " +
                       std::string(usual_prefix))
        ->check(CLI::Validator(check_prefix, ""));
    app.add_option("--parallel", options.parallel, "Cases to run at the same time")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(1, 64));
    app.add_flag("--cleanup", options.cleanup,
                 "Delete the tables with the prefix, or with any generated one, and do nothing else; asks "
                 "first on AWS");
    app.add_option("--against", options.against,
                   "Also run every case on this endpoint, and show where the two answers differ, whatever "
                   "the case expects")
        ->type_name("URL|aws")
        ->check(
            CLI::Validator([](const std::string& text) { return text == "aws" ? "" : check_url(text); }, ""));
    app.add_option("--record", options.record_file, "Write cases that expect what the endpoint answered")
        ->type_name("FILE");
    app.add_option("--random", options.random_requests,
                   "Send this many random requests to both --endpoint and --against, and compare the answers")
        ->type_name("N");
    app.add_option("--differences", options.max_differences,
                   "Stop random requests after this many differences")
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--seed", options.seed, "Seed of the random requests")->capture_default_str();
    app.add_flag(
        "--as-sdk", options.as_sdk,
        "Compare errors as an SDK does: ignore the prefix of __type and the case of the name 'message'");
    app.add_flag("--numbers-by-value", options.numbers_by_value,
                 "Treat 1.0 and 1 as the same attribute value");
    app.add_option("--ignore", options.ignored, "Ignore this member of bodies; may be repeated")
        ->type_name("MEMBER")
        ->allow_extra_args(false);
    app.add_option("--junit", options.junit_file, "Write a report in JUnit's format")->type_name("FILE");
    app.add_option("--json", options.json_file, "Write a report for programs")->type_name("FILE");
    app.add_option("--markdown", options.markdown_file, "Write a page for people")->type_name("FILE");
    app.add_flag("--quiet", options.quiet, "Do not show progress");
}

/// Returns what is wrong with options that are valid one by one; empty if they fit together.
std::string contradiction(const Options& options) {
    if (options.endpoint.empty() && !options.aws && !options.list) return "give --endpoint URL or --aws";
    if (options.random_requests > 0 && options.against.empty())
        return "--random needs --against, the endpoint to compare with";
    const bool is_on_aws = (options.aws && options.endpoint.empty()) || options.against == "aws";
    if (is_on_aws && !options.prefix.empty() && !options.prefix.starts_with(usual_prefix)) {
        // Every table with the prefix will be deleted, and the account may have other tables.
        return "on AWS --prefix must begin with " + std::string(usual_prefix);
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
