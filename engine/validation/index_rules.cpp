#include "engine/validation/index_rules.hpp"

#include <set>
#include <string>

#include "engine/validation/key_schema_rules.hpp"
#include "engine/validation/rule.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

constexpr std::size_t max_projected_attributes = 100;

void check_no_duplicates(const json::array& attributes) {
    std::set<std::string_view> seen;
    for (const json::value& each : attributes) {
        const std::string_view name = each.get_string();
        if (!seen.insert(name).second) {
            refuse_parameters("Duplicate element in NonKeyAttributes: " + std::string(name));
        }
    }
}

}  // namespace

std::string_view index_name(const Request& index) {
    return *index.text("IndexName");
}

void check_global_index_key(const Request& index, const DefinedAttributes& definitions) {
    const auto key = key_elements(index);
    check_defined(key, definitions);
    check_multi_attribute_key(key);
}

void check_local_index_key(const Request& index, const DefinedAttributes& definitions,
                           std::string_view table_hash) {
    const auto key = key_elements(index);
    check_defined(key, definitions);
    check_simple_key(key);
    const std::string name(index_name(index));
    if (key.size() < 2) refuse_parameters("Index KeySchema does not have a range key for index: " + name);
    if (key[0].name != table_hash) {
        refuse_parameters(
            "Index KeySchema does not have the same leading hash key as table KeySchema for index: " + name +
            ". index hash key: " + std::string(key[0].name) + ", table hash key: " + std::string(table_hash));
    }
}

void check_projection(const Request& index) {
    const Request projection = *index.structure("Projection");
    const auto type = projection.text("ProjectionType");
    if (!type) refuse_parameters("Unknown ProjectionType: null");
    const json::array* attributes = projection.list("NonKeyAttributes");
    const bool includes = type == "INCLUDE";
    if (attributes != nullptr && !includes) {
        refuse_parameters("ProjectionType is " + std::string(*type) + ", but NonKeyAttributes is specified");
    }
    if (attributes == nullptr && includes) {
        refuse_parameters("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    }
    if (attributes != nullptr) check_no_duplicates(*attributes);
}

std::size_t projected_attributes(const Request& index) {
    const json::array* attributes = index.structure("Projection")->list("NonKeyAttributes");
    return attributes == nullptr ? 0 : attributes->size();
}

void check_projected_attributes(std::size_t sum) {
    if (sum > max_projected_attributes) {
        refuse_parameters("Number of NonKeyAttributes exceeds the per-table limit of " +
                          std::to_string(max_projected_attributes));
    }
}

}  // namespace tailrace::validation
