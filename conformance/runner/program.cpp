#include "conformance/runner/program.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "conformance/runner/case/comparison.hpp"
#include "conformance/runner/case/known_differences.hpp"
#include "conformance/runner/case/suite_run.hpp"
#include "conformance/runner/case/table_shelf.hpp"
#include "conformance/runner/endpoint.hpp"
#include "conformance/runner/random/random_run.hpp"
#include "conformance/runner/report/aws_estimate.hpp"
#include "conformance/runner/report/file_reports.hpp"
#include "conformance/runner/report/text_report.hpp"
#include "conformance/runner/wire/printable_text.hpp"

namespace tailrace::conformance {
namespace {

constexpr int all_passed = 0;
constexpr int some_failed = 1;
constexpr int not_run = 2;

bool is_chosen(const Case& test, const Options& options) {
    const std::string id = test.id();
    const bool named = options.filters.empty() || std::any_of(options.filters.begin(), options.filters.end(),
                                                              [&](const std::string& text) {
                                                                  return id.find(text) != std::string::npos;
                                                              });
    return named && std::all_of(options.tags.begin(), options.tags.end(), [&](const std::string& tag) {
               return tag.starts_with('!') ? !test.has_tag(tag.substr(1)) : test.has_tag(tag);
           });
}

std::vector<const Case*> choose(const Suite& suite, const Options& options) {
    std::vector<const Case*> chosen;
    for (const Case& test : suite.cases) {
        if (is_chosen(test, options)) chosen.push_back(&test);
    }
    return chosen;
}

std::string make_prefix() {
    std::random_device random;
    char text[40];
    std::snprintf(text, sizeof text, "%s%06x", usual_prefix, random() & 0xffffffU);
    return text;
}

/// Records the commands that delete all tables of the run. Call it before the first table is created.
void note_cleanup(const Options& options, const std::string& prefix, Interruption& interruption) {
    interruption.note_cleanup(cleanup_command(options, prefix));
    if (!options.against.empty())
        interruption.note_cleanup(cleanup_command(against_options(options), prefix));
}

/// Asks the person at the terminal; Ctrl-C counts as no.
bool is_agreed(const char* question, const Options& options, const Interruption& interruption) {
    if (options.yes) return true;
    if (isatty(STDIN_FILENO) == 0)
        throw std::invalid_argument("standard input is not a terminal: give --yes to agree");
    std::fflush(stdout);
    std::fprintf(stderr, "%s [y/N] ", question);
    constexpr int tick_ms = 100;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    while (poll(&input, 1, tick_ms) == 0 && !interruption.stopped()) {
    }
    if (interruption.stopped()) return false;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

/// Prints what a run on AWS will cost and asks whether to go on. Returns true without asking if nothing costs
/// money.
bool is_cost_accepted(const Estimate& estimate, const Options& options, const Interruption& interruption) {
    if (!options.aws && options.against != "aws") return true;
    std::fprintf(stderr, "On AWS this run needs %s.\n", estimate.text().c_str());
    return is_agreed("Continue?", options, interruption);
}

std::string read_or_nothing(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return file ? text.str() : "{}";
}

KnownDifferences read_known_differences(const Suite& suite, const Options& options) {
    const std::filesystem::path folder(options.suite_folder);
    return {read_or_nothing(folder / "known-differences.json"), options.name, suite};
}

void write_reports(const RunResult& result, const Endpoint& endpoint, const Options& options) {
    const RunTitle title{options.name, endpoint.url.text(), report_time(seconds_now())};
    if (!options.junit_file.empty()) write_file(options.junit_file, junit_report(result, title));
    if (!options.json_file.empty()) write_file(options.json_file, json_report(result, title));
    if (!options.markdown_file.empty()) write_file(options.markdown_file, markdown_report(result, title));
    std::fputs(text_report(result, title.url).c_str(), stdout);
}

void list(const std::vector<const Case*>& cases) {
    for (const Case* each : cases)
        std::printf("%s  (tier %d)  %s\n", each->id().c_str(), each->tier, each->reason.c_str());
    std::printf("%zu cases\n", cases.size());
}

int clean_up(const Options& options, Interruption& interruption) {
    const Endpoint endpoint = make_endpoint(options, system_credential_sources());
    Caller caller(endpoint, interruption);
    const std::vector<std::string> names =
        TableShelf::names_with(caller, options.prefix.empty() ? usual_prefix : options.prefix + "-");
    for (const std::string& name : names) std::printf("%s\n", printable(name).c_str());
    const bool asks = options.aws && !names.empty();
    if (asks && !is_agreed("Delete these tables?", options, interruption)) return not_run;
    TableShelf::remove_all(caller, names);
    std::printf("%zu tables deleted\n", names.size());
    return all_passed;
}

/// A line on the terminal that shows the progress; prints nothing if stderr is not a terminal or the run is
/// quiet.
class ProgressLine {
  public:
    ProgressLine(std::size_t total, bool quiet)
        : total_(total), shown_(!quiet && isatty(STDERR_FILENO) == 1) {}

    /// Shows "12 of 100 cases, 1 failed": `done` of the total, and how many of them are `bad`.
    void show(std::size_t done, const char* things, std::size_t count, const char* bad) const {
        if (!shown_) return;
        std::fprintf(stderr, "\r%zu of %zu %s, %zu %s\033[K", done, total_, things, count, bad);
    }
    void end() const {
        if (shown_) std::fputs("\r\033[K", stderr);
    }

  private:
    std::size_t total_;
    bool shown_;
};

RunResult run_with_progress(const Suite& suite, RunSettings settings, const Endpoint& endpoint,
                            Interruption& interruption) {
    const ProgressLine line(settings.cases.size(), settings.quiet);
    std::size_t done = 0;
    std::size_t failed = 0;
    settings.progress = [&](const CaseResult& result) {
        if (result.verdict == Verdict::failed || result.verdict == Verdict::gone) ++failed;
        line.show(++done, "cases", failed, "failed");
    };
    RunResult result = run_suite(suite, settings, endpoint, interruption);
    line.end();
    return result;
}

int compare_at_random(const Suite& suite, const Options& options, Interruption& interruption) {
    RandomSettings settings;
    settings.requests = options.random_requests;
    settings.seed = options.seed;
    settings.max_differences = options.max_differences;
    settings.prefix = options.prefix.empty() ? make_prefix() : options.prefix;
    settings.known = read_known_differences(suite, options);
    const Endpoint tested = make_endpoint(options, system_credential_sources());
    const Endpoint other = make_endpoint(against_options(options), system_credential_sources());
    if (!is_cost_accepted(estimate_random(settings.requests), options, interruption)) return not_run;
    note_cleanup(options, settings.prefix, interruption);
    const ProgressLine line(settings.requests, options.quiet);
    settings.progress = [&line](std::size_t requests, std::size_t differences) {
        // Not for each request: there are thousands a second.
        if (requests % 100 == 0) line.show(requests, "requests", differences, "differences");
    };
    const RandomResult result = run_random(suite, {tested, other}, settings, interruption);
    line.end();
    std::fputs(printable(random_report(result, settings)).c_str(), stdout);
    if (!result.trouble.empty()) return not_run;
    return result.differences.empty() ? all_passed : some_failed;
}

}  // namespace

int run_program(const Options& options, Interruption& interruption) {
    if (options.cleanup) return clean_up(options, interruption);
    const Suite suite = load_suite(options.suite_folder);
    if (options.random_requests > 0) return compare_at_random(suite, options, interruption);
    const std::vector<const Case*> cases = choose(suite, options);
    if (options.list) {
        list(cases);
        return all_passed;
    }
    if (cases.empty()) throw std::invalid_argument("no case matches --filter and --tag");
    const KnownDifferences known = read_known_differences(suite, options);
    const Endpoint endpoint = make_endpoint(options, system_credential_sources());
    if (!is_cost_accepted(estimate(suite, cases, options.parallel), options, interruption)) return not_run;
    RunSettings settings;
    settings.cases = cases;
    settings.prefix = options.prefix.empty() ? make_prefix() : options.prefix;
    note_cleanup(options, settings.prefix, interruption);
    settings.parallel = options.parallel;
    settings.quiet = options.quiet;
    settings.keep_answers = !options.against.empty() || !options.record_file.empty();
    settings.judge = [&](CaseResult& each) { known.judge(each); };
    RunResult result = run_with_progress(suite, settings, endpoint, interruption);
    const bool is_answered = std::any_of(result.cases.begin(), result.cases.end(),
                                         [](const CaseResult& each) { return !each.answers.empty(); });
    if (!options.record_file.empty() && is_answered) {
        write_file(options.record_file, recorded_cases(result, "recorded from " + endpoint.url.text() +
                                                                   " at " + report_time(seconds_now())));
    }
    if (!options.against.empty() && !interruption.stopped()) {
        const Endpoint other = make_endpoint(against_options(options), system_credential_sources());
        settings.judge = nullptr;
        result = compare_runs(run_with_progress(suite, settings, other, interruption), result, endpoint.view);
        std::printf("'expected' is the answer of %s, 'got' is the answer of %s\n\n", other.url.text().c_str(),
                    endpoint.url.text().c_str());
    }
    write_reports(result, endpoint, options);
    if (!result.trouble.empty()) return not_run;
    return count_areas(result).back().all.good() ? all_passed : some_failed;
}

}  // namespace tailrace::conformance
