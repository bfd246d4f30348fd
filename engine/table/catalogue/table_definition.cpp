#include "engine/table/catalogue/table_definition.hpp"

#include <algorithm>

namespace tailrace::table {
namespace {

constexpr std::int64_t max_small_rows = 1000;
constexpr std::int64_t max_small_bytes = 1024 * 1024;

/// Every on-demand table starts with these. Source: "DynamoDB on-demand capacity mode", initial throughput.
constexpr WarmThroughput on_demand_warm_throughput{12'000, 4'000};

WarmThroughput min_warm_throughput(const TableDefinition& definition, const Throughput& throughput) {
    if (definition.billing_mode == BillingMode::pay_per_request) return on_demand_warm_throughput;
    return {throughput.read_capacity_units, throughput.write_capacity_units};
}

void raise(WarmThroughput& warm, const WarmThroughput& least) {
    warm.read_units_per_second = std::max(warm.read_units_per_second, least.read_units_per_second);
    warm.write_units_per_second = std::max(warm.write_units_per_second, least.write_units_per_second);
}

}  // namespace

bool KeySchema::contains(std::string_view name) const {
    return std::ranges::find(attributes, name, &KeyAttribute::name) != attributes.end();
}

bool is_small(const Count& rows) {
    return rows.items <= max_small_rows && rows.bytes <= max_small_bytes;
}

bool TableDefinition::has_local_indexes() const {
    return std::ranges::any_of(indexes, [](const IndexDefinition& index) { return !index.global; });
}

const IndexDefinition* TableDefinition::find_index(std::string_view index_name) const {
    for (const IndexDefinition& index : indexes) {
        if (index.name == index_name) return &index;
    }
    return nullptr;
}

const IndexDefinition* TableDefinition::backfilling_index() const {
    const auto found = std::ranges::find_if(indexes, &IndexDefinition::backfilling);
    return found != indexes.end() ? &*found : nullptr;
}

IndexDefinition* TableDefinition::backfilling_index() {
    const auto found = std::ranges::find_if(indexes, &IndexDefinition::backfilling);
    return found != indexes.end() ? &*found : nullptr;
}

std::string_view TableDefinition::region() const {
    constexpr std::string_view prefix = "arn:aws:dynamodb:";
    const std::string_view rest = std::string_view(arn).substr(prefix.size());
    return rest.substr(0, rest.find(':'));
}

const Transition* TableDefinition::transition_at(Timestamp now) const {
    return transition && transition->is_under_way(now) ? &*transition : nullptr;
}

bool TableDefinition::gone_at(Timestamp now) const {
    return transition && transition->kind == Transition::Kind::deleting && !transition->is_under_way(now);
}

void raise_warm_throughput(TableDefinition& definition) {
    raise(definition.warm, min_warm_throughput(definition, definition.throughput));
    for (IndexDefinition& index : definition.indexes) {
        if (index.global) raise(index.warm, min_warm_throughput(definition, index.throughput));
    }
}

}  // namespace tailrace::table
