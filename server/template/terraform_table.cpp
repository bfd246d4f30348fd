#include "server/template/terraform_table.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "server/template/terraform_references.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// Arguments that are read, that AWS makes, or that are Terraform's own.
constexpr std::array<std::string_view, 24> known_of_table = {
    "name",
    "hash_key",
    "range_key",
    "attribute",
    "billing_mode",
    "read_capacity",
    "write_capacity",
    "global_secondary_index",
    "stream_enabled",
    "local_secondary_index",
    "table_class",
    "stream_view_type",
    "ttl",
    "server_side_encryption",
    "tags",
    "on_demand_throughput",
    "tags_all",
    "deletion_protection_enabled",
    "arn",
    "id",
    "stream_arn",
    "stream_label",
    "timeouts",
    "region",
};

struct TableArgument {
    std::string_view terraform;
    std::string_view dynamodb;
};

/// Copies those arguments that have a value.
void copy_arguments(const Node& from, std::span<const TableArgument> arguments, json::object& to) {
    for (const auto& [terraform, dynamodb] : arguments) {
        const Node* const value = from.find(terraform);
        if (value != nullptr && !value->is_empty()) to[dynamodb] = to_json(*value);
    }
}

bool is_true_text(const Node* flag) {
    return flag != nullptr && flag->text == "true";
}

json::array terraform_keys(std::string_view partition_key, std::string_view sort_key) {
    json::array keys;
    if (!partition_key.empty()) keys.push_back({{"AttributeName", partition_key}, {"KeyType", "HASH"}});
    if (!sort_key.empty()) keys.push_back({{"AttributeName", sort_key}, {"KeyType", "RANGE"}});
    return keys;
}

/// An index has hash_key and range_key, or blocks key_schema if its key has several attributes.
json::array index_keys(const Node& index, std::string_view table_key) {
    const auto& blocks = index.items_of("key_schema");
    if (blocks.empty()) {
        return terraform_keys(table_key.empty() ? index.text_of("hash_key") : table_key,
                              index.text_of("range_key"));
    }
    json::array keys;
    for (const Node& each : blocks) {
        json::object& key = keys.emplace_back(json::object_kind).get_object();
        copy_arguments(each,
                       std::array{TableArgument{"attribute_name", "AttributeName"},
                                  TableArgument{"key_type", "KeyType"}},
                       key);
    }
    return keys;
}

json::object projection(const Node& index) {
    json::object made;
    copy_arguments(index,
                   std::array{TableArgument{"projection_type", "ProjectionType"},
                              TableArgument{"non_key_attributes", "NonKeyAttributes"}},
                   made);
    return made;
}

void add_terraform_throughput(const Node& owner, bool is_on_demand, json::object& to) {
    if (const Node* const limits = block_of(owner, "on_demand_throughput")) {
        json::object made;
        copy_arguments(*limits,
                       std::array{TableArgument{"max_read_request_units", "MaxReadRequestUnits"},
                                  TableArgument{"max_write_request_units", "MaxWriteRequestUnits"}},
                       made);
        if (!made.empty()) to["OnDemandThroughput"] = std::move(made);
    }
    if (is_on_demand) return;
    json::object units;
    copy_arguments(owner,
                   std::array{TableArgument{"read_capacity", "ReadCapacityUnits"},
                              TableArgument{"write_capacity", "WriteCapacityUnits"}},
                   units);
    if (!units.empty()) to["ProvisionedThroughput"] = std::move(units);
}

void add_terraform_indexes(const Node& values, bool is_on_demand, json::object& create) {
    json::array global, local;
    for (const Node& each : values.items_of("global_secondary_index")) {
        json::object index{{"IndexName", each.text_of("name")},
                           {"KeySchema", index_keys(each, {})},
                           {"Projection", projection(each)}};
        add_terraform_throughput(each, is_on_demand, index);
        global.push_back(std::move(index));
    }
    for (const Node& each : values.items_of("local_secondary_index")) {
        local.push_back({{"IndexName", each.text_of("name")},
                         {"KeySchema", index_keys(each, values.text_of("hash_key"))},
                         {"Projection", projection(each)}});
    }
    if (!global.empty()) create["GlobalSecondaryIndexes"] = std::move(global);
    if (!local.empty()) create["LocalSecondaryIndexes"] = std::move(local);
}

