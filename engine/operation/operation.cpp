#include "engine/operation/operation.hpp"

#include <algorithm>
#include <array>

namespace tailrace::operation {
namespace {

constexpr std::array table_of_operations = {
    Operation{"BatchGetItem", Access::read, batch_get_item},
    Operation{"BatchWriteItem", Access::write, batch_write_item},
    Operation{"CreateGlobalTable", Access::read, create_global_table},
    Operation{"CreateTable", Access::write, create_table},
    Operation{"DeleteBackup", Access::read, delete_backup},
    Operation{"DeleteItem", Access::write, delete_item},
    Operation{"DeleteTable", Access::write, delete_table},
    Operation{"DescribeBackup", Access::read, describe_backup},
    Operation{"DescribeContinuousBackups", Access::read, describe_continuous_backups},
    Operation{"DescribeContributorInsights", Access::read, describe_contributor_insights},
    Operation{"DescribeEndpoints", Access::read, describe_endpoints},
    Operation{"DescribeExport", Access::read, describe_export},
    Operation{"DescribeGlobalTable", Access::read, describe_global_table},
    Operation{"DescribeGlobalTableSettings", Access::read, describe_global_table_settings},
    Operation{"DescribeImport", Access::read, describe_import},
    Operation{"DescribeKinesisStreamingDestination", Access::read, describe_kinesis_streaming_destination},
    Operation{"DescribeLimits", Access::read, describe_limits},
    Operation{"DescribeStream", Access::read, describe_stream},
    Operation{"DescribeTable", Access::read, describe_table},
    Operation{"DescribeTableReplicaAutoScaling", Access::read, describe_table_replica_auto_scaling},
    Operation{"DescribeTimeToLive", Access::read, describe_time_to_live},
    Operation{"DisableKinesisStreamingDestination", Access::read, disable_kinesis_streaming_destination},
    Operation{"GetItem", Access::read, get_item},
    Operation{"GetRecords", Access::read, get_records},
    Operation{"GetResourcePolicy", Access::read, get_resource_policy},
    Operation{"GetShardIterator", Access::read, get_shard_iterator},
    Operation{"ListBackups", Access::read, list_backups},
    Operation{"ListContributorInsights", Access::read, list_contributor_insights},
    Operation{"ListExports", Access::read, list_exports},
    Operation{"ListGlobalTables", Access::read, list_global_tables},
    Operation{"ListImports", Access::read, list_imports},
    Operation{"ListStreams", Access::read, list_streams},
    Operation{"ListTables", Access::read, list_tables},
    Operation{"ListTagsOfResource", Access::read, list_tags_of_resource},
    Operation{"PutItem", Access::write, put_item},
    Operation{"Query", Access::read, query},
    Operation{"RestoreTableFromBackup", Access::read, restore_table_from_backup},
    Operation{"Scan", Access::read, scan},
    Operation{"TagResource", Access::write, tag_resource},
    Operation{"TransactGetItems", Access::read, transact_get_items},
    Operation{"TransactWriteItems", Access::write, transact_write_items},
    Operation{"UntagResource", Access::write, untag_resource},
    Operation{"UpdateContinuousBackups", Access::write, update_continuous_backups},
    Operation{"UpdateGlobalTableSettings", Access::read, update_global_table_settings},
    Operation{"UpdateItem", Access::write, update_item},
    Operation{"UpdateTable", Access::write, update_table},
    Operation{"UpdateTableReplicaAutoScaling", Access::read, update_table_replica_auto_scaling},
    Operation{"UpdateTimeToLive", Access::write, update_time_to_live},
};

static_assert(std::ranges::is_sorted(table_of_operations, {}, &Operation::name));

}  // namespace

std::span<const Operation> operations() {
    return table_of_operations;
}

const Operation* find_operation(std::string_view name) {
    const auto found = std::ranges::lower_bound(table_of_operations, name, {}, &Operation::name);
    return found != table_of_operations.end() && found->name == name ? &*found : nullptr;
}

}  // namespace tailrace::operation
