#include "server/commands/advise_command.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "server/admin/pretty_json.hpp"
#include "server/commands/budget.hpp"
#include "server/wire/percent_encoded.hpp"
#include "server/wire/shown_text.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_advice = 64UL * 1024 * 1024;
constexpr stream::HttpLimits advice_limits{std::chrono::seconds(10), std::chrono::seconds(60),
                                           largest_advice};

Question question_about(const AdviseCommand& command, std::string_view format) {
    std::string path = std::string("/advice?format=").append(format);
    if (!command.monthly_requests.empty())
        path.append("&requests_per_month=").append(percent_encoded(command.monthly_requests));
    return {.path = std::move(path), .limits = advice_limits};
}

}  // namespace

CommandResult run_advise_command(const AdviseCommand& command) try {
    std::optional<Budget> budget;
    if (!command.budget_file.empty()) budget = read_budget(command.budget_file);
    const RunningServer server(command.endpoint, command.token);
    const json::object advice = server.ask_json(question_about(command, "json"));
    if (advice.at("Since").is_null()) {
        throw CommandError(command.endpoint +
                           " has recorded no run: start it with --advise, or send POST /_tailrace/advice");
    }
    CommandResult result;
    result.text = command.format == "json" ? pretty_json(escaped_json(json::serialize(advice))) + "\n"
                                           : server.ask(question_about(command, "markdown")).body;
    if (!budget) return result;
    const Verdict verdict = check_budget(*budget, advice);
    if (!verdict.broken.empty()) result.exit_code = 1;
    for (const std::string& line : verdict.broken)
        result.error.append("budget: ").append(shown_line(line)).append("\n");
    for (const std::string& line : verdict.remarks)
        result.error.append("budget: warning: ").append(shown_line(line)).append("\n");
    return result;
} catch (const CommandError& error) {
    return {cannot_ask, {}, "tailrace: " + std::string(error.what()) + "\n"};
} catch (const std::exception&) {
    // The answer lacks a member, so it is not Tailrace's.
    return {cannot_ask, {}, "tailrace: there is no Tailrace at " + command.endpoint + "\n"};
}

}  // namespace tailrace::server
