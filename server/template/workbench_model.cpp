#include "server/template/workbench_model.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "server/template/gaps.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// Members of a table that are read, or that only describe it to people. NonKeyAttributes are part of no
/// table in DynamoDB.
constexpr std::array<std::string_view, 10> known_of_model_table = {
    "TableName", "KeyAttributes", "NonKeyAttributes", "TableFacets",       "GlobalSecondaryIndexes",
    "TableData", "BillingMode",   "DataAccess",       "SampleDataFormats", "ProvisionedCapacitySettings",
};
constexpr std::array<std::string_view, 4> known_of_model_index = {"IndexName", "KeyAttributes", "Projection",
                                                                  "ProvisionedCapacitySettings"};

/// Reads one table of a model.
class ModelTable {
  public:
    ModelTable(const Node& table, Gaps& gaps) : table_(table), gaps_(gaps) {}

    DeclaredTable read() {
        const std::string& name = table_.text_of("TableName");
        if (name.empty()) throw TemplateError(table_.line, "a table of the model has no TableName");
        DeclaredTable declared{.logical_name = name, .place = gaps_.place(table_.line)};
        json::object& create = declared.create_table;
        create["TableName"] = name;
        json::array keys = key_schema_of(table_);
        json::array indexes;
        for (const Node& each : table_.items_of("GlobalSecondaryIndexes")) indexes.push_back(index_of(each));
        json::array& attributes = create["AttributeDefinitions"].emplace_array();
        for (const auto& [attribute, type] : attributes_) {
            attributes.push_back({{"AttributeName", attribute}, {"AttributeType", type}});
        }
        create["KeySchema"] = std::move(keys);
        create["BillingMode"] = is_provisioned() ? "PROVISIONED" : "PAY_PER_REQUEST";
        if (is_provisioned()) create["ProvisionedThroughput"] = throughput_of(table_);
        if (!indexes.empty()) create["GlobalSecondaryIndexes"] = std::move(indexes);
        add_items(declared);
        note_others(table_, known_of_model_table, "a table");
        return declared;
    }

  private:
    json::array key_schema_of(const Node& owner) {
        const Node* const keys = owner.find("KeyAttributes");
        json::array schema;
        if (keys == nullptr) throw TemplateError(owner.line, "KeyAttributes is missing");
        for (const auto& [name, attribute] : keys->members) {
            const bool is_partition_key = name == "PartitionKey";
            if (!is_partition_key && name != "SortKey") {
                throw TemplateError(attribute.line,
                                    "KeyAttributes has PartitionKey and SortKey, not " + name);
            }
            const std::string& attribute_name = attribute.text_of("AttributeName");
            attributes_.try_emplace(attribute_name, attribute.text_of("AttributeType"));
            schema.push_back(
                {{"AttributeName", attribute_name}, {"KeyType", is_partition_key ? "HASH" : "RANGE"}});
        }
        return schema;
    }

    json::object index_of(const Node& index) {
        const Node* const projection = index.find("Projection");
        json::object made{{"IndexName", index.text_of("IndexName")},
                          {"KeySchema", key_schema_of(index)},
                          {"Projection", projection == nullptr ? json::object{{"ProjectionType", "ALL"}}
                                                               : to_json(*projection)}};
        if (is_provisioned()) made["ProvisionedThroughput"] = throughput_of(index);
        note_others(index, known_of_model_index, "an index");
        return made;
    }

    bool is_provisioned() const { return table_.text_of("BillingMode") == "PROVISIONED"; }

    /// An index without units of its own has the table's. Workbench itself begins with 5.
    json::value throughput_of(const Node& owner) {
        for (const Node* each : {&owner, &table_}) {
            const Node* const settings = each->find("ProvisionedCapacitySettings");
            if (settings == nullptr) continue;
            for (const char* scaling : {"AutoScalingRead", "AutoScalingWrite"}) {
                if (settings->find(scaling) != nullptr) {
                    gaps_.add(settings->line,
                              "capacity is not scaled here; units are those of "
                              "ProvisionedThroughput");
                }
            }
            if (const Node* const units = settings->find("ProvisionedThroughput")) return to_json(*units);
        }
        return {{"ReadCapacityUnits", 5}, {"WriteCapacityUnits", 5}};
    }

    /// A facet may repeat items of the table, and may have items of its own.
    void add_items(DeclaredTable& declared) {
        add_items(table_, declared);
        for (const Node& each : table_.items_of("TableFacets")) add_items(each, declared);
    }

    void add_items(const Node& owner, DeclaredTable& declared) {
        for (const Node& each : owner.items_of("TableData")) {
            json::value item = to_json(each);
            if (!item.is_object()) throw TemplateError(each.line, "an item of TableData is not an object");
            std::string key;
            for (const json::value& part : declared.create_table.at("KeySchema").as_array()) {
                const json::value* const value =
                    item.get_object().if_contains(part.at("AttributeName").as_string());
                key += value == nullptr ? "null" : json::serialize(*value);
            }
            if (item_keys_.insert(std::move(key)).second) {
                declared.items.push_back(std::move(item.get_object()));
            }
        }
    }

    void note_others(const Node& owner, std::span<const std::string_view> known, const char* what) {
        for (const auto& [name, value] : owner.members) {
            if (!value.is_empty() && std::ranges::find(known, name) == known.end()) {
                gaps_.add(value.line, name + " of " + what + " has no effect here");
            }
        }
        const Node* const access = owner.find("DataAccess");
        const Node* const my_sql = access == nullptr ? nullptr : access->find("MySql");
        if (my_sql != nullptr && !my_sql->is_empty()) {
            gaps_.add(my_sql->line, "items are not read from MySql here");
        }
    }

    const Node& table_;
    Gaps& gaps_;
    /// The attributes of all keys, with their types.
    std::map<std::string, std::string> attributes_;
    std::set<std::string> item_keys_;
};

}  // namespace

Declarations read_workbench_model(const Node& root, const std::filesystem::path& file) {
    Gaps gaps(file.string());
    Declarations declared;
    try {
        const Node* const tables = root.find("DataModel");
        if (tables == nullptr || !tables->is_list()) throw TemplateError(root.line, "DataModel is missing");
        for (const Node& each : tables->items) declared.tables.push_back(ModelTable(each, gaps).read());
    } catch (const TemplateError& error) {
        throw error.in_file(file.string());
    }
    declared.gaps = gaps.take();
    return declared;
}

}  // namespace tailrace::server
