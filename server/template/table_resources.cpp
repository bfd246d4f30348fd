#include "server/template/table_resources.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "server/template/json_members.hpp"
#include "server/template/typed_members.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view table_type = "AWS::DynamoDB::Table";
constexpr std::string_view global_table_type = "AWS::DynamoDB::GlobalTable";
constexpr std::string_view simple_table_type = "AWS::Serverless::SimpleTable";

/// The properties that CreateTable has, too, with the same content.
constexpr std::array<std::string_view, 10> copied = {
    "AttributeDefinitions",      "KeySchema",          "BillingMode",
    "ProvisionedThroughput",     "OnDemandThroughput", "WarmThroughput",
    "LocalSecondaryIndexes",     "TableClass",         "Tags",
    "DeletionProtectionEnabled",
};
constexpr std::array<std::string_view, 6> copied_of_index = {
    "IndexName", "KeySchema", "Projection", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput",
};
/// The properties that are read in another way.
constexpr std::array<std::string_view, 11> converted = {
    "TableName",
    "Region",
    "ReadProvisionedThroughputSettings",
    "GlobalSecondaryIndexes",
    "StreamSpecification",
    "SSESpecification",
    "TimeToLiveSpecification",
    "PrimaryKey",
    "Replicas",
    "WriteProvisionedThroughputSettings",
    "WriteOnDemandThroughputSettings",
};

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// Returns the units that a global table begins with: those that are fixed, or those that auto scaling begins
/// with.
json::value begin_of_scaling(const json::object& settings, const char* kind) {
    const std::string fixed = std::string(kind) + "CapacityUnits";
    if (const json::value* units = settings.if_contains(fixed)) return *units;
    const json::object* const scaling =
        object_in(settings, std::string(kind) + "CapacityAutoScalingSettings");
    if (scaling == nullptr) return "1";
    for (const char* name : {"SeedCapacity", "MinCapacity"}) {
        if (const json::value* units = scaling->if_contains(name)) return *units;
    }
    return "1";
}

/// Reads one table.
class TableResource {
  public:
    TableResource(std::string_view type, StackValues& values) : type_(type), values_(values) {}

    DeclaredTable read(const std::string& logical_name, const Node& resource) {
        static const Node none{.kind = Node::Kind::map};
        const Node* const found = resource.find("Properties");
        const Node& properties = found == nullptr ? none : *found;
        line_ = resource.line;
        const json::value resolved = values_.resolve(properties);
        if (const json::object* object = resolved.if_object()) given_ = *object;
        DeclaredTable table{.place = values_.gaps().place(resource.line)};
        table.logical_name = logical_name;
        create_["TableName"] = values_.name_of(logical_name);
        for (const auto& [name, property] : properties.members) copy(name, property.line);
        add_keys_of_simple_table();
        add_indexes("GlobalSecondaryIndexes");
        add_stream();
        add_encryption();
        if (type_ == global_table_type) add_replica();
        add_billing();
        if (const json::object* setting = object_in(given_, "TimeToLiveSpecification")) {
            json::value typed = *setting;
            give_types(typed);
            table.time_to_live = std::move(typed.get_object());
        }
        json::value typed = std::move(create_);
        give_types(typed);
        table.create_table = std::move(typed.get_object());
        return table;
    }

  private:
    void copy(const std::string& name, int line) {
        const json::value* const value = given_.if_contains(name);
        if (value == nullptr || contains(converted, name)) return;
        if (contains(copied, name)) {
            create_[name] = name == "Tags" ? tags(*value) : *value;
        } else {
            no_effect(name, line);
        }
    }

    void no_effect(std::string_view name, int line) {
        values_.gaps().add(line,
                           std::string(name).append(" of ").append(type_).append(" has no effect here"));
    }

    /// SAM writes tags as a map.
    static json::value tags(const json::value& given) {
        const json::object* const map = given.if_object();
        if (map == nullptr) return given;
        json::array list;
        for (const auto& tag : *map) list.push_back({{"Key", tag.key()}, {"Value", tag.value()}});
        return list;
    }

    void add_keys_of_simple_table() {
        if (type_ != simple_table_type) return;
        json::object key{{"Name", "id"}, {"Type", "String"}};
        if (const json::object* given = object_in(given_, "PrimaryKey")) key = *given;
        const std::string_view type = text_in(key, "Type");
        const std::string_view name = text_in(key, "Name");
        // "String", "Number" and "Binary" become S, N and B.
        const json::object definition{{"AttributeName", name}, {"AttributeType", type.substr(0, 1)}};
        const json::object hash{{"AttributeName", name}, {"KeyType", "HASH"}};
        create_["AttributeDefinitions"].emplace_array().push_back(definition);
        create_["KeySchema"].emplace_array().push_back(hash);
    }

