#include "conformance/runner/random/random_run.hpp"

#include <algorithm>

#include "conformance/runner/case/comparison.hpp"
#include "conformance/runner/case/expectation.hpp"
#include "conformance/runner/case/table_shelf.hpp"
#include "conformance/runner/random/random_requests.hpp"
#include "conformance/runner/wire/json_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr int max_pages = 50;

/// The body in a form that can be compared; with `unordered` the items of a page, or of each table of a
/// batch, are sorted.
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

json::value item_of(const HttpAnswer& answer) {
    const json::value body = body_of(answer);
    const json::value* item = find_path(body, "Item");
    return item ? *item : json::value();
}

class RandomRun {
  public:
    RandomRun(Caller& tested, Caller& other, const RandomSettings& settings, RandomResult& result)
        : tested_(tested), other_(other), settings_(settings), result_(result) {}

    /// Sends a request to both endpoints, then the further pages if it is a query with more to come.
    void send(RandomRequest request) {
        for (int pages = 0; pages < max_pages; ++pages) {
            const Draft draft = draft_call(request.operation, request.body);
            const HttpAnswer got = tested_.send(draft).answer;
            const HttpAnswer expected = other_.send(draft).answer;
            ++result_.requests;
            Failure failure;
            compare_answers(failure, expected, got, request.unordered);
            for (const ItemAddress& address : request.written) compare_items(failure, address);
            if (!failure.differences.empty()) report(std::move(failure), draft);
            if (settings_.progress) settings_.progress(result_.requests, result_.differences.size());
            const json::value body = body_of(expected);
            const json::value* last = find_path(body, "LastEvaluatedKey");
            if (request.operation != "Query" || !last) return;
            request.body["ExclusiveStartKey"] = *last;
        }
    }

  private:
    void compare_answers(Failure& failure, const HttpAnswer& expected, const HttpAnswer& got,
                         bool unordered) {
        failure.expected = answer_text(expected);
        failure.got = answer_text(got);
        if (expected.status != got.status) {
            failure.differences.push_back("status: expected " + std::to_string(expected.status) + ", got " +
                                          std::to_string(got.status));
        }
        const AnswerView& view = tested_.endpoint().view;
        for (std::string& line :
             differences(plain_body(expected, view, unordered), plain_body(got, view, unordered), context_)) {
            failure.differences.push_back(std::move(line));
        }
    }

    /// Compares the item that a write left at `address`, and makes it alike if it differs.
    void compare_items(Failure& failure, const ItemAddress& address) {
        const Draft draft = draft_call(
            "GetItem",
            json::object{{"TableName", address.table}, {"Key", address.key}, {"ConsistentRead", true}});
        const HttpAnswer expected = other_.send(draft).answer;
        const HttpAnswer got = tested_.send(draft).answer;
        const AnswerView& view = tested_.endpoint().view;
        const std::vector<std::string> lines =
            differences(plain_body(expected, view, false), plain_body(got, view, false), context_);
        if (lines.empty()) return;
        const std::string place = "left behind: ";
        for (const std::string& line : lines) failure.differences.push_back(place + line);
        failure.expected += "\n" + place + answer_text(expected);
        failure.got += "\n" + place + answer_text(got);
        const std::string refusal = make_alike(address, item_of(expected));
        if (!refusal.empty()) failure.differences.push_back("the endpoints cannot be made equal: " + refusal);
    }

    /// Gives the tested endpoint this item, or deletes its item if `item` is null. Returns the answer if the
    /// endpoint refused, otherwise an empty string.
    std::string make_alike(const ItemAddress& address, const json::value& item) {
        json::object request{{"TableName", address.table}};
        if (item.is_null()) {
            request["Key"] = address.key;
        } else {
            request["Item"] = item;
        }
        json::value answer;
        const bool taken = tested_.call(item.is_null() ? "DeleteItem" : "PutItem", request, answer);
        return taken ? "" : json::serialize(answer);
    }

    void report(Failure failure, const Draft& draft) {
        failure.request = *find_header(draft.request.headers, "X-Amz-Target") + "\n" + draft.request.body;
        if (const auto reasons = settings_.known.reasons_for(failure)) {
            for (const std::string& reason : *reasons) ++result_.known[reason];
            return;
        }
        failure.step = result_.requests;
        failure.curl = tested_.curl_line(draft);
        result_.differences.push_back(std::move(failure));
    }

    Caller& tested_;
    Caller& other_;
    const RandomSettings& settings_;
    RandomResult& result_;
    const Scope nothing_{"", ""};
    const MatchContext context_{nothing_, 0, {}};
};

}  // namespace

RandomResult run_random(const Suite& suite, const RandomEndpoints& endpoints, const RandomSettings& settings,
                        Interruption& interruption) {
    const auto& [tested, other] = endpoints;
    RandomResult result;
    TableShelf shelf(suite, settings.prefix);
    RandomRequests requests(settings.seed, {shelf.shared_name("hash-s"), shelf.shared_name("range-n"),
                                            shelf.shared_name("indexed"), !tested.is_aws && !other.is_aws});
    try {
        Caller first(tested, interruption);
        Caller second(other, interruption);
        for (Caller* each : {&first, &second}) {
            std::map<std::string, std::string> tables;
            for (const char* shape : {"hash-s", "range-n", "indexed"})
                tables[shelf.shared_name(shape)] = shape;
            shelf.make(*each, tables);
        }
        RandomRun run(first, second, settings, result);
        while (result.requests < settings.requests && result.differences.size() < settings.max_differences &&
               !interruption.stopped()) {
            run.send(requests.next());
        }
    } catch (const std::exception& error) {
        interruption.stop(error.what());
    }
    result.trouble = interruption.reason();
    for (const Endpoint* each : {&tested, &other}) {
        const std::string left = shelf.has_made() ? delete_tables(*each, settings.prefix) : "";
        if (!left.empty()) result.trouble += (result.trouble.empty() ? "" : "; ") + left;
    }
    return result;
}

std::string random_report(const RandomResult& result, const RandomSettings& settings) {
    std::string text;
    for (const Failure& each : result.differences) {
        text += "DIFFERS  request " + std::to_string(each.step) + "\n" + each.request + "\n    expected " +
                each.expected + "\n    got      " + each.got + "\n";
        for (const std::string& line : each.differences) text += "    differs  " + line + "\n";
        text += "    again    " + each.curl + "\n\n";
    }
    if (!result.known.empty()) text += "Known differences:\n";
    for (const auto& [reason, count] : result.known) text += std::to_string(count) + "  " + reason + "\n";
    text += std::to_string(result.requests) + " random requests of seed " + std::to_string(settings.seed) +
            ": " + std::to_string(result.differences.size()) +
            (settings.known.empty() ? " differences\n" : " unknown differences\n");
    if (!result.trouble.empty()) text += "STOPPED: " + result.trouble + "\n";
    return text;
}

}  // namespace tailrace::conformance
