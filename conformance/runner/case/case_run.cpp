#include "conformance/runner/case/case_run.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>

#include "conformance/runner/case/expectation.hpp"
#include "conformance/runner/wire/json_text.hpp"
#include "conformance/runner/wire/printable_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds longest_pause(2000);
constexpr std::size_t shown_body = 4000;

std::string request_text(const Draft& draft) {
    const std::string* target = find_header(draft.request.headers, "X-Amz-Target");
    return draft.request.method + " " + draft.request.path + (target ? " " + *target : "") + "\n" +
           shortened(draft.request.body, shown_body);
}

class CaseRun {
  public:
    CaseRun(const Case& test, Caller& caller, TableShelf& shelf, bool keep_answers)
        : test_(test),
          caller_(caller),
          shelf_(shelf),
          keep_answers_(keep_answers),
          scope_(test.id(), shelf.prefix()) {
        scope_.set_variables(test.variables);
        scope_.set("region", json::string(caller.endpoint().region));
        for (const std::string& shape : test.tables("table")) {
            set_name("table:" + shape, shelf.shared_name(shape));
        }
        for (const std::string& shape : test.tables("own-table")) {
            const std::string name = shelf.own_name(scope_.unique(), shape);
            own_[name] = shape;
            set_name("own-table:" + shape, name);
        }
        for (const std::string& word : test.tables("new-table")) {
            new_.push_back(shelf.new_name(scope_.unique(), word));
            set_name(word.empty() ? "new-table" : "new-table:" + word, new_.back());
        }
        for (const char* name : {"case", "case-number", "case-binary"}) {
            names_[std::string(scope_.lookup(name).get_string())] = name;
        }
    }

    std::optional<Failure> run() {
        std::optional<Failure> first;
        Failure failure;
        try {
            for (const std::string& shape : test_.tables("table")) shelf_.check_shared(shape);
            shelf_.make(caller_, own_);
            std::size_t number = 0;
            for (const Step& step : test_.steps) {
                failure = {};
                failure.step = ++number;
                if (caller_.interruption().stopped()) throw std::runtime_error("the run was stopped");
                if (run_step(step, failure)) continue;
                if (!first) first = failure;
                if (!keep_answers_) return first;
            }
            return first;
        } catch (const CredentialsRefused&) {
            throw;
        } catch (const HttpFailure& error) {
            failure.differences = {std::string("no answer: ") + error.what()};
        } catch (const std::exception& error) {
            failure.differences = {error.what()};
        }
        return first ? first : failure;
    }

    void remove_tables() {
        std::vector<std::string> names = new_;
        for (const auto& [name, shape] : own_) names.push_back(name);
        for (const std::string& name : names) {
            try {
                TableShelf::remove(caller_, name);
            } catch (const std::runtime_error&) {
                // At its end the run deletes every table of its prefix and reports the tables that it could
                // not delete.
            }
        }
    }

    std::vector<StepAnswer> take_answers() { return std::move(answers_); }
    const std::map<std::string, std::string>& names() const { return names_; }

  private:
    void set_name(const std::string& variable, const std::string& name) {
        scope_.set(variable, json::string(name));
        names_[name] = variable;
    }

    /// Returns false if the answer differs; `failure` then says how.
    bool run_step(const Step& step, Failure& failure) {
        if (step.kind == Step::Kind::wait) {
            wait(scope_.resolve(step.wait).get_object(), failure);
            return true;
        }
        auto pause = std::chrono::milliseconds(20);
        const auto end =
            SteadyClock::now() + (step.eventually ? caller_.endpoint().patience : std::chrono::seconds(0));
        while (true) {
            if (answers_as_expected(step, failure)) return true;
            if (SteadyClock::now() + pause > end || !caller_.interruption().pause(pause)) return false;
            pause = std::min(pause * 2, longest_pause);
        }
    }

    /// The answer to expect where AWS's regions differ: on AWS the answer that was observed in this region,
    /// and elsewhere the newer answer.
    const json::object& wanted_of(const Step& step) const {
        const Endpoint& endpoint = caller_.endpoint();
        const bool is_older = endpoint.is_aws && std::ranges::count(step.older.regions, endpoint.region) > 0;
        return is_older ? step.older.expect : step.expect;
    }

    /// True if a server other than AWS answers as the older regions do, which is accepted.
    bool is_older_answer(const Step& step, const HttpAnswer& answer, long long now) const {
        const Endpoint& endpoint = caller_.endpoint();
        if (endpoint.is_aws || step.older.expect.empty()) return false;
        return Expectation(step.older.expect, scope_, endpoint.view).differences_of(answer, now).empty();
    }

    bool answers_as_expected(const Step& step, Failure& failure) {
        const long long now = seconds_now();
        scope_.set_now(now);
        const Draft draft = step.kind == Step::Kind::call
                                ? draft_call(step.operation, scope_.resolve(step.request))
                                : draft_raw(scope_.resolve(step.raw).get_object());
        const Expectation expectation(wanted_of(step), scope_, caller_.endpoint().view);
        failure.request = request_text(draft);
        failure.curl = caller_.curl_line(draft);
        failure.expected = expectation.text();
        failure.got.clear();
        const HttpAnswer answer = caller_.send(draft, expectation.error()).answer;
        failure.got = answer_text(answer);
        failure.differences = expectation.differences_of(answer, now);
        if (!failure.differences.empty() && is_older_answer(step, answer, now)) failure.differences.clear();
        scope_.set_answer(failure.step, step.name, body_of(answer));
        if (keep_answers_) {
            // When a step is asked again, only its last answer counts.
            if (!answers_.empty() && answers_.back().step == failure.step) answers_.pop_back();
            answers_.push_back({failure.step, failure.request, failure.curl, answer});
        }
        return failure.differences.empty();
    }

    void wait(const json::object& wait, Failure& failure) {
        const std::string table(wait.at("table").as_string());
        const std::string until(wait.at("until").as_string());
        failure.request = "wait until " + table + " is " + until;
        const auto patience = caller_.endpoint().table_patience;
        if (until == "active") {
            TableShelf::wait_until_active(caller_, table, patience);
        } else {
            TableShelf::wait_until_deleted(caller_, table, patience);
        }
    }

    const Case& test_;
    Caller& caller_;
    TableShelf& shelf_;
    bool keep_answers_;
    Scope scope_;
    std::vector<StepAnswer> answers_;
    std::map<std::string, std::string> names_;
    /// The names of the case's own tables, and their shapes.
    std::map<std::string, std::string> own_;
    std::vector<std::string> new_;
};

}  // namespace

CaseResult run_case(const Case& test, Caller& caller, TableShelf& shelf, bool keep_answers) {
    const auto start = SteadyClock::now();
    CaseResult result;
    result.test = &test;
    CaseRun run(test, caller, shelf, keep_answers);
    result.failure = run.run();
    result.answers = run.take_answers();
    result.names = run.names();
    run.remove_tables();
    result.verdict = result.failure ? Verdict::failed : Verdict::passed;
    result.seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
    return result;
}

}  // namespace tailrace::conformance
