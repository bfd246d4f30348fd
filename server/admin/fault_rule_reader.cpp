#include "server/admin/fault_rule_reader.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "server/admin/name_list.hpp"
#include "server/admin/rule_object.hpp"
#include "stream/handler/faulty_handler.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using operation::ConnectionFault;
using operation::FaultEffect;
using operation::FaultRule;
using std::chrono::milliseconds;

constexpr std::size_t max_rules = 1000;
constexpr std::uint64_t max_count = 1'000'000'000'000;
constexpr std::uint64_t max_milliseconds = 3'600'000;

milliseconds duration(const RuleObject& object, std::string_view name) {
    return milliseconds(object.count(name, 1, max_milliseconds).value_or(0));
}

double read_probability(const RuleObject& object) {
    const json::value* value = object.find("Probability");
    if (value == nullptr) return 1;
    const double probability = value->is_number() ? value->to_number<double>() : 0;
    if (!(probability > 0 && probability <= 1)) {
        object.refuse("Probability must be a number above 0 and at most 1.");
    }
    return probability;
}

AttributeMap read_key(const RuleObject& object, const json::value& key) {
    constexpr const char* form =
        R"(Key must have the attributes of a key, or of its partition key: {"artist": {"S": "Nils"}})";
    if (!key.is_object() || key.get_object().empty()) object.refuse(std::string(form) + ".");
    try {
        return parse_attribute_map(key.get_object(), ValueWords::newer);
    } catch (const ApiError& error) {
        object.refuse(std::string(form) + "; " + error.message());
    }
}

void read_error(const RuleObject& then, const Names& known, FaultEffect& effect) {
    const std::string name = then.choice("Error", known);
    for (const std::string_view member : {"Message", "Reason", "RetryAfterMs"}) {
        then.require_with(member, "Error");
    }
    if (name.empty()) return;
    const std::vector<std::string> reasons = operation::throttling_reasons();
    operation::FaultError error{.name = name,
                                .message = then.text("Message"),
                                .reason = then.choice("Reason", Names(reasons.begin(), reasons.end()))};
    const bool has_reasons = operation::has_throttling_reasons(name);
    if (!error.reason.empty() && !has_reasons) then.refuse(name + " has no Reason.");
    effect.error = std::move(error);
    if (const auto wait = then.count("RetryAfterMs", 0, max_milliseconds)) {
        effect.answer.retry_after = milliseconds(*wait);
    }
}

void read_cancellation(const RuleObject& then, FaultEffect& effect) {
    const json::value* codes = then.find("CancellationReasons");
    if (codes == nullptr) return;
    if (!codes->is_array() || codes->get_array().empty()) {
        then.refuse("CancellationReasons must be a list of codes, one for each member.");
    }
    for (const json::value& code : codes->get_array()) {
        const json::string* const text = code.if_string();
        then.require_known("code", text == nullptr ? std::string_view() : std::string_view(*text),
                           operation::cancellation_codes());
        effect.cancellation_codes.emplace_back(*text);
    }
}

void read_connection(const RuleObject& then, FaultEffect& effect) {
    constexpr std::array<std::pair<std::string_view, ConnectionFault>, 3> connections = {{
        {"ClosedBeforeWork", ConnectionFault::closed_before_work},
        {"ClosedAfterWork", ConnectionFault::closed_after_work},
        {"ClosedInAnswer", ConnectionFault::closed_in_answer},
    }};
    const std::string name =
        then.choice("Connection", {connections[0].first, connections[1].first, connections[2].first});
    for (const auto& [known, connection] : connections) {
        if (known == name) effect.answer.connection = connection;
    }
}

void read_answer(const RuleObject& then, FaultEffect& effect) {
    effect.answer.delay = duration(then, "DelayMs");
    then.require_with("DelayClock", "DelayMs");
    effect.waits_on_clock = then.choice("DelayClock", {"real", "namespace"}) == "namespace";
    effect.answer.duration = duration(then, "AnswerMs");
    effect.answer.has_wrong_checksum = !then.choice("Checksum", {"wrong"}).empty();
    read_connection(then, effect);
}