void add_terraform_stream(const Node& values, json::object& create) {
    if (!is_true_text(values.find("stream_enabled"))) return;
    create["StreamSpecification"] = {{"StreamEnabled", true},
                                     {"StreamViewType", values.text_of("stream_view_type")}};
}

void add_terraform_encryption(const Node& values, json::object& create) {
    const Node* const encryption = block_of(values, "server_side_encryption");
    if (encryption == nullptr || !is_true_text(encryption->find("enabled"))) return;
    json::object made{{"Enabled", true}, {"SSEType", "KMS"}};
    copy_arguments(*encryption, std::array{TableArgument{"kms_key_arn", "KMSMasterKeyId"}}, made);
    create["SSESpecification"] = std::move(made);
}

/// tags_all also has the default tags of the provider.
void add_terraform_tags(const Node& values, json::object& create) {
    const Node* const all = values.find("tags_all");
    const Node* const tags = all != nullptr && !all->is_empty() ? all : values.find("tags");
    if (tags == nullptr || tags->is_empty()) return;
    json::array& made = create["Tags"].emplace_array();
    for (const auto& [key, value] : tags->members) made.push_back({{"Key", key}, {"Value", value.text}});
}

std::optional<json::object> terraform_ttl(const Node& values) {
    const Node* const block_of_ttl = block_of(values, "ttl");
    if (block_of_ttl == nullptr || !is_true_text(block_of_ttl->find("enabled"))) return std::nullopt;
    return json::object{{"Enabled", true}, {"AttributeName", block_of_ttl->text_of("attribute_name")}};
}

/// A block with enabled = false asks for nothing.
bool asks_for_nothing(const Node& value) {
    if (value.is_empty() || value.text == "false") return true;
    const Node* const enabled = value.items.empty() ? nullptr : value.items.front().find("enabled");
    return enabled != nullptr && enabled->text == "false";
}

}  // namespace

DeclaredTable read_terraform_table(const std::string& address, const Node& values, Gaps& gaps) {
    DeclaredTable table{.logical_name = address, .place = gaps.place(values.line)};
    json::object& create = table.create_table;
    // Terraform's default is provisioned capacity, as DynamoDB's is.
    const bool is_on_demand = values.text_of("billing_mode") == "PAY_PER_REQUEST";
    create["TableName"] = values.text_of("name");
    json::array& attributes = create["AttributeDefinitions"].emplace_array();
    for (const Node& each : values.items_of("attribute")) {
        attributes.push_back(
            {{"AttributeName", each.text_of("name")}, {"AttributeType", each.text_of("type")}});
    }
    create["KeySchema"] = terraform_keys(values.text_of("hash_key"), values.text_of("range_key"));
    copy_arguments(
        values,
        std::array{TableArgument{"billing_mode", "BillingMode"}, TableArgument{"table_class", "TableClass"},
                   TableArgument{"deletion_protection_enabled", "DeletionProtectionEnabled"}},
        create);
    add_terraform_throughput(values, is_on_demand, create);
    add_terraform_indexes(values, is_on_demand, create);
    add_terraform_stream(values, create);
    add_terraform_encryption(values, create);
    add_terraform_tags(values, create);
    table.time_to_live = terraform_ttl(values);
    for (const auto& [name, value] : values.members) {
        // Warm throughput is AWS's own answer in most states, so it does not become a gap.
        const bool is_read =
            std::ranges::find(known_of_table, name) != known_of_table.end() || name == "warm_throughput";
        if (!is_read && !asks_for_nothing(value)) {
            gaps.add(value.line, name + " of aws_dynamodb_table has no effect here");
        }
    }
    return table;
}

}  // namespace tailrace::server
