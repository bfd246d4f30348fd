#include "conformance/runner/aws_account.hpp"

#include <cmath>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr double dollars_per_write = 0.625e-6;
constexpr double dollars_per_read = 0.125e-6;
constexpr double bytes_per_write_unit = 1024;
constexpr double table_minutes = 0.5;
constexpr double request_minutes = 0.05 / 60;

bool is_write(const std::string& operation) {
    static const std::set<std::string> writes = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem",
                                                 "TransactWriteItems"};
    return writes.contains(operation);
}

bool is_read(const std::string& operation) {
    static const std::set<std::string> reads = {"GetItem",
                                                "Query",
                                                "Scan",
                                                "BatchGetItem",
                                                "TransactGetItems",
                                                "ExecuteStatement",
                                                "BatchExecuteStatement",
                                                "ExecuteTransaction"};
    return reads.contains(operation);
}

std::size_t size_of(const Step& step, const Scope& scope) {
    try {
        return json::serialize(scope.resolve(step.request)).size();
    } catch (const VariableError&) {
        // It uses what an earlier step will have been answered.
        return json::serialize(step.request).size();
    }
}

void add_case(Estimate& sum, const Case& test) {
    Scope scope(test.id(), "estimate");
    scope.set_variables(test.variables);
    for (const Step& step : test.steps) {
        ++sum.requests;
        const double units = std::ceil(static_cast<double>(size_of(step, scope)) / bytes_per_write_unit);
        // A transaction costs twice, and each index is a write of its own.
        if (is_write(step.operation)) sum.write_units += 2 * units;
        if (is_read(step.operation)) sum.read_units += 2;
    }
}

std::string domain_of(const std::string& region) {
    return region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
}

}  // namespace

std::function<Credentials(bool)> chain_credentials(CredentialSources sources, const std::string& profile) {
    struct Store {
        std::mutex mutex;
        std::optional<Credentials> found;
    };
    return [store = std::make_shared<Store>(), sources = std::move(sources), profile](bool renew) {
        const std::lock_guard lock(store->mutex);
        if (!store->found || renew) store->found = find_credentials(sources, profile);
        return *store->found;
    };
}

Endpoint aws_endpoint(const std::string& region, const std::string& profile) {
    Endpoint endpoint;
    endpoint.url = parse_url("https://dynamodb." + region + domain_of(region) + "/");
    endpoint.streams_url = parse_url("https://streams.dynamodb." + region + domain_of(region) + "/");
    endpoint.region = region;
    endpoint.is_aws = true;
    endpoint.credentials = chain_credentials(system_credential_sources(), profile);
    endpoint.credentials(false);
    return endpoint;
}

Estimate estimate(const std::vector<const Case*>& cases, unsigned parallel) {
    Estimate sum;
    std::set<std::string> shared;
    std::size_t own = 0;
    for (const Case* each : cases) {
        add_case(sum, *each);
        for (const std::string& shape : each->tables("table")) shared.insert(shape);
        own += each->tables("own-table").size() + each->tables("new-table").size();
    }
    sum.tables = shared.size() + own;
    // A table is made, looked at a few times, and deleted.
    constexpr std::size_t requests_per_table = 12;
    sum.minutes =
        (static_cast<double>(own) * table_minutes + static_cast<double>(sum.requests) * request_minutes) /
            parallel +
        2 * table_minutes;
    sum.requests += requests_per_table * sum.tables;
    sum.dollars = sum.write_units * dollars_per_write + sum.read_units * dollars_per_read;
    return sum;
}

std::string Estimate::text() const {
    char text[200];
    std::snprintf(text, sizeof text,
                  "about %zu requests, %zu tables, %.0f write and %.0f read units, $%.4f, %.0f minutes",
                  requests, tables, write_units, read_units, dollars, std::ceil(minutes));
    return text;
}

}  // namespace tailrace::conformance