    void add_indexes(std::string_view name) {
        const json::value* const given = given_.if_contains(name);
        if (given == nullptr || !given->is_array()) return;
        json::array& indexes = create_[name].emplace_array();
        for (const json::value& each : given->get_array()) {
            if (!each.is_object()) continue;
            json::object index;
            for (const auto& member : each.get_object()) {
                if (contains(copied_of_index, member.key())) {
                    index[member.key()] = member.value();
                } else if (!contains(converted, member.key())) {
                    no_effect(std::string(member.key()).append(" of an index"), line_);
                }
            }
            if (const json::object* write =
                    object_in(each.get_object(), "WriteProvisionedThroughputSettings")) {
                index["ProvisionedThroughput"] = {{"ReadCapacityUnits", "1"},
                                                  {"WriteCapacityUnits", begin_of_scaling(*write, "Write")}};
            }
            indexes.push_back(std::move(index));
        }
        if (indexes.empty()) create_.erase(name);
    }

    /// CloudFormation has no StreamEnabled: the specification alone switches the stream on.
    void add_stream() {
        const json::object* const given = object_in(given_, "StreamSpecification");
        if (given == nullptr) return;
        json::object& stream = create_["StreamSpecification"].emplace_object();
        stream["StreamEnabled"] = true;
        for (const auto& member : *given) {
            if (member.key() == "StreamViewType" || member.key() == "StreamEnabled") {
                stream[member.key()] = member.value();
            } else {
                no_effect(std::string(member.key()).append(" of the stream"), line_);
            }
        }
    }

    void add_encryption() {
        const json::object* const given = object_in(given_, "SSESpecification");
        if (given == nullptr) return;
        json::object& encryption = create_["SSESpecification"].emplace_object();
        for (const auto& member : *given) {
            encryption[member.key() == "SSEEnabled" ? "Enabled" : std::string_view(member.key())] =
                member.value();
        }
    }

    /// Takes the settings of the replica in this region, or else of the first one.
    void add_replica() {
        const json::value* const given = given_.if_contains("Replicas");
        if (given == nullptr || !given->is_array() || given->get_array().empty()) return;
        const json::array& replicas = given->get_array();
        const auto here = std::ranges::find_if(replicas, [this](const json::value& each) {
            return each.is_object() && text_in(each.get_object(), "Region") == values_.settings().region;
        });
        const json::value& chosen = here == replicas.end() ? replicas.front() : *here;
        if (!chosen.is_object()) return;
        if (replicas.size() > 1) {
            values_.gaps().add(line_, "there are no global tables here; " +
                                          std::string(text_in(chosen.get_object(), "Region")) +
                                          " is the only replica of " +
                                          std::string(text_in(create_, "TableName")));
        }
        for (const auto& member : chosen.get_object()) {
            if (contains(copied, member.key())) {
                create_[member.key()] = member.value();
            } else if (!contains(converted, member.key())) {
                no_effect(std::string(member.key()).append(" of a replica"), line_);
            }
        }
        add_global_throughput(chosen.get_object());
    }

    void add_global_throughput(const json::object& replica) {
        json::object units{{"ReadCapacityUnits", "1"}, {"WriteCapacityUnits", "1"}};
        if (const json::object* write = object_in(given_, "WriteProvisionedThroughputSettings")) {
            units["WriteCapacityUnits"] = begin_of_scaling(*write, "Write");
        }
        if (const json::object* read = object_in(replica, "ReadProvisionedThroughputSettings")) {
            units["ReadCapacityUnits"] = begin_of_scaling(*read, "Read");
        }
        const std::string_view billing = text_in(given_, "BillingMode");
        if (billing != "PAY_PER_REQUEST") create_["ProvisionedThroughput"] = std::move(units);
        if (const json::object* write = object_in(given_, "WriteOnDemandThroughputSettings")) {
            create_["OnDemandThroughput"] = *write;
        }
    }

    /// A simple table is on demand unless it has a throughput.
    void add_billing() {
        if (type_ != simple_table_type || create_.contains("ProvisionedThroughput")) return;
        create_["BillingMode"] = "PAY_PER_REQUEST";
    }

    const std::string_view type_;
    StackValues& values_;
    /// The line of the resource.
    int line_ = 0;
    /// The properties, in which the functions of CloudFormation are replaced by their results.
    json::object given_;
    /// The body of CreateTable.
    json::object create_;
};

}  // namespace

bool is_table_type(std::string_view type) {
    return type == table_type || type == global_table_type || type == simple_table_type;
}

DeclaredTable read_table_resource(const std::string& logical_name, const Node& resource,
                                  StackValues& values) {
    const Node* const type = resource.find("Type");
    return TableResource(type == nullptr ? table_type : std::string_view(type->text), values)
        .read(logical_name, resource);
}

}  // namespace tailrace::server
