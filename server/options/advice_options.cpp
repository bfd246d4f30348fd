#include "server/options/advice_options.hpp"

#include "engine/model/parse_number.hpp"
#include "server/options/command_options.hpp"

namespace tailrace::server {
namespace {

constexpr double max_requests = 1e15;

std::string check_requests(const std::string& text) {
    const auto number = parse_number<std::uint64_t>(text);
    const bool is_in_range = number && *number > 0 && static_cast<double>(*number) <= max_requests;
    return is_in_range ? "" : "'" + text + "' is not a whole number from 1 to 1000000000000000";
}

}  // namespace

void add_advice_options(CLI::App& app, RawOptions& raw) {
    app.add_flag("--no-hints", raw.no_hints,
                 "Do not say in the log and in the header x-tailrace-hint what to do about an error")
        ->envname("TAILRACE_NO_HINTS")
        ->take_last();
    app.add_flag("--advise", raw.options.advises,
                 "Record from the start how requests use tables, for the command advise; requests become "
                 "slower")
        ->envname("TAILRACE_ADVISE")
        ->take_last();
}

void add_advise_command(CLI::App& app, RawOptions& raw) {
    AdviseCommand& advise = raw.options.advising;
    CLI::App* command =
        app.add_subcommand("advise", "Say what the requests to a running server cost, and what to change");
    command->fallthrough();
    command->add_option("--format", advise.format, "markdown or json")
        ->type_name("FORMAT")
        ->capture_default_str()
        ->check(one_of({"markdown", "json"}));
    command
        ->add_option("--budget", advise.budget_file, "A JSON file with limits that the run must not exceed")
        ->type_name("FILE");
    command
        ->add_option(
            "--monthly-requests", advise.monthly_requests,
            "Give the prices for this many requests a month, with the same mix of requests as the run; "
            "1000000 by default")
        ->type_name("NUMBER")
        ->check(CLI::Validator(check_requests, ""));
    add_endpoint_option(*command, advise.endpoint);
    command->footer(
        "The server records requests if it was started with --advise, or after POST /_tailrace/advice.\n"
        "Exits with 0, with 1 if the run breaks the budget, or with 2 if the server does not answer or has\n"
        "recorded nothing, or if the budget cannot be read.\n");
    command->callback([&raw] { raw.options.command = Command::advise; });
}

}  // namespace tailrace::server
