#include "engine/operation/tables/index_request.hpp"

#include "engine/model/attribute_json.hpp"
#include "engine/table/table_catalogue_json.hpp"

namespace tailrace::operation {

namespace json = boost::json;

table::Throughput read_throughput(const json::object& parent) {
    table::Throughput throughput;
    const json::value* given = parent.if_contains("ProvisionedThroughput");
    if (given == nullptr || !given->is_object()) return throughput;
    throughput.read_capacity_units = integer_of(given->at("ReadCapacityUnits"));
    throughput.write_capacity_units = integer_of(given->at("WriteCapacityUnits"));
    return throughput;
}

table::WarmThroughput read_warm_throughput(const json::object& parent) {
    table::WarmThroughput warm;
    const json::value* given = parent.if_contains("WarmThroughput");
    if (given == nullptr || !given->is_object()) return warm;
    const auto read = [&](std::string_view name, std::int64_t& units) {
        const json::value* value = given->get_object().if_contains(name);
        if (value != nullptr && value->is_number()) units = integer_of(*value);
    };
    read("ReadUnitsPerSecond", warm.read_units_per_second);
    read("WriteUnitsPerSecond", warm.write_units_per_second);
    return warm;
}

table::IndexDefinition read_index(const json::object& index, bool global,
                                  const json::array& attribute_definitions) {
    table::IndexDefinition definition;
    definition.name = index.at("IndexName").as_string();
    definition.global = global;
    definition.keys = table::read_key_schema(index.at("KeySchema").as_array(), attribute_definitions);
    table::read_projection(index.at("Projection").as_object(), definition);
    if (global) {
        definition.throughput = read_throughput(index);
        definition.warm = read_warm_throughput(index);
    }
    return definition;
}

}  // namespace tailrace::operation
