#include "server/advice/findings.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "engine/table/catalogue/catalogue.hpp"
#include "engine/table/database.hpp"
#include "server/advice/advice_text.hpp"
#include "server/advice/thresholds.hpp"

namespace tailrace::server {
namespace {

using Findings = std::vector<Finding>;

std::string percent(double share) {
    constexpr double hundred = 100;
    return shown_number(std::round(share * hundred)) + " %";
}

double share_of(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Returns "music" or "music.by-album".
Prose shown_place(const std::string& table, const std::string& index) {
    return named(index.empty() ? table : table + "." + index);
}

/// Begins a finding about a pattern.
Finding about(std::string_view name, const AccessPattern& pattern) {
    return {.name = name, .table = pattern.tables, .index = pattern.index, .pattern = shown_pattern(pattern)};
}

void find_scans(const Run& run, Findings& findings) {
    for (const auto& [pattern, counts] : run.record.patterns()) {
        if (counts.scans < thresholds::scan_requests) continue;
        const double items = share_of(counts.items_read, counts.requests);
        if (items < thresholds::scan_items) continue;
        Finding found = about("Scan", pattern);
        found.reason = count_of(counts.scans, "scan") + " read " + shown_number(items) +
                       " items each on average; the cost grows with the table.";
        found.remedy =
            "Query the table or an index by a key that selects what is needed; add a global secondary index "
            "if there is no such key.";
        findings.push_back(std::move(found));
    }
}

void find_discarding_filters(const Run& run, Findings& findings) {
    for (const auto& [pattern, counts] : run.record.patterns()) {
        const bool has_filter = !pattern.filter.empty() || pattern.operation == "ExecuteStatement";
        if (!has_filter || counts.requests < thresholds::filter_requests ||
            counts.items_read < thresholds::filter_items)
            continue;
        const double share = share_of(counts.items_returned, counts.items_read);
        if (share >= thresholds::filter_share) continue;
        Finding found = about("FilterDiscards", pattern);
        found.reason = std::to_string(counts.items_read) + " items were read and " +
                       std::to_string(counts.items_returned) + " returned (" + percent(share) +
                       "); a filter does not make a request cheaper.";
        found.remedy =
            "Put the condition into the key: into the sort key, or into the key of an index, which may be "
            "sparse.";
        findings.push_back(std::move(found));
    }
}

double limit_of(const ResourceKey& key) {
    return key.is_write ? thresholds::partition_write_units : thresholds::partition_read_units;
}

/// Returns why the partition is hot; an empty text if it is not.
Prose heat_of(const Run& run, const std::pair<ResourceKey, ResourceLoad>& resource,
              const PartitionLoad& partition) {
    constexpr double seconds_per_month = 30.0 * 24 * 60 * 60;
    const auto& [key, load] = resource;
    const std::string units = key.is_write ? " write units" : " read units";
    const double limit = limit_of(key);
    if (partition.peak > limit) {
        return "used " + shown_number(partition.peak) + units +
               " in one second of the run; a partition has " + shown_number(limit) + ".";
    }
    const double per_request = partition.units / static_cast<double>(run.record.requests());
    const double average = per_request * run.requests_per_month / seconds_per_month;
    if (average > limit) {
        return "uses " + shown_number(average) + units + " a second on average at " +
               shown_number(run.requests_per_month) + " requests a month; a partition has " +
               shown_number(limit) + ".";
    }
    const double share = load.units > 0 ? partition.units / load.units : 0;
    const bool is_spread =
        load.accesses >= thresholds::hot_accesses && load.partitions.size() >= thresholds::hot_values;
    if (!is_spread || share < thresholds::hot_share) return {};
    return "has " + percent(share) + " of the" + units + " of " + shown_place(key.table, key.index) +
           "; it throttles when " + shown_place(key.table, key.index) + " uses " +
           shown_number(std::floor(limit / share)) + " of them a second.";
}

void find_hot_partitions(const Run& run, Findings& findings) {
    for (const auto& resource : run.record.loads()) {
        const auto hottest = std::ranges::max_element(resource.second.partitions, {},
                                                      [](const auto& each) { return each.second.units; });
        const auto peak = std::ranges::max_element(resource.second.partitions, {},
                                                   [](const auto& each) { return each.second.peak; });
        if (hottest == resource.second.partitions.end()) continue;
        const PartitionLoad* partition = &peak->second;
        Prose heat = heat_of(run, resource, *partition);
        if (heat.empty()) {
            partition = &hottest->second;
            heat = heat_of(run, resource, *partition);
        }
        if (heat.empty()) continue;
        const Prose value = partition->text.empty() ? "one value of the partition key"
                                                    : "the partition key " + in_quotes(partition->text);
        findings.push_back({.name = "HotPartition",
                            .table = resource.first.table,
                            .index = resource.first.index,
                            .reason = value + " " + heat,
                            .remedy = resource.first.is_write
                                          ? "Spread the writes over more partition keys, for example with a "
                                            "suffix that is calculated from the sort key."
                                          : "Spread the items over more partition keys, or keep the answers "
                                            "in a cache."});
    }
}

void find_oversized_items(const Run& run, Findings& findings) {
    for (const auto& [name, table] : run.record.tables()) {
        if (table.oversized < thresholds::oversized_accesses) continue;
        const Prose where = table.largest_partition.empty()
                                ? ""
                                : ", under the partition key " + in_quotes(table.largest_partition);
        findings.push_back({.name = "OversizedItem",
                            .table = name,
                            .reason = count_of(table.oversized, "access", "accesses") + " to items of " +
                                      shown_number(thresholds::oversized_kilobytes) +
                                      " KB and more; the largest has about " +
                                      shown_number(std::round(table.largest_kilobytes)) + " KB" + where + ".",
                            .remedy =
                                "Keep large values in Amazon S3 and their address in the item, or split "
                                "the item by what is read and written together."});
    }
}

void find_unused_indexes(const Run& run, Findings& findings) {
    for (const auto& table : run.tables) {
        const auto used = run.record.tables().find(table->name);
        if (used == run.record.tables().end() || used->second.requests < thresholds::unused_requests)
            continue;
        for (const table::IndexDefinition& index : table->indexes) {
            const auto reads = run.record.indexes().find({table->name, index.name});
            if (reads != run.record.indexes().end() && reads->second.reads > 0) continue;
            const auto writes = run.record.loads().find({table->name, index.name, true});
            const double units = writes != run.record.loads().end() ? writes->second.units : 0;
            findings.push_back({.name = "UnusedIndex",
                                .table = table->name,
                                .index = index.name,
                                .reason = "None of " + count_of(used->second.requests, "request") + " to " +
                                          named(table->name) + " read the index; writes to it cost " +
                                          shown_number(units) + " units.",
                                .remedy = "Remove the index if no other program reads it."});
        }
    }
}

void find_second_reads(const Run& run, Findings& findings) {
    for (const auto& [place, index] : run.record.indexes()) {
        const double share = share_of(index.fetched, index.returned);
        if (index.fetched < thresholds::second_reads || share < thresholds::second_share) continue;
        const auto table = std::ranges::find(run.tables, place.first, &table::TableDefinition::name);
        const table::IndexDefinition* definition =
            table != run.tables.end() ? (*table)->find_index(place.second) : nullptr;
        const bool has_all = definition != nullptr && definition->projection == table::ProjectionType::all;
        findings.push_back(
            {.name = "SecondRead",
             .table = place.first,
             .index = place.second,
             .reason = std::to_string(index.fetched) + " of " + std::to_string(index.returned) +
                       " items that the index returned were then read from the table.",
             .remedy = has_all ? "Use the items of the index: it holds all attributes."
                               : "Add the attributes that are needed to the projection of the index."});
    }
}

void find_reads_after_writes(const Run& run, Findings& findings) {
    for (const auto& [pattern, counts] : run.record.patterns()) {
        if (counts.stale_reads < thresholds::stale_reads) continue;
        Finding found = about("ReadAfterWrite", pattern);
        found.reason = std::to_string(counts.stale_reads) + " of " + count_of(counts.requests, "request") +
                       " read what had been written less than " +
                       count_of(static_cast<std::uint64_t>(thresholds::stale_window.count()), "second") +
                       " before, without ConsistentRead; such a read may miss the write.";
        found.remedy = "Set ConsistentRead, or use what the write returns (ReturnValues).";
        findings.push_back(std::move(found));
    }
}

void find_unprocessed_items(const Run& run, Findings& findings) {
    for (const auto& [name, table] : run.record.tables()) {
        const bool is_there = std::ranges::any_of(
            run.tables, [&table = table](const auto& each) { return each->id == table.id; });
        if (table.unprocessed == 0 || !is_there) continue;
        findings.push_back({.name = "UnprocessedItems",
                            .table = name,
                            .reason = count_of(table.unprocessed, "item") +
                                      " that a batch left unprocessed were not sent again.",
                            .remedy = "Send UnprocessedItems and UnprocessedKeys again, with a growing wait, "
                                      "until there are none."});
    }
}

void find_conflicts(const Run& run, Findings& findings) {
    for (const auto& [pattern, counts] : run.record.patterns()) {
        if (counts.conflicts < thresholds::conflicts) continue;
        const double share = share_of(counts.conflicts, counts.requests);
        if (share < thresholds::conflict_share) continue;
        Finding found = about("TransactionConflict", pattern);
        found.reason = std::to_string(counts.conflicts) + " of " + count_of(counts.requests, "request") +
                       " (" + percent(share) + ") conflicted with a transaction under way.";
        found.remedy =
            "Keep items that many requests change out of transactions, make transactions smaller, and send "
            "again after a wait.";
        findings.push_back(std::move(found));
    }
}

Prose reason_of(TimeToLiveFault fault, const TableRun& table, std::uint64_t count) {
    const Prose attribute = named(table.time_to_live_attribute);
    switch (fault) {
        case TimeToLiveFault::not_a_number:
            return count_of(count, "item") + " with a value of " + attribute +
                   " that is not a Number; they never expire.";
        case TimeToLiveFault::in_milliseconds:
            return count_of(count, "item") + " with a value of " + attribute +
                   " in milliseconds; they expire after tens of thousands of years.";
        case TimeToLiveFault::expired:
            return count_of(count, "item") + " had expired by " + attribute +
                   " when they were returned; DynamoDB removes items some time, at most a few days, after "
                   "they expire.";
    }
    return {};
}

void find_misread_times(const Run& run, Findings& findings) {
    for (const auto& [name, table] : run.record.tables()) {
        for (const auto& [fault, count] : table.time_to_live) {
            const bool is_expired = fault == TimeToLiveFault::expired;
            if (is_expired && count < thresholds::expired_items) continue;
            findings.push_back({.name = "TimeToLiveMisread",
                                .table = name,
                                .reason = reason_of(fault, table, count),
                                .remedy = is_expired ? "Leave out expired items with a filter, " +
                                                           named(table.time_to_live_attribute) + " > :now."
                                                     : "Write the time as a Number of seconds since 1970."});
        }
    }
}

void find_failing_batches(const Run& run, Findings& findings) {
    for (const stream::MappingStatus& mapping : run.mappings) {
        const bool keeps_failing = mapping.has_last_call_failed || mapping.given_up > 0;
        if (mapping.failures < thresholds::failed_calls || !keeps_failing) continue;
        Prose reason = count_of(mapping.failures, "call") + " of " + named(mapping.name) + " failed";
        if (mapping.given_up > 0)
            reason = std::move(reason) + ", and " + count_of(mapping.given_up, "batch", "batches") +
                     " were given up";
        findings.push_back(
            {.name = "FailingStreamBatch",
             .table = mapping.table_name,
             .reason = reason + ".",
             .remedy = "Fix the function; with ReportBatchItemFailures, BisectBatchOnFunctionError and an "
                       "OnFailure destination one bad record does not hold up the others."});
    }
}

}  // namespace

TablesNow tables_now(Engine& engine) {
    return engine.database().read([](const table::ReadSession& session) {
        TablesNow tables;
        for (const auto& [name, definition] : session.catalogue().tables) {
            if (session.find_table(name) != nullptr) tables.push_back(definition);
        }
        return tables;
    });
}

std::vector<Finding> findings_of(const Run& run) {
    Findings findings;
    find_scans(run, findings);
    find_discarding_filters(run, findings);
    find_hot_partitions(run, findings);
    find_oversized_items(run, findings);
    find_unused_indexes(run, findings);
    find_second_reads(run, findings);
    find_reads_after_writes(run, findings);
    find_unprocessed_items(run, findings);
    find_conflicts(run, findings);
    find_misread_times(run, findings);
    find_failing_batches(run, findings);
    return findings;
}

}  // namespace tailrace::server
