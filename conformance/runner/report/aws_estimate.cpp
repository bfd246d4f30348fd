#include "conformance/runner/report/aws_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "conformance/runner/case/variables.hpp"
#include "conformance/runner/wire/json_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr double dollars_per_write = 0.625e-6;
constexpr double dollars_per_read = 0.125e-6;
constexpr double dollars_per_write_capacity_hour = 0.00065;
constexpr double dollars_per_read_capacity_hour = 0.00013;
constexpr double bytes_per_write_unit = 1024;
constexpr double bytes_per_read_unit = 4096;
/// The longest possible page of an answer.
constexpr double max_page_bytes = 1 << 20U;
constexpr double table_minutes = 0.5;
constexpr double request_minutes = 0.05 / 60;
/// A table is created, described a few times and deleted.
constexpr std::size_t requests_per_table = 12;

/// PartiQL operations may read or write, so they count as both.
bool may_write(const std::string& operation) {
    static const std::set<std::string> names = {"PutItem",
                                                "UpdateItem",
                                                "DeleteItem",
                                                "BatchWriteItem",
                                                "TransactWriteItems",
                                                "ExecuteStatement",
                                                "BatchExecuteStatement",
                                                "ExecuteTransaction"};
    return names.contains(operation);
}

bool may_read(const std::string& operation) {
    static const std::set<std::string> names = {"GetItem",
                                                "Query",
                                                "Scan",
                                                "BatchGetItem",
                                                "TransactGetItems",
                                                "ExecuteStatement",
                                                "BatchExecuteStatement",
                                                "ExecuteTransaction"};
    return names.contains(operation);
}

bool is_to_be_refused(const Step& step) {
    const json::value* status = step.expect.if_contains("status");
    return step.expect.contains("error") || (status && *status != json::value(200));
}

/// The price of one hour of the provisioned throughput that a request asks for, for the table and its
/// indexes; 0 if it asks for none.
double dollars_an_hour(const json::value& request) {
    double sum = 0;
    if (request.is_array()) {
        for (const json::value& each : request.get_array()) sum += dollars_an_hour(each);
    }
    if (!request.is_object()) return sum;
    const auto units = [](const json::value& throughput, const char* name) {
        const json::value* found = find_path(throughput, name);
        return found && found->is_number() ? found->to_number<double>() : 0;
    };
    for (const auto& [name, value] : request.get_object()) {
        if (name != "ProvisionedThroughput") {
            sum += dollars_an_hour(value);
        } else if (value.is_object()) {
            sum += units(value, "WriteCapacityUnits") * dollars_per_write_capacity_hour +
                   units(value, "ReadCapacityUnits") * dollars_per_read_capacity_hour;
        }
    }
    return sum;
}

json::value resolved_request(const Step& step, const Scope& scope) {
    try {
        return scope.resolve(step.request);
    } catch (const VariableError&) {
        // The request uses the answer of an earlier step, which is not known yet.
        return step.request;
    }
}

/// Values for a request's variables before the run, of about the right length.
Scope scope_of(const Case& test) {
    Scope scope(test.id(), "estimate");
    scope.set_variables(test.variables);
    scope.set("region", json::string("us-east-1"));
    for (const std::string kind : {"table", "own-table", "new-table"}) {
        for (const std::string& shape : test.tables(kind)) {
            const std::string name = shape.empty() ? kind : kind + ":" + shape;
            scope.set(name, json::string("tailrace-conformance-" + shape));
        }
    }
    return scope;
}

class Sum {
  public:
    /// Adds a table that exists for `hours`. Part of an hour costs as much as a whole one.
    void add_table(const json::value& create, double hours) {
        const double dollars = dollars_an_hour(create);
        ++sum_.tables;
        if (dollars > 0) ++sum_.provisioned_tables;
        sum_.dollars += dollars * std::ceil(hours);
    }

    void add_case(const Case& test) {
        const Scope scope = scope_of(test);
        double written_bytes = 0;
        for (const Step& step : test.steps) {
            ++sum_.requests;
            if (step.kind != Step::Kind::call) continue;
            const json::value request = resolved_request(step, scope);
            const auto size = static_cast<double>(json::serialize(request).size());
            // Every write is counted twice, as in a transaction or in a table with one index.
            if (may_write(step.operation)) sum_.write_units += 2 * std::ceil(size / bytes_per_write_unit);
            if (may_write(step.operation)) written_bytes += size;
            // A case reads what it has written. Every read is counted at two units, as in a transaction;
            // other reads cost less.
            const double read_bytes = std::clamp(written_bytes, 1.0, max_page_bytes);
            if (may_read(step.operation)) sum_.read_units += 2 * std::ceil(read_bytes / bytes_per_read_unit);
            if (is_to_be_refused(step)) continue;
            if (step.operation == "CreateTable") add_table(request, 1);
            if (step.operation == "UpdateTable") sum_.dollars += dollars_an_hour(request);
        }
    }

    Estimate take() {
        sum_.requests += requests_per_table * sum_.tables;
        sum_.dollars += sum_.write_units * dollars_per_write + sum_.read_units * dollars_per_read;
        return sum_;
    }
    const Estimate& so_far() const { return sum_; }

  private:
    Estimate sum_;
};

}  // namespace

Estimate estimate(const Suite& suite, const std::vector<const Case*>& cases, unsigned parallel) {
    Sum sum;
    std::set<std::string> shared;
    for (const Case* each : cases) {
        sum.add_case(*each);
        for (const std::string& shape : each->tables("table")) shared.insert(shape);
        for (const std::string& shape : each->tables("own-table"))
            sum.add_table(suite.table(shape).create, 1);
    }
    // The shared tables are created at once, and all others by the cases in turn.
    const double minutes = (static_cast<double>(sum.so_far().tables) * table_minutes +
                            static_cast<double>(sum.so_far().requests) * request_minutes) /
                               parallel +
                           2 * table_minutes;
    for (const std::string& shape : shared) sum.add_table(suite.table(shape).create, minutes / 60);
    Estimate whole = sum.take();
    whole.minutes = minutes;
    return whole;
}

Estimate estimate_random(std::size_t requests) {
    constexpr double units_per_request = 4;
    constexpr std::size_t tables = 3;
    Estimate sum;
    sum.tables = tables;
    // About as many requests again read what the writes left behind.
    sum.requests = 2 * requests + tables * requests_per_table;
    sum.write_units = units_per_request * static_cast<double>(requests);
    sum.read_units = sum.write_units;
    sum.dollars = sum.write_units * dollars_per_write + sum.read_units * dollars_per_read;
    sum.minutes = 2 * static_cast<double>(requests) * request_minutes + 2 * table_minutes;
    return sum;
}

std::string Estimate::text() const {
    char text[240];
    std::snprintf(text, sizeof text,
                  "about %zu requests, %zu tables (%zu of them provisioned), %.0f write and %.0f read units, "
                  "$%.4f, %.0f minutes",
                  requests, tables, provisioned_tables, write_units, read_units, dollars, std::ceil(minutes));
    return text;
}

}  // namespace tailrace::conformance
