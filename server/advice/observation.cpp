#include "server/advice/observation.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string_view>

#include "engine/model/json_text.hpp"
#include "engine/model/parse_number.hpp"
#include "engine/operation/queries/expression_shape.hpp"
#include "engine/operation/throughput/item_uses.hpp"
#include "engine/table/catalogue/catalogue.hpp"
#include "engine/table/database.hpp"
#include "engine/table/items/row_key.hpp"
#include "server/advice/thresholds.hpp"
#include "server/requests/requested_items.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using Definition = std::shared_ptr<const table::TableDefinition>;

/// Returns null if there is no such table.
Definition definition_of(Engine& engine, std::string_view name_or_arn) {
    return engine.database().read([&](table::ReadSession& session) {
        const auto& tables = session.catalogue().tables;
        const auto found = tables.find(table::table_name_of(name_or_arn));
        return found != tables.end() ? found->second : Definition();
    });
}

std::string_view text_parameter(const json::object& request, std::string_view name) {
    const json::value* value = request.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

bool is_true(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

/// Returns the seconds in a value such as {"N": "1769860800"}; nullopt if it is not a Number.
std::optional<double> seconds_in(const json::value& value) {
    const json::object* typed = value.if_object();
    const json::value* number = typed != nullptr ? typed->if_contains("N") : nullptr;
    if (number == nullptr || !number->is_string()) return std::nullopt;
    return parse_number<double>(std::string_view(number->get_string()));
}

/// Looks at the value for time to live in what a request has written.
void note_written(const table::TableDefinition& table, const json::value* value, Observation& seen) {
    if (value == nullptr) return;
    const auto seconds = seconds_in(*value);
    const bool is_milliseconds = seconds && *seconds >= thresholds::milliseconds_from;
    if (seconds && !is_milliseconds) return;
    seen.time_to_live.push_back({table.name, *table.time_to_live_attribute,
                                 seconds ? TimeToLiveFault::in_milliseconds : TimeToLiveFault::not_a_number});
}

void observe_written(Engine& engine, const RequestReport& report, Observation& seen) {
    each_requested_item(report.request, [&](const RequestedItem& item) {
        const bool is_update = report.operation == "UpdateItem";
        if (!item.is_whole && !is_update) return false;
        const Definition table = definition_of(engine, item.table);
        if (table == nullptr || !table->time_to_live_attribute) return false;
        const std::string& attribute = *table->time_to_live_attribute;
        note_written(*table,
                     is_update ? operation::assigned_value(text_parameter(report.request, "UpdateExpression"),
                                                           report.request, attribute)
                               : item.attributes.if_contains(attribute),
                     seen);
        return false;
    });
}

/// Returns true if the request's filter or statement is about the attribute.
bool filters_by(const json::object& request, const std::string& attribute) {
    const std::vector<std::string> names =
        operation::attributes_in(text_parameter(request, "FilterExpression"), request);
    if (std::ranges::find(names, attribute) != names.end()) return true;
    for (const std::string_view older : {"QueryFilter", "ScanFilter"}) {
        const json::value* conditions = request.if_contains(older);
        if (conditions != nullptr && conditions->is_object() && conditions->get_object().contains(attribute))
            return true;
    }
    return text_parameter(request, "Statement").find(attribute) != std::string_view::npos;
}

/// Looks at the items in the answer of a Query, a Scan or a statement.
void observe_returned(Engine& engine, const RequestReport& report, Observation& seen) {
    if (report.cost.items_returned == 0 || report.answer.empty()) return;
    const Definition table = definition_of(engine, seen.pattern.tables);
    if (table == nullptr) return;
    seen.index_table_id = table->id;
    const bool may_expire =
        table->time_to_live_attribute && !filters_by(report.request, *table->time_to_live_attribute);
    const bool is_of_index = !seen.pattern.index.empty();
    if (!may_expire && !is_of_index) return;
    const json::value answer = parse_json(report.answer);
    const json::value* items = answer.is_object() ? answer.get_object().if_contains("Items") : nullptr;
    if (items == nullptr || !items->is_array()) return;
    const double now = static_cast<double>(epoch_microseconds(seen.now)) / 1e6;
    for (const json::value& each : items->get_array()) {
        if (!each.is_object()) continue;
        const json::object& item = each.get_object();
        if (is_of_index) {
            // The caller may have left out the key.
            if (const auto key = key_in(*table, item))
                seen.index_items.push_back(operation::item_number(table::base_row_key(*table, *key)));
        }
        const json::value* value = may_expire ? item.if_contains(*table->time_to_live_attribute) : nullptr;
        const auto seconds = value != nullptr ? seconds_in(*value) : std::nullopt;
        if (seconds && *seconds < now) {
            seen.time_to_live.push_back(
                {table->name, *table->time_to_live_attribute, TimeToLiveFault::expired});
        }
    }
}

bool is_conflict(const ApiError& error) {
    if (error.name() == exceptions::transaction_conflict.name) return true;
    const json::value* reasons = error.extra().if_contains("CancellationReasons");
    return reasons != nullptr && reasons->is_array() &&
           std::ranges::any_of(reasons->get_array(), [](const json::value& reason) {
               const json::value* code =
                   reason.is_object() ? reason.get_object().if_contains("Code") : nullptr;
               return code != nullptr && *code == "TransactionConflict";
           });
}

/// Returns the number of items that the caller got or, with Select=COUNT, that it asked to count.
std::uint64_t items_selected(const RequestReport& report) {
    if (text_parameter(report.request, "Select") != "COUNT" || report.answer.empty())
        return report.cost.items_returned;
    const json::value answer = parse_json(report.answer);
    const json::value* count = answer.is_object() ? answer.get_object().if_contains("Count") : nullptr;
    return count != nullptr && count->is_number() ? count->to_number<std::uint64_t>() : 0;
}

PatternCounts counts_of(const RequestReport& report) {
    constexpr int first_error = 400;
    PatternCounts counts{.requests = 1,
                         .errors = report.status >= first_error ? 1U : 0U,
                         .conflicts = report.failure != nullptr && is_conflict(*report.failure) ? 1U : 0U,
                         .items_read = report.cost.items_read,
                         .items_returned = items_selected(report),
                         .items_written = report.cost.items_written};
    for (const operation::ItemUse& use : report.uses->uses()) {
        (use.is_write() ? counts.write_units : counts.read_units) += use.units;
        if (!use.is_write() && use.partition == 0) counts.scans = 1;
    }
    return counts;
}

/// Returns the index that a statement reads; empty if it reads none.
std::string index_used(const RequestReport& report) {
    for (const operation::ItemUse& use : report.uses->uses()) {
        if (!use.is_write() && !use.index.empty()) return use.index;
    }
    return {};
}

/// Returns true if one of the statements of BatchExecuteStatement names the table and reads consistently.
bool has_consistent_statement(const json::value& statements, const std::string& table) {
    return statements.is_array() && std::ranges::any_of(statements.get_array(), [&](const json::value& each) {
               return each.is_object() && is_true(each.get_object(), "ConsistentRead") &&
                      text_parameter(each.get_object(), "Statement").find(table) != std::string_view::npos;
           });
}

}  // namespace

Observation observe(Engine& engine, const RequestReport& report) {
    Observation seen{.pattern = pattern_of(report), .counts = counts_of(report)};
    seen.now = engine.clock().now();
    seen.moment = steady_time();
    seen.read_lag = engine.database().read_lags().lags.longest();
    if (!seen.pattern.statement.empty()) seen.pattern.index = index_used(report);
    if (seen.counts.errors > 0) return seen;
    if (seen.counts.items_written > 0) observe_written(engine, report, seen);
    const bool has_items =
        report.operation == "Query" || report.operation == "Scan" || report.operation == "ExecuteStatement";
    if (has_items) observe_returned(engine, report, seen);
    return seen;
}

bool reads_consistently(const json::object& request, const std::string& table) {
    if (is_true(request, "ConsistentRead")) return true;
    if (const json::value* statements = request.if_contains("Statements"))
        return has_consistent_statement(*statements, table);
    const json::value* tables = request.if_contains("RequestItems");
    if (tables == nullptr || !tables->is_object()) return false;
    return std::ranges::any_of(tables->get_object(), [&](const json::key_value_pair& each) {
        return table::table_name_of(each.key()) == table && each.value().is_object() &&
               is_true(each.value().get_object(), "ConsistentRead");
    });
}

}  // namespace tailrace::server
