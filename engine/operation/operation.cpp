#include "engine/operation/operation.hpp"

#include <algorithm>
#include <array>

#include "engine/model/places_by_length.hpp"

namespace tailrace::operation {

// Each is defined in the file of the same name, or together with related ones in a file of the folder absent.
Run batch_get_item, batch_write_item, create_global_table, create_table, delete_backup, delete_item,
    delete_table, describe_backup, describe_continuous_backups, describe_contributor_insights,
    describe_endpoints, describe_export, describe_global_table, describe_global_table_settings,
    describe_import, describe_kinesis_streaming_destination, describe_limits, describe_stream, describe_table,
    describe_table_replica_auto_scaling, describe_time_to_live, disable_kinesis_streaming_destination,
    get_item, get_records, get_resource_policy, get_shard_iterator, list_backups, list_contributor_insights,
    list_exports, list_global_tables, list_imports, list_streams, list_tables, list_tags_of_resource,
    put_item, query, restore_table_from_backup, scan, tag_resource, transact_get_items, transact_write_items,
    untag_resource, update_continuous_backups, update_global_table_settings, update_item, update_table,
    update_table_replica_auto_scaling, update_time_to_live;

namespace {

using validation::ExpressionParameters;

constexpr std::string_view condition[] = {"ConditionExpression"};
constexpr std::string_view before_condition[] = {"Expected", "ConditionalOperator"};
constexpr std::string_view update[] = {"UpdateExpression", "ConditionExpression"};
constexpr std::string_view before_update[] = {"AttributeUpdates", "Expected", "ConditionalOperator"};
constexpr std::string_view projection[] = {"ProjectionExpression"};
constexpr std::string_view before_projection[] = {"AttributesToGet"};
constexpr std::string_view query_expressions[] = {"ProjectionExpression", "FilterExpression",
                                                  "KeyConditionExpression"};
constexpr std::string_view before_query[] = {"AttributesToGet", "QueryFilter", "ConditionalOperator",
                                             "KeyConditions"};
constexpr std::string_view scan_expressions[] = {"ProjectionExpression", "FilterExpression"};
constexpr std::string_view before_scan[] = {"AttributesToGet", "ScanFilter", "ConditionalOperator"};

constexpr std::string_view item[] = {"Item"};
constexpr std::string_view batch_items[] = {"RequestItems", "", "", "PutRequest", "Item"};

constexpr Wording reads_newer{.values = ValueWords::newer};
constexpr Wording writes_newer{.values = ValueWords::newer, .counts_faults = true};

constexpr std::array rows = {
    Operation{.name = "BatchGetItem", .wording = reads_newer, .touches_items = true, .run = batch_get_item},
    Operation{.name = "BatchWriteItem", .items = batch_items, .touches_items = true, .run = batch_write_item},
    Operation{.name = "CreateGlobalTable", .run = create_global_table},
    Operation{.name = "CreateTable", .run = create_table},
    Operation{.name = "DeleteBackup", .run = delete_backup},
    Operation{.name = "DeleteItem",
              .wording = writes_newer,
              .expressions = {condition, before_condition},
              .touches_items = true,
              .run = delete_item},
    Operation{.name = "DeleteTable", .takes_long = true, .run = delete_table},
    Operation{.name = "DescribeBackup", .run = describe_backup},
    Operation{.name = "DescribeContinuousBackups", .run = describe_continuous_backups},
    Operation{.name = "DescribeContributorInsights", .run = describe_contributor_insights},
    Operation{.name = "DescribeEndpoints", .run = describe_endpoints},
    Operation{.name = "DescribeExport", .run = describe_export},
    Operation{.name = "DescribeGlobalTable", .run = describe_global_table},
    Operation{.name = "DescribeGlobalTableSettings", .run = describe_global_table_settings},
    Operation{.name = "DescribeImport", .run = describe_import},
    Operation{.name = "DescribeKinesisStreamingDestination", .run = describe_kinesis_streaming_destination},
    Operation{.name = "DescribeLimits", .run = describe_limits},
    Operation{.name = "DescribeStream", .service = Service::streams, .run = describe_stream},
    Operation{.name = "DescribeTable", .run = describe_table},
    Operation{.name = "DescribeTableReplicaAutoScaling", .run = describe_table_replica_auto_scaling},
    Operation{.name = "DescribeTimeToLive", .run = describe_time_to_live},
    Operation{.name = "DisableKinesisStreamingDestination", .run = disable_kinesis_streaming_destination},
    Operation{.name = "GetItem",
              .wording = reads_newer,
              .expressions = {projection, before_projection},
              .touches_items = true,
              .run = get_item},
    Operation{.name = "GetRecords", .service = Service::streams, .run = get_records},
    Operation{.name = "GetResourcePolicy", .run = get_resource_policy},
    Operation{.name = "GetShardIterator", .service = Service::streams, .run = get_shard_iterator},
    Operation{.name = "ListBackups", .run = list_backups},
    Operation{.name = "ListContributorInsights", .run = list_contributor_insights},
    Operation{.name = "ListExports", .run = list_exports},
    Operation{.name = "ListGlobalTables", .run = list_global_tables},
    Operation{.name = "ListImports", .run = list_imports},
    Operation{.name = "ListStreams", .service = Service::streams, .run = list_streams},
    Operation{.name = "ListTables", .run = list_tables},
    Operation{.name = "ListTagsOfResource", .run = list_tags_of_resource},
    Operation{.name = "PutItem",
              .wording = writes_newer,
              .expressions = {condition, before_condition},
              .items = item,
              .touches_items = true,
              .run = put_item},
    Operation{.name = "Query",
              .wording = reads_newer,
              .expressions = {query_expressions, before_query},
              .touches_items = true,
              .run = query},
    Operation{.name = "RestoreTableFromBackup", .run = restore_table_from_backup},
    Operation{
        .name = "Scan", .expressions = {scan_expressions, before_scan}, .touches_items = true, .run = scan},
    Operation{.name = "TagResource", .run = tag_resource},
    Operation{.name = "TransactGetItems", .touches_items = true, .run = transact_get_items},
    Operation{.name = "TransactWriteItems", .touches_items = true, .run = transact_write_items},
    Operation{.name = "UntagResource", .run = untag_resource},
    Operation{.name = "UpdateContinuousBackups", .run = update_continuous_backups},
    Operation{.name = "UpdateGlobalTableSettings", .run = update_global_table_settings},
    Operation{.name = "UpdateItem",
              .wording = writes_newer,
              .expressions = {update, before_update},
              .touches_items = true,
              .run = update_item},
    Operation{.name = "UpdateTable", .takes_long = true, .run = update_table},
    Operation{.name = "UpdateTableReplicaAutoScaling", .run = update_table_replica_auto_scaling},
    Operation{.name = "UpdateTimeToLive", .run = update_time_to_live},
};

static_assert(std::ranges::is_sorted(rows, {}, &Operation::name));

constexpr PlacesByLength places(rows, [](const Operation& row) { return row.name; });

const auto table_of_operations = with_input_shapes(rows);

}  // namespace

std::span<const Operation> operations() {
    return table_of_operations;
}

const Operation* find_operation(std::string_view name) {
    for (const std::size_t place : places.of_length(name.size())) {
        if (rows[place].name == name) return &table_of_operations[place];
    }
    return nullptr;
}

}  // namespace tailrace::operation
