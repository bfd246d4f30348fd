#include "server/advice/run_record.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "engine/model/stable_hash.hpp"
#include "server/advice/thresholds.hpp"

namespace tailrace::server {
namespace {

using operation::ItemUse;
using table::AccessKind;

/// Combines the number of an item or a partition with the id of its table, so that keys differ between
/// tables, even between those that had the same name one after the other.
std::uint64_t key_of(const std::string& table_id, std::uint64_t number, bool is_partition) {
    return stable_hash(table_id) ^ (is_partition ? ~number : number);
}

std::uint64_t key_of_item(const ItemUse& use) {
    return key_of(use.table_id, use.item, false);
}

/// Returns true if an eventually consistent read may miss this write. A write counts as old once a second has
/// passed on either clock: a manual clock may stand still while the program waits, and may be advanced while
/// it does not. The lag of reads is measured by the tables' clock.
bool may_miss(const WriteTime& write, const Observation& seen) {
    const bool is_new = seen.now - write.now < thresholds::stale_window &&
                        seen.moment - write.moment < thresholds::stale_window;
    return is_new || seen.now - write.now < seen.read_lag;
}

bool is_batch(const RequestReport& report) {
    return report.operation == "BatchWriteItem" || report.operation == "BatchGetItem";
}

bool is_transaction(const RequestReport& report) {
    return report.operation.starts_with("Transact") || report.operation == "ExecuteTransaction";
}

/// Returns the size of the item that an access was about, from its units.
double kilobytes_of(const ItemUse& use, const RequestReport& report) {
    constexpr double kilobytes_per_read_unit = 4;
    const double factor = is_transaction(report) ? 2 : 1;
    if (use.is_write()) return use.units / factor;
    const bool is_eventual = factor == 1 && !reads_consistently(report.request, use.table);
    return use.units * kilobytes_per_read_unit / (is_eventual ? 1.0 / 2 : factor);
}

void add_to(PatternCounts& sum, const PatternCounts& more) {
    sum.requests += more.requests;
    sum.errors += more.errors;
    sum.conflicts += more.conflicts;
    sum.scans += more.scans;
    sum.stale_reads += more.stale_reads;
    sum.items_read += more.items_read;
    sum.items_returned += more.items_returned;
    sum.items_written += more.items_written;
    sum.read_units += more.read_units;
    sum.write_units += more.write_units;
}

}  // namespace

void RunRecord::add(const Observation& seen, const RequestReport& report) {
    ++requests_;
    PatternCounts counts = seen.counts;
    add_uses(seen, report, counts);
    add_index_items(seen);
    for (const TimeToLiveNote& note : seen.time_to_live) {
        TableRun* table = table_run(note.table);
        if (table == nullptr) continue;
        table->time_to_live_attribute = note.attribute;
        ++table->time_to_live[note.fault];
    }
    const auto known = patterns_.find(seen.pattern);
    if (known != patterns_.end()) {
        add_to(known->second, counts);
    } else if (patterns_.size() < max_patterns) {
        patterns_.emplace(seen.pattern, counts);
    } else {
        ++omitted_.requests;
    }
}

void RunRecord::add_uses(const Observation& seen, const RequestReport& report, PatternCounts& counts) {
    std::set<std::string_view> tables;
    for (const ItemUse& use : report.uses->uses()) {
        if (tables.insert(use.table).second) count_request(use);
        if (use.is_refused) {
            if (is_batch(report) && report.failure == nullptr) note_refused(use);
            continue;
        }
        add_load(use, seen);
        if (!use.index.empty()) {
            if (!use.is_write()) ++indexes_[{use.table, use.index}].reads;
            continue;
        }
        const bool may_be_stale =
            use.kind == AccessKind::read && !reads_consistently(report.request, use.table);
        if (may_be_stale && is_stale(use, seen)) counts.stale_reads = 1;
        if (use.item == 0) continue;
        note_done(use);
        note_size(use, report);
        if (use.kind != AccessKind::write || report.failure != nullptr) continue;
        note_written(key_of_item(use), seen);
        note_written(key_of(use.table_id, use.partition, true), seen);
    }
    if (report.uses->is_cut()) ++omitted_.accesses;
}

void RunRecord::count_request(const ItemUse& use) {
    TableRun* table = table_run(use.table);
    if (table == nullptr) return;
    ++table->requests;
    if (table->id == use.table_id) return;
    // The table was deleted and created again. The items that batches left unprocessed belonged to the old
    // table, so they can no longer be sent.
    table->id = use.table_id;
    table->unprocessed = 0;
    std::erase_if(unprocessed_, [table](const auto& each) { return each.second == table; });
}

TableRun* RunRecord::table_run(const std::string& name) {
    const auto known = tables_.find(name);
    if (known != tables_.end()) return &known->second;
    if (tables_.size() < max_tables) return &tables_[name];
    ++omitted_.accesses;
    return nullptr;
}

void RunRecord::add_load(const ItemUse& use, const Observation& seen) {
    if (!tables_.contains(use.table)) return;
    ResourceLoad& load = loads_[{use.table, use.index, use.is_write()}];
    ++load.accesses;
    load.units += use.units;
    if (use.partition == 0) return;
    auto known = load.partitions.find(use.partition);
    if (known == load.partitions.end()) {
        if (partitions_ == max_partitions) {
            ++omitted_.accesses;
            return;
        }
        ++partitions_;
        known = load.partitions.emplace(use.partition, PartitionLoad{.text = use.partition_text}).first;
    }
    PartitionLoad& partition = known->second;
    const std::int64_t second =
        std::chrono::duration_cast<std::chrono::seconds>(seen.moment.time_since_epoch()).count();
    if (second != partition.second) partition.units_in_second = 0;
    partition.second = second;
    partition.units_in_second += use.units;
    partition.peak = std::max(partition.peak, partition.units_in_second);
    ++partition.accesses;
    partition.units += use.units;
}

bool RunRecord::is_stale(const ItemUse& use, const Observation& seen) const {
    const bool is_item = use.item != 0;
    const auto write = written_.find(key_of(use.table_id, is_item ? use.item : use.partition, !is_item));
    return write != written_.end() && may_miss(write->second, seen);
}

void RunRecord::note_written(ItemKey key, const Observation& seen) {
    if (written_.size() >= max_items && !written_.contains(key)) {
        std::erase_if(written_, [&](const auto& each) { return !may_miss(each.second, seen); });
    }
    if (written_.size() >= max_items && !written_.contains(key)) {
        ++omitted_.accesses;
        return;
    }
    written_[key] = {seen.now, seen.moment};
}

void RunRecord::note_refused(const ItemUse& use) {
    TableRun* table = use.item != 0 ? table_run(use.table) : nullptr;
    if (table == nullptr) return;
    if (unprocessed_.size() >= max_items) {
        ++omitted_.accesses;
    } else if (unprocessed_.emplace(key_of_item(use), table).second) {
        ++table->unprocessed;
    }
}

void RunRecord::note_done(const ItemUse& use) {
    if (const auto refused = unprocessed_.find(key_of_item(use)); refused != unprocessed_.end()) {
        --refused->second->unprocessed;
        unprocessed_.erase(refused);
    }
    if (use.kind != AccessKind::read) return;
    const auto returned = index_items_.find(key_of_item(use));
    if (returned == index_items_.end()) return;
    ++returned->second->fetched;
    index_items_.erase(returned);
}

void RunRecord::note_size(const ItemUse& use, const RequestReport& report) {
    const double kilobytes = kilobytes_of(use, report);
    TableRun* table = kilobytes >= thresholds::oversized_kilobytes ? table_run(use.table) : nullptr;
    if (table == nullptr) return;
    ++table->oversized;
    if (kilobytes <= table->largest_kilobytes) return;
    table->largest_kilobytes = kilobytes;
    table->largest_partition = use.partition_text;
}

void RunRecord::add_index_items(const Observation& seen) {
    if (seen.index_items.empty()) return;
    IndexRun& index = indexes_[{seen.pattern.tables, seen.pattern.index}];
    index.returned += seen.index_items.size();
    for (const std::uint64_t number : seen.index_items) {
        const ItemKey key = key_of(seen.index_table_id, number, false);
        if (index_items_.size() < max_items || index_items_.contains(key)) {
            index_items_[key] = &index;
        } else {
            ++omitted_.accesses;
        }
    }
}

}  // namespace tailrace::server
