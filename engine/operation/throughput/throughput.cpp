#include "engine/operation/throughput/throughput.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/table/items/row_key.hpp"

namespace tailrace::operation {
namespace {

constexpr std::size_t least_enough_spaces = 256;

/// A limit whose arithmetic cannot overflow.
BucketLimit limit_of(std::int64_t units_per_second, std::int64_t seconds) {
    return {std::clamp<std::int64_t>(units_per_second, 0, max_units_per_second),
            std::clamp<std::int64_t>(seconds, 1, max_burst_seconds)};
}

/// Returns null if no limit is set.
const boost::json::value* find_maximum(const table::TableDefinition& definition,
                                       const table::IndexDefinition* index, bool is_write) {
    const boost::json::object* limits = nullptr;
    if (index != nullptr) {
        limits = &index->on_demand_limits;
    } else if (const auto* of_table = definition.shown_settings.if_contains("OnDemandThroughput")) {
        limits = of_table->if_object();
    }
    if (limits == nullptr) return nullptr;
    return limits->if_contains(is_write ? "MaxWriteRequestUnits" : "MaxReadRequestUnits");
}

/// The units that the definition has; nullopt if there is no limit.
std::optional<std::int64_t> defined_units(const table::TableDefinition& definition,
                                          const table::IndexDefinition* index, bool is_write) {
    if (definition.billing_mode == table::BillingMode::provisioned) {
        const table::Throughput& units = index != nullptr ? index->throughput : definition.throughput;
        return is_write ? units.write_capacity_units : units.read_capacity_units;
    }
    const boost::json::value* const maximum = find_maximum(definition, index, is_write);
    if (maximum == nullptr) return std::nullopt;
    return maximum->to_number<std::int64_t>();
}

/// The number of partitions that the warm throughput needs: at least one and at most the maximum.
std::size_t needed_partitions(const table::WarmThroughput& warm) {
    const ThrottleSetting one;
    const auto needed = [](std::int64_t units, std::int64_t of_one) {
        return static_cast<std::size_t>(units / of_one + (units % of_one > 0 ? 1 : 0));
    };
    const std::size_t most = std::max(needed(warm.read_units_per_second, one.partition_read_units),
                                      needed(warm.write_units_per_second, one.partition_write_units));
    return std::clamp<std::size_t>(most, 1, max_partitions);
}

/// The first row that a page may have, or the row of an item.
std::string_view first_row(const table::ItemAccess& access) {
    return access.rows != nullptr ? std::string_view(access.rows->lower) : access.row_key;
}

}  // namespace

Throughput::Throughput(std::vector<ThrottleSetting> first) : first_(std::move(first)) {
    reset();
}

void Throughput::replace(std::vector<ThrottleSetting> settings) {
    const std::lock_guard lock(mutex_);
    is_armed_.store(!settings.empty(), std::memory_order_relaxed);
    settings_ = std::move(settings);
    buckets_.clear();
    enough_spaces_ = least_enough_spaces;
}

std::vector<ThrottleSetting> Throughput::settings() const {
    const std::lock_guard lock(mutex_);
    return settings_;
}

Throughput::Resource Throughput::resource_of(const table::ItemAccess& access) {
    const bool is_global = access.index != nullptr && access.index->global;
    return {access.table, is_global ? access.index : nullptr};
}

const ThrottleSetting* Throughput::find_setting(const std::string& table, const std::string& index) const {
    const auto found = std::ranges::find_if(settings_, [&](const ThrottleSetting& each) {
        return each.table_name == table && each.index_name == index;
    });
    return found == settings_.end() ? nullptr : &*found;
}

std::optional<Throughput::Limits> Throughput::limits_of(const Resource& resource) const {
    const table::TableDefinition& definition = resource.table;
    const table::IndexDefinition* const index = resource.index;
    bool has_units = true;
    const ThrottleSetting* setting =
        find_setting(definition.name, index != nullptr ? index->name : std::string());
    if (setting == nullptr && index != nullptr) {
        setting = find_setting(definition.name, {});
        has_units = false;
    }
    if (setting == nullptr) setting = find_setting({}, {});
    if (setting == nullptr) return std::nullopt;

    const auto own = [&](bool write) -> std::optional<BucketLimit> {
        auto units = write ? setting->write_units : setting->read_units;
        if (!units || !has_units) units = defined_units(definition, index, write);
        if (!units) return std::nullopt;
        return limit_of(*units, setting->burst_seconds);
    };
    const table::WarmThroughput& warm = index != nullptr ? index->warm : definition.warm;
    return Limits{.own = {own(false), own(true)},
                  .partition = {limit_of(setting->partition_read_units, 1),
                                limit_of(setting->partition_write_units, 1)},
                  .partitions = setting->partitions.value_or(needed_partitions(warm))};
}

bool Throughput::has_too_many_spaces() const {
    const std::lock_guard lock(mutex_);
    return buckets_.size() >= enough_spaces_;
}

void Throughput::keep_only(const table::Catalogue& catalogue) {
    const std::lock_guard lock(mutex_);
    Spaces kept;
    const auto keep = [&](Spaces::key_type space) { kept.insert(buckets_.extract(space)); };
    for (const auto& [name, definition] : catalogue.tables) {
        keep(definition->space);
        for (const table::IndexDefinition& index : definition->indexes) keep(index.space);
    }
    buckets_ = std::move(kept);
    enough_spaces_ = std::max(least_enough_spaces, 2 * buckets_.size());
}

std::size_t Throughput::spaces() const {
    const std::lock_guard lock(mutex_);
    return buckets_.size();
}

Throughput::Buckets& Throughput::buckets_of(const Resource& resource, const Limits& limits) {
    Buckets& buckets = buckets_[resource.space()];
    // If the number of partitions has changed, each one has different keys, so nothing has been taken from it
    // yet.
    if (buckets.partitions.size() != limits.partitions) buckets.partitions.assign(limits.partitions, {});
    return buckets;
}

std::optional<ExceededLimit> Throughput::exceeded(const Resource& resource, bool write,
                                                  std::optional<std::string_view> row_key, Timestamp now) {
    const std::optional<Limits> limits = limits_of(resource);
    if (!limits) return std::nullopt;
    Buckets& buckets = buckets_of(resource, *limits);
    const std::optional<BucketLimit>& own = limits->own.of(write);
    if (own && buckets.own.of(write).is_empty(*own, now)) return ExceededLimit::units;
    const auto is_empty = [&](ReadAndWrite<Bucket>& each) {
        return each.of(write).is_empty(limits->partition.of(write), now);
    };
    const bool is_exceeded =
        row_key ? is_empty(buckets.partitions[table::partition_of(*row_key, limits->partitions)])
                : std::ranges::any_of(buckets.partitions, is_empty);
    if (is_exceeded) return ExceededLimit::partition;
    return std::nullopt;
}

ApiError Throughput::count(const Resource& resource, const table::ItemAccess& access, ExceededLimit limit) {
    const FaultedAccess faulted{.table = &resource.table,
                                .index = resource.index,
                                .is_write = table::is_write(access.kind),
                                .in_transaction = is_transaction(access.operation)};
    constexpr std::string_view before = "Table";  // As long as "Index".
    constexpr std::string_view after = "Exceeded";
    const std::string reason = throttling_reason(faulted, limit);
    const std::string kind = reason.substr(before.size(), reason.size() - before.size() - after.size());
    ThrottleEvents& events = buckets_[resource.space()].events;
    ++events[faulted.is_write ? "WriteThrottleEvents" : "ReadThrottleEvents"];
    ++events[kind + "ThrottleEvents"];
    return throttled(faulted, limit);
}

std::optional<ApiError> Throughput::refuse(const table::ItemAccess& access) {
    const std::lock_guard lock(mutex_);
    const Resource resource = resource_of(access);
    const bool write = table::is_write(access.kind);
    if (const auto limit = exceeded(resource, write, first_row(access), access.now)) {
        return count(resource, access, *limit);
    }
    if (access.kind != table::AccessKind::write) return std::nullopt;
    for (const table::IndexDefinition& index : access.table.indexes) {
        if (!index.global) continue;
        const Resource indexed{access.table, &index};
        // The rows of the index are not known before the item is read.
        if (const auto limit = exceeded(indexed, write, std::nullopt, access.now)) {
            return count(indexed, access, *limit);
        }
    }
    return std::nullopt;
}

Throughput::Taken Throughput::take(const table::ItemAccess& access, double units) {
    const std::lock_guard lock(mutex_);
    const Resource resource = resource_of(access);
    const std::optional<Limits> limits = limits_of(resource);
    if (!limits) return {};
    const Taken taken{.space = resource.space(),
                      .is_write = table::is_write(access.kind),
                      .partition = table::partition_of(first_row(access), limits->partitions),
                      .units = units};
    Buckets& buckets = buckets_of(resource, *limits);
    if (const auto& own = limits->own.of(taken.is_write)) {
        buckets.own.of(taken.is_write).take(units, *own, access.now);
    }
    buckets.partitions[taken.partition]
        .of(taken.is_write)
        .take(units, limits->partition.of(taken.is_write), access.now);
    return taken;
}

void Throughput::give_back(const Taken& taken) {
    const std::lock_guard lock(mutex_);
    const auto found = buckets_.find(taken.space);
    if (found == buckets_.end()) return;
    Buckets& buckets = found->second;
    buckets.own.of(taken.is_write).give_back(taken.units);
    if (taken.partition >= buckets.partitions.size()) return;
    buckets.partitions[taken.partition].of(taken.is_write).give_back(taken.units);
}

std::vector<ShownThroughput> Throughput::show(const table::TableDefinition& definition, Timestamp now) {
    const std::lock_guard lock(mutex_);
    std::vector<ShownThroughput> all;
    const auto show = [&](const table::IndexDefinition* index) {
        const Resource resource{definition, index};
        const std::optional<Limits> limits = limits_of(resource);
        if (!limits) return;
        Buckets& buckets = buckets_of(resource, *limits);
        ShownThroughput& shown = all.emplace_back();
        shown.index = index;
        shown.events = buckets.events;
        for (const bool write : {false, true}) {
            const auto& own = limits->own.of(write);
            if (own) shown.own.of(write) = {buckets.own.of(write).available(*own, now), *own};
        }
        const auto shown_bucket = [&](Bucket& bucket, const BucketLimit& limit) {
            return ShownBucket{bucket.available(limit, now), limit};
        };
        for (auto& [read, write] : buckets.partitions) {
            shown.partitions.push_back(
                {shown_bucket(read, limits->partition.read), shown_bucket(write, limits->partition.write)});
        }
    };
    show(nullptr);
    for (const table::IndexDefinition& index : definition.indexes) {
        if (index.global) show(&index);
    }
    return all;
}

}  // namespace tailrace::operation
