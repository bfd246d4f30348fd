#include "conformance/runner/random_run.hpp"

#include <algorithm>

#include "conformance/runner/comparison.hpp"
#include "conformance/runner/expectation.hpp"
#include "conformance/runner/json_text.hpp"
#include "conformance/runner/random_requests.hpp"
#include "conformance/runner/table_shelf.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr int most_pages = 50;

/// The body for comparing; `unordered` sorts the items of a page, or of each table of a batch.
json::value plain_body(const HttpAnswer& answer, const AnswerView& view, bool unordered) {
    json::value body = comparable(view.apply(body_of(answer)), {});
    if (!unordered || !body.is_object()) return body;
    const auto sort = [](json::value& list) {
        if (!list.is_array()) return;
        std::sort(list.get_array().begin(), list.get_array().end(), [](const auto& left, const auto& right) {
            return json::serialize(left) < json::serialize(right);
        });
    };
    if (json::value* items = body.get_object().if_contains("Items")) sort(*items);
    if (json::value* tables = body.get_object().if_contains("Responses")) {
        if (tables->is_object()) {
            for (auto& table : tables->get_object()) sort(table.value());
        }
    }
    return body;
}

class RandomRun {
  public:
    RandomRun(Caller& first, Caller& second, RandomResult& result)
        : first_(first), second_(second), result_(result) {}

    /// Sends one request to both, and what follows from it: the further pages of a query.
    void send(RandomRequest request) {
        for (int pages = 0; pages < most_pages; ++pages) {
            const Draft draft = draft_call(request.operation, request.body);
            const HttpAnswer left = first_.send(draft).answer;
            const HttpAnswer right = second_.send(draft).answer;
            ++result_.requests;
            compare(draft, left, right, request.unordered);
            const json::value body = body_of(left);
            const json::value* last = find_path(body, "LastEvaluatedKey");
            if (request.operation != "Query" || !last) return;
            request.body["ExclusiveStartKey"] = *last;
        }
    }

  private:
    void compare(const Draft& draft, const HttpAnswer& left, const HttpAnswer& right, bool unordered) {
        Failure failure;
        if (left.status != right.status) {
            failure.differences.push_back("status: " + std::to_string(left.status) + " and " +
                                          std::to_string(right.status));
        }
        const Scope nothing("", "");
        const MatchContext context{nothing, 0, {}};
        const AnswerView& view = first_.endpoint().view;
        for (std::string& line :
             differences(plain_body(left, view, unordered), plain_body(right, view, unordered), context)) {
            failure.differences.push_back(std::move(line));
        }
        if (failure.differences.empty()) return;
        failure.step = result_.requests;
        failure.request = *find_header(draft.request.headers, "X-Amz-Target") + "\n" + draft.request.body;
        failure.expected = answer_text(left);
        failure.got = answer_text(right);
        failure.curl = first_.curl_line(draft);
        result_.differences.push_back(std::move(failure));
    }

    Caller& first_;
    Caller& second_;
    RandomResult& result_;
};

}  // namespace

RandomResult run_random(const Suite& suite, const std::vector<const Endpoint*>& both,
                        const RandomSettings& settings, Interruption& interruption) {
    RandomResult result;
    TableShelf shelf(suite, settings.prefix);
    RandomRequests requests(settings.seed,
                            {shelf.shared_name("hash-s"), shelf.shared_name("range-n"),
                             shelf.shared_name("indexed"), !both[0]->is_aws && !both[1]->is_aws});
    try {
        Caller first(*both[0], interruption);
        Caller second(*both[1], interruption);
        for (Caller* each : {&first, &second}) {
            std::map<std::string, std::string> tables;
            for (const char* shape : {"hash-s", "range-n", "indexed"})
                tables[shelf.shared_name(shape)] = shape;
            shelf.make(*each, tables);
        }
        RandomRun run(first, second, result);
        while (result.requests < settings.requests && result.differences.size() < settings.most_differences &&
               !interruption.stopped()) {
            run.send(requests.next());
        }
    } catch (const std::exception& error) {
        interruption.stop(error.what());
    }
    result.trouble = interruption.reason();
    for (const Endpoint* each : both) {
        const std::string left = shelf.has_made() ? delete_tables(*each, settings.prefix) : "";
        if (!left.empty()) result.trouble += (result.trouble.empty() ? "" : "; ") + left;
    }
    return result;
}

std::string random_report(const RandomResult& result, const RandomSettings& settings) {
    std::string text;
    for (const Failure& each : result.differences) {
        text += "DIFFERS  request " + std::to_string(each.step) + "\n" + each.request + "\n    first   " +
                each.expected + "\n    second  " + each.got + "\n";
        for (const std::string& line : each.differences) text += "    differs " + line + "\n";
        text += "    again   " + each.curl + "\n\n";
    }
    text += std::to_string(result.requests) + " random requests of seed " + std::to_string(settings.seed) +
            ": " + std::to_string(result.differences.size()) + " differences\n";
    if (!result.trouble.empty()) text += "STOPPED: " + result.trouble + "\n";
    return text;
}

}  // namespace tailrace::conformance
