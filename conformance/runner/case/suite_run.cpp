#include "conformance/runner/case/suite_run.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

#include "conformance/runner/case/case_run.hpp"
#include "conformance/runner/case/table_shelf.hpp"

namespace tailrace::conformance {
namespace {

/// After this many cases in a row without an answer, the server is taken to be gone.
constexpr int silent_cases = 10;

std::set<std::string> shared_shapes(const std::vector<const Case*>& cases) {
    std::set<std::string> shapes;
    for (const Case* each : cases) {
        for (std::string& shape : each->tables("table")) shapes.insert(std::move(shape));
    }
    return shapes;
}

class SuiteRun {
  public:
    SuiteRun(const Suite& suite, const RunSettings& settings)
        : cases_(settings.cases), settings_(settings), shelf_(suite, settings.prefix) {
        result_.cases.resize(cases_.size());
        for (std::size_t i = 0; i < cases_.size(); ++i) result_.cases[i].test = cases_[i];
    }

    void make_tables(Caller& caller) { shelf_.make_shared(caller, shared_shapes(cases_)); }

    /// The work of each thread: runs the next case until none is left.
    void work(const Endpoint& endpoint, Interruption& interruption) {
        Caller caller(endpoint, interruption);
        try {
            while (!interruption.stopped()) {
                const std::size_t place = next_++;
                if (place >= cases_.size()) return;
                note(place, run_case(*cases_[place], caller, shelf_, settings_.keep_answers), interruption);
            }
        } catch (const std::exception& error) {
            interruption.stop(error.what());
        }
    }

    /// True if there may be tables to delete.
    bool has_begun() const { return next_ > 0 || shelf_.has_made(); }
    RunResult take() { return std::move(result_); }

  private:
    void note(std::size_t place, CaseResult result, Interruption& interruption) {
        const std::lock_guard lock(mutex_);
        // A case that was cut short by the run's end says nothing about the endpoint.
        if (interruption.stopped() && result.verdict == Verdict::failed) return;
        const bool is_silent = result.failure && result.failure->got.empty() &&
                               !result.failure->differences.empty() &&
                               result.failure->differences[0].starts_with("no answer: ");
        silent_ = is_silent ? silent_ + 1 : 0;
        if (silent_ >= silent_cases) {
            interruption.stop("the endpoint no longer answers; last: " + result.failure->differences[0]);
        }
        if (settings_.judge) settings_.judge(result);
        result_.cases[place] = std::move(result);
        if (settings_.progress) settings_.progress(result_.cases[place]);
    }

    const std::vector<const Case*>& cases_;
    const RunSettings& settings_;
    TableShelf shelf_;
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_;
    int silent_ = 0;
    RunResult result_;
};

}  // namespace

std::string delete_tables(const Endpoint& endpoint, const std::string& prefix) {
    Interruption nothing_stops_it;
    try {
        Caller caller(endpoint, nothing_stops_it);
        TableShelf::remove_all(caller, TableShelf::names_with(caller, prefix + "-"));
        return {};
    } catch (const std::exception& error) {
        return "tables may be left (delete them with --cleanup --prefix " + prefix + "): " + error.what();
    }
}

RunResult run_suite(const Suite& suite, const RunSettings& settings, const Endpoint& endpoint,
                    Interruption& interruption) {
    const auto start = std::chrono::steady_clock::now();
    SuiteRun run(suite, settings);
    try {
        Caller caller(endpoint, interruption);
        run.make_tables(caller);
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < settings.parallel; ++i) {
            threads.emplace_back([&] { run.work(endpoint, interruption); });
        }
    } catch (const std::exception& error) {
        interruption.stop(error.what());
    }
    RunResult result = run.take();
    result.trouble = interruption.reason();
    const std::string left = run.has_begun() ? delete_tables(endpoint, settings.prefix) : "";
    if (!left.empty()) result.trouble += (result.trouble.empty() ? "" : "; ") + left;
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

}  // namespace tailrace::conformance
