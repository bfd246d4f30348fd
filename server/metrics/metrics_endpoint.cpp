#include "server/metrics/metrics_endpoint.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/operation/throughput/throughput.hpp"
#include "engine/table/catalogue/catalogue.hpp"
#include "engine/table/database.hpp"
#include "server/metrics/metrics_text.hpp"
#include "server/metrics/process_metrics.hpp"
#include "server/process/version.hpp"

namespace tailrace::server {
namespace {

using stream::MappingStatus;

/// A table's size, and how often accesses to it were throttled.
struct MeasuredTable {
    std::string name;
    table::Count size;
    /// Keyed by the name of the global index, which is empty for the table itself.
    std::vector<std::pair<std::string, operation::ThrottleEvents>> events = {};
};

struct MeasuredTables {
    std::size_t count = 0;
    std::vector<MeasuredTable> first;
};

MeasuredTables measure_tables(Engine& engine) {
    return engine.database().read([&engine](const table::ReadSession& session) {
        MeasuredTables measured;
        for (const auto& [name, definition] : session.catalogue().tables) {
            if (session.find_table(name) == nullptr) continue;
            if (++measured.count > max_measured_names) continue;
            MeasuredTable table{name, session.counts(*definition).front()};
            for (auto& each : engine.throughput().show(*definition, session.now())) {
                table.events.emplace_back(each.index != nullptr ? each.index->name : "",
                                          std::move(each.events));
            }
            measured.first.push_back(std::move(table));
        }
        return measured;
    });
}

double number(std::uint64_t count) {
    return static_cast<double>(count);
}

void add_requests(MetricsText& text, const std::vector<RequestCount>& counts) {
    struct Sums {
        std::uint64_t requests = 0;
        std::uint64_t microseconds = 0;
        double capacity_units = 0;
    };
    std::map<std::string_view, Sums> by_operation;
    text.begin("tailrace_requests_total", MetricType::counter,
               "Requests that reached an operation of DynamoDB's API, by their answers.");
    for (const RequestCount& each : counts) {
        const std::string status = std::to_string(each.status);
        const MetricsText::Label operation{"operation", each.operation};
        if (each.error.empty()) {
            text.add({operation, {"status", status}}, number(each.requests));
        } else {
            text.add({operation, {"status", status}, {"error", each.error}}, number(each.requests));
        }
        Sums& sums = by_operation[each.operation];
        sums.requests += each.requests;
        sums.microseconds += each.microseconds;
        sums.capacity_units += each.capacity_units;
    }
    text.begin("tailrace_request_duration_seconds", MetricType::summary,
               "Time that operations took, without reading the request and sending the answer.");
    for (const auto& [operation, sums] : by_operation) {
        constexpr double microseconds = 1'000'000;
        text.add_sum({{"operation", operation}}, number(sums.microseconds) / microseconds);
        text.add_count({{"operation", operation}}, number(sums.requests));
    }
    text.begin("tailrace_consumed_capacity_units_total", MetricType::counter,
               "Read and write capacity units that operations have consumed.");
    for (const auto& [operation, sums] : by_operation) {
        text.add({{"operation", operation}}, sums.capacity_units);
    }
}

void add_tables(MetricsText& text, const MeasuredTables& tables) {
    text.begin("tailrace_tables", MetricType::gauge, "Tables.");
    text.add({}, number(tables.count));
    text.begin("tailrace_table_items", MetricType::gauge,
               "Items of a table, for the first 1000 tables by name.");
    for (const MeasuredTable& each : tables.first) {
        text.add({{"table", each.name}}, static_cast<double>(each.size.items));
    }
    text.begin("tailrace_table_size_bytes", MetricType::gauge,
               "Size of a table's items, for the first 1000 tables by name.");
    for (const MeasuredTable& each : tables.first) {
        text.add({{"table", each.name}}, static_cast<double>(each.size.bytes));
    }
    text.begin("tailrace_throttle_events_total", MetricType::counter,
               "Accesses that exceeded a limit of throughput, by the names of CloudWatch's metrics; since "
               "the limits were set.");
    for (const MeasuredTable& table : tables.first) {
        for (const auto& [index, events] : table.events) {
            for (const auto& [event, count] : events) {
                const MetricsText::Label of_table{"table", table.name};
                if (index.empty()) {
                    text.add({of_table, {"event", event}}, number(count));
                } else {
                    text.add({of_table, {"index", index}, {"event", event}}, number(count));
                }
            }
        }
    }
}

/// A metric that has one value for each mapping.
struct MappingMetric {
    const char* name;
    MetricType type;
    const char* help;
    double (*value)(const MappingStatus&);
};

constexpr std::array<MappingMetric, 6> mapping_metrics = {{
    {"tailrace_mapping_batches_total", MetricType::counter,
     "Calls of a mapping's function, and batches that were given up without another call.",
     [](const MappingStatus& status) { return number(status.batches); }},
    {"tailrace_mapping_records_total", MetricType::counter, "Records that a mapping's function has handled.",
     [](const MappingStatus& status) { return number(status.records); }},
    {"tailrace_mapping_failures_total", MetricType::counter, "Calls of a mapping's function that failed.",
     [](const MappingStatus& status) { return number(status.failures); }},
    {"tailrace_mapping_filtered_records_total", MetricType::counter,
     "Records that a mapping's filters kept from its function.",
     [](const MappingStatus& status) { return number(status.filtered); }},
    {"tailrace_mapping_skipped_batches_total", MetricType::counter,
     "Batches of a mapping that were skipped on request.",
     [](const MappingStatus& status) { return number(status.skipped); }},
    {"tailrace_mapping_given_up_batches", MetricType::gauge,
     "Batches of a mapping that were given up, and that a redrive sends again.",
     [](const MappingStatus& status) { return number(status.given_up); }},
}};

void add_mappings(MetricsText& text, std::vector<MappingStatus> mappings) {
    std::ranges::sort(mappings, {},
                      [](const MappingStatus& status) { return std::pair(status.name, status.id); });
    text.begin("tailrace_mappings", MetricType::gauge, "Event source mappings.");
    text.add({}, number(mappings.size()));
    if (mappings.size() > max_measured_names) mappings.resize(max_measured_names);
    text.begin("tailrace_mapping_lag_records", MetricType::gauge,
               "Records that a mapping has not handled yet, for the first 1000 mappings by name.");
    for (const MappingStatus& each : mappings) {
        if (each.lag) text.add({{"mapping", each.name}, {"id", each.id}}, number(*each.lag));
    }
    for (const MappingMetric& metric : mapping_metrics) {
        text.begin(metric.name, metric.type, metric.help);
        for (const MappingStatus& each : mappings) {
            text.add({{"mapping", each.name}, {"id", each.id}}, metric.value(each));
        }
    }
}

HttpResponse show_metrics(const MetricsParts& parts) {
    MetricsText text;
    text.begin("tailrace_info", MetricType::gauge, "Always 1; the labels describe the server.");
    text.add({{"version", version()}}, 1);
    add_requests(text, parts.request_log.counts());
    add_tables(text, measure_tables(parts.engine));
    add_mappings(text, parts.mappings.all());
    add_process_metrics(text, parts.server_start);
    HttpResponse response;
    response.content_type = MetricsText::content_type;
    response.body = text.take();
    return response;
}

}  // namespace

void add_metrics_endpoint(Mount& admin, const MetricsParts& parts) {
    admin.add(
        {.method = "GET",
         .path = "/_tailrace/metrics",
         .purpose = "Requests, capacity, tables, mappings and the process, in Prometheus's text format.",
         .function = [parts](const WebRequest&) { return show_metrics(parts); },
         .answering = Answering::briefly,
         .answer_type = MetricsText::content_type});
}

}  // namespace tailrace::server