/// Reads what happens to the call of a function.
void read_call(FaultRule& rule, const json::value& value, const std::string& where) {
    static const Names members = {"Call", "Message", "ErrorType", "BatchItemFailures"};
    const RuleObject then(value, where, members);
    operation::CallFault call;
    const std::string kind = then.choice("Call", {"Failed", "TimedOut", "NotInvoked"});
    const auto items = then.count("BatchItemFailures", 1, 10'000);
    if (kind.empty() == !items) {
        then.refuse("it must have either Call or BatchItemFailures.");
    }
    for (const std::string_view member : {"Message", "ErrorType"}) {
        if (then.find(member) != nullptr && kind != "Failed")
            then.refuse(std::string(member) + R"( needs "Call": "Failed".)");
    }
    const auto text = [&](std::string_view member, const char* without) {
        return then.find(member) == nullptr ? std::string(without) : then.text(member);
    };
    call.message = text("Message", "A scripted fault failed the call.");
    call.error_type = text("ErrorType", "Error");
    if (kind == "TimedOut") call.kind = operation::CallFault::Kind::timed_out;
    if (kind == "NotInvoked") call.kind = operation::CallFault::Kind::not_invoked;
    if (items) call.kind = operation::CallFault::Kind::items_failed;
    call.items = items.value_or(0);
    rule.effect.call = std::move(call);
}

/// Refuses effects that the operation cannot have, and effects that exclude each other.
void check_effect(const RuleObject& then, const FaultRule& rule) {
    const FaultEffect& effect = rule.effect;
    const bool refuses_items = effect.unprocessed > 0 || !effect.cancellation_codes.empty();
    const int ends = (effect.error ? 1 : 0) + (effect.unprocessed > 0 ? 1 : 0) +
                     (effect.cancellation_codes.empty() ? 0 : 1) +
                     (effect.answer.connection == ConnectionFault::closed_before_work ? 1 : 0);
    if (ends > 1) {
        then.refuse(
            "only one of Error, Unprocessed, CancellationReasons and the Connection ClosedBeforeWork can "
            "happen.");
    }
    if (refuses_items && rule.key) {
        then.refuse(
            "a rule with a Key cannot have Unprocessed or CancellationReasons; its Error is for that item.");
    }
    const auto require_operation = [&](std::string_view member, const Names& known) {
        if (then.find(member) == nullptr || contains(known, rule.operation)) return;
        then.refuse(std::string(member) + " is only for " + name_list(known) + ".");
    };
    require_operation("Unprocessed", {"BatchGetItem", "BatchWriteItem"});
    require_operation("CancellationReasons",
                      {"ExecuteTransaction", "TransactGetItems", "TransactWriteItems"});
}

void read_effect(FaultRule& rule, const json::value& value, const std::string& where,
                 const FaultOperations& operations) {
    if (rule.operation == stream::function_call) return read_call(rule, value, where + ".Then");
    static const Names members = {"Error",       "Message",  "Reason",     "RetryAfterMs",
                                  "Unprocessed", "DelayMs",  "DelayClock", "CancellationReasons",
                                  "Connection",  "AnswerMs", "Checksum"};
    const RuleObject then(value, where + ".Then", members);
    FaultEffect& effect = rule.effect;
    const bool is_lambda = contains(operations.of_lambda, rule.operation);
    read_error(then, is_lambda ? operations.lambda_errors : operation::fault_error_names(), effect);
    effect.unprocessed = then.count("Unprocessed", 1, 100).value_or(0);
    read_cancellation(then, effect);
    read_answer(then, effect);
    check_effect(then, rule);
}

FaultRule read_rule(const json::value& value, const std::string& where, const FaultOperations& operations) {
    static const Names members = {"Name", "Operation", "FunctionName", "TableName", "IndexName", "Key",
                                  "Skip", "Times",     "Probability",  "Seed",      "Then"};
    const RuleObject object(value, where, members);
    FaultRule rule;
    rule.name = object.text("Name");
    rule.operation = object.text("Operation");
    if (!rule.operation.empty()) {
        const bool is_lambda = rule.operation.starts_with("lambda:");
        object.require_known("Operation", rule.operation,
                             is_lambda ? operations.of_lambda : operations.names);
    }
    rule.function_name = object.text("FunctionName");
    rule.table_name = object.text("TableName");
    rule.index_name = object.text("IndexName");
    if (const json::value* key = object.find("Key")) rule.key = read_key(object, *key);
    object.require_with("IndexName", "TableName");
    object.require_with("Key", "TableName");
    for (const std::string_view member : {"IndexName", "Key"}) {
        const bool has_items = rule.operation.empty() || contains(operations.of_items, rule.operation);
        if (object.find(member) != nullptr && !has_items)
            object.refuse(rule.operation + " touches no items, so " + std::string(member) +
                          " has no effect there.");
    }
    if (!rule.function_name.empty() && rule.operation != stream::function_call)
        object.refuse("FunctionName is only for FunctionCall.");
    if (!rule.table_name.empty() && contains(operations.of_lambda, rule.operation))
        object.refuse("an operation of Lambda has no TableName.");
    rule.skip = object.count("Skip", 0, max_count).value_or(0);
    rule.times = object.count("Times", 1, max_count);
    rule.probability = read_probability(object);
    object.require_with("Seed", "Probability");
    rule.seed = object.count("Seed", 0, max_count).value_or(0);
    const json::value* then = object.find("Then");
    if (then == nullptr) object.refuse("Then is missing. It says what happens.");
    read_effect(rule, *then, where, operations);
    rule.given = value.get_object();
    return rule;
}

}  // namespace

std::vector<FaultRule> read_fault_rules(const json::array& rules, const FaultOperations& operations) {
    if (rules.size() > max_rules) {
        throw InvalidRule("there can be at most " + std::to_string(max_rules) + " rules.");
    }
    std::vector<FaultRule> read;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        read.push_back(read_rule(rules[i], "Rules[" + std::to_string(i) + "]", operations));
    }
    return read;
}

}  // namespace tailrace::server
