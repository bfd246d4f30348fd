#include "engine/operation/faults/request_faults.hpp"

#include <algorithm>
#include <vector>

#include "engine/expression/key_condition.hpp"
#include "engine/table/ranges/key_range.hpp"

namespace tailrace::operation {
namespace {

/// The rows with this key or partition key; nullopt if it is not a key of the table or the index.
std::optional<table::KeyRange> rows_of(const AttributeMap& key, const table::ItemAccess& access) {
    const table::KeySchema& schema = access.index != nullptr ? access.index->keys : access.table.keys;
    std::vector<expression::KeyComparison> comparisons;
    for (const auto& [name, value] : key) {
        comparisons.push_back({std::string(name), expression::KeyOperator::equal, {value}});
    }
    try {
        const expression::KeyCondition condition(std::move(comparisons));
        table::KeyRange rows = table::partition_range(schema, condition).rows;
        // A whole key of the table is one row. In an index, rows continue with the table's key.
        if (access.index == nullptr && key.size() == schema.size()) rows.upper = rows.lower + '\0';
        return rows;
    } catch (const ApiError&) {
        return std::nullopt;
    }
}

bool is_before_end(std::string_view row, const table::KeyRange& range) {
    return range.upper.empty() || row < range.upper;
}

bool reaches_key(const table::ItemAccess& access, const AttributeMap& key) {
    const auto rows = rows_of(key, access);
    if (!rows) return false;
    const std::string_view first =
        access.rows != nullptr ? std::string_view(std::max(access.rows->lower, rows->lower)) : access.row_key;
    if (access.rows != nullptr && !is_before_end(first, *access.rows)) return false;
    return first >= rows->lower && is_before_end(first, *rows);
}

/// The index of that name, or null if the access does not reach it. A write reaches every index of its table.
const table::IndexDefinition* reached_index(const table::ItemAccess& access, const std::string& name) {
    if (access.index != nullptr) return access.index->name == name ? access.index : nullptr;
    return access.kind == table::AccessKind::write ? access.table.find_index(name) : nullptr;
}

bool names_operation(const FaultRule& rule, std::string_view operation) {
    return rule.operation.empty() || rule.operation == operation;
}

bool is_met(const FaultRule& rule, const table::ItemAccess& access) {
    if (!names_operation(rule, access.operation)) return false;
    if (!rule.table_name.empty() && rule.table_name != access.table.name) return false;
    if (!rule.index_name.empty() && reached_index(access, rule.index_name) == nullptr) return false;
    if (!rule.key) return true;
    // The keys of a table and those of an index are not compared with each other.
    if (rule.index_name.empty() != (access.index == nullptr)) return false;
    return reaches_key(access, *rule.key);
}

FaultedAccess faulted(const FaultRule& rule, const table::ItemAccess& access) {
    const auto* index = rule.index_name.empty() ? access.index : reached_index(access, rule.index_name);
    return {.table = &access.table,
            .index = index,
            .is_write = table::is_write(access.kind),
            .in_transaction = is_transaction(access.operation)};
}

/// A text that identifies the item. It is the same for all pages of a table.
std::string item_of(const table::ItemAccess& access) {
    return std::to_string(access.table.space).append(" ").append(access.row_key);
}

bool only_reads(std::string_view operation) {
    return operation.starts_with("Describe") || operation.starts_with("List") || operation.starts_with("Get");
}

}  // namespace

ApiError lost_answer() {
    return ApiError(exceptions::service_unavailable, "A scripted fault closed the connection.");
}

std::optional<ApiError> RequestFaults::admit(const table::ItemAccess& access) {
    for (ScriptedFault& fault : *faults_) {
        const FaultRule& rule = fault.rule();
        if (!is_met(rule, access)) continue;
        if (!applies(fault, rule.key ? item_of(access) : std::string())) continue;
        if (!rule.key) end_request(rule.effect, faulted(rule, access));
        if (auto error = refusal(rule, access)) return error;
    }
    return std::nullopt;
}

void RequestFaults::ask(std::string_view table_name) {
    for (ScriptedFault& fault : *faults_) {
        const FaultRule& rule = fault.rule();
        if (rule.key || !rule.index_name.empty() || !names_operation(rule, operation_)) continue;
        if (!rule.table_name.empty() && rule.table_name != table_name) continue;
        if (!applies(fault, {})) continue;
        end_request(rule.effect, {.table = nullptr, .index = nullptr, .is_write = !only_reads(operation_)});
    }
}

std::unique_ptr<const AnswerFault> RequestFaults::answer_fault() const {
    return answer_.has_effect() ? std::make_unique<const AnswerFault>(answer_) : nullptr;
}

bool RequestFaults::applies(ScriptedFault& fault, const std::string& item) {
    const auto [decision, is_new] = decisions_.try_emplace({&fault, item}, false);
    if (!is_new) return decision->second;
    decision->second = fault.meet();
    if (decision->second) take_answer(fault.rule().effect);
    return decision->second;
}

void RequestFaults::take_answer(const FaultEffect& effect) {
    const AnswerFault& more = effect.answer;
    if (more.delay.count() > 0) {
        answer_.delay = more.delay;
        answer_.clock = effect.waits_on_clock ? &clock_ : nullptr;
    }
    if (more.connection != ConnectionFault::none) answer_.connection = more.connection;
    if (more.duration.count() > 0) answer_.duration = more.duration;
    if (more.has_wrong_checksum) answer_.has_wrong_checksum = true;
    if (more.retry_after) answer_.retry_after = more.retry_after;
}

void RequestFaults::end_request(const FaultEffect& effect, const FaultedAccess& access) const {
    if (effect.error) throw table::RequestRefused(make_error(*effect.error, access));
    if (!effect.ends_request()) return;
    throw table::RequestRefused(lost_answer());
}

std::optional<ApiError> RequestFaults::refusal(const FaultRule& rule, const table::ItemAccess& access) {
    const FaultEffect& effect = rule.effect;
    const FaultedAccess where = faulted(rule, access);
    if (effect.error) return make_error(*effect.error, where);
    if (effect.ends_request()) end_request(effect, where);
    if (effect.unprocessed > 0 && place_of(access) < effect.unprocessed) return throttled(where);
    if (effect.cancellation_codes.empty()) return std::nullopt;
    const std::size_t place = place_of(access);
    if (place >= effect.cancellation_codes.size()) return std::nullopt;
    const std::string& code = effect.cancellation_codes[place];
    if (code == "None") return std::nullopt;
    return error_of_code(code, where);
}

std::size_t RequestFaults::place_of(const table::ItemAccess& access) {
    return places_.try_emplace(item_of(access), places_.size()).first->second;
}

}  // namespace tailrace::operation
