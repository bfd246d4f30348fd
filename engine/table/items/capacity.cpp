#include "engine/table/items/capacity.hpp"

#include <algorithm>

namespace tailrace::table {
namespace {

namespace json = boost::json;

constexpr std::uint64_t read_unit_bytes = 4096;
constexpr std::uint64_t write_unit_bytes = 1024;

double units(std::uint64_t bytes, std::uint64_t unit_bytes) {
    return static_cast<double>(std::max<std::uint64_t>(1, (bytes + unit_bytes - 1) / unit_bytes));
}

json::object units_json(double amount, CapacityDetail detail) {
    json::object object;
    if (detail == CapacityDetail::with_read_units) object["ReadCapacityUnits"] = amount;
    if (detail == CapacityDetail::with_write_units) object["WriteCapacityUnits"] = amount;
    object["CapacityUnits"] = amount;
    return object;
}

}  // namespace

double read_units(std::uint64_t bytes, Consistency consistency) {
    const double whole = units(bytes, read_unit_bytes);
    switch (consistency) {
        case Consistency::eventual:
            return whole / 2;
        case Consistency::strong:
            return whole;
        case Consistency::transactional:
            return whole * 2;
    }
    return whole;
}

double write_units(std::uint64_t bytes, Consistency consistency) {
    const double whole = units(bytes, write_unit_bytes);
    return consistency == Consistency::transactional ? whole * 2 : whole;
}

double Capacity::total() const {
    double sum = table;
    for (const double each : indexes) sum += each;
    return sum;
}

void Capacity::add(const Capacity& other) {
    table += other.table;
    for (std::size_t i = 0; i < other.indexes.size(); ++i) add_index(i, other.indexes[i]);
}

void Capacity::add_index(std::size_t place, double units) {
    if (indexes.size() <= place) indexes.resize(place + 1);
    indexes[place] += units;
}

json::object consumed_capacity_json(const TableDefinition& definition, const Capacity& capacity,
                                    ReturnConsumedCapacity wanted, CapacityDetail detail) {
    json::object consumed{{"TableName", definition.name}};
    for (const auto& member : units_json(capacity.total(), detail)) consumed[member.key()] = member.value();
    if (wanted != ReturnConsumedCapacity::indexes) return consumed;
    consumed["Table"] = units_json(capacity.table, detail);
    json::object local;
    json::object global;
    for (std::size_t i = 0; i < capacity.indexes.size(); ++i) {
        if (capacity.indexes[i] == 0) continue;
        const IndexDefinition& index = definition.indexes[i];
        (index.global ? global : local)[index.name] = units_json(capacity.indexes[i], detail);
    }
    if (!local.empty()) consumed["LocalSecondaryIndexes"] = std::move(local);
    if (!global.empty()) consumed["GlobalSecondaryIndexes"] = std::move(global);
    return consumed;
}

void ConsumedCapacities::add(const TableDefinition& table, const Capacity& capacity) {
    const auto known = std::ranges::find_if(tables_, [&](const auto& each) { return each.first == &table; });
    if (known != tables_.end()) {
        known->second.add(capacity);
    } else {
        tables_.emplace_back(&table, capacity);
    }
}

double ConsumedCapacities::total() const {
    double units = 0;
    for (const auto& [table, capacity] : tables_) units += capacity.total();
    return units;
}

std::optional<json::array> ConsumedCapacities::json(ReturnConsumedCapacity wanted,
                                                    CapacityDetail detail) const {
    if (wanted == ReturnConsumedCapacity::none) return std::nullopt;
    json::array all;
    for (const auto& [table, capacity] : tables_) {
        all.push_back(consumed_capacity_json(*table, capacity, wanted, detail));
    }
    return all;
}

}  // namespace tailrace::table
