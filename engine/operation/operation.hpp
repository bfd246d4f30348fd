#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "engine/table/database.hpp"

namespace tailrace::operation {

/// What an operation works with. One request has one; the database behind it is shared and has its own lock.
struct OperationContext {
    table::Database& database;
    const Clock& clock;
    const EngineOptions& options;
    const Caller& caller;
};

enum class Access { read, write };

/// One operation of the API. `run` gets a request whose shape has been checked and returns the response body;
/// it throws ApiError for every answer that is an error. Parsing and binding stand before the call into the
/// database, so that they run outside its lock.
struct Operation {
    std::string_view name;
    Access access;
    std::string (*run)(OperationContext& context, const boost::json::object& request);
};

/// Every operation, in alphabetical order.
std::span<const Operation> operations();

/// Null when there is no operation of that name.
const Operation* find_operation(std::string_view name);

std::string batch_get_item(OperationContext& context, const boost::json::object& request);
std::string batch_write_item(OperationContext& context, const boost::json::object& request);
std::string create_global_table(OperationContext& context, const boost::json::object& request);
std::string create_table(OperationContext& context, const boost::json::object& request);
std::string delete_backup(OperationContext& context, const boost::json::object& request);
std::string delete_item(OperationContext& context, const boost::json::object& request);
std::string delete_table(OperationContext& context, const boost::json::object& request);
std::string describe_backup(OperationContext& context, const boost::json::object& request);
std::string describe_continuous_backups(OperationContext& context, const boost::json::object& request);
std::string describe_contributor_insights(OperationContext& context, const boost::json::object& request);
std::string describe_endpoints(OperationContext& context, const boost::json::object& request);
std::string describe_export(OperationContext& context, const boost::json::object& request);
std::string describe_global_table(OperationContext& context, const boost::json::object& request);
std::string describe_global_table_settings(OperationContext& context, const boost::json::object& request);
std::string describe_import(OperationContext& context, const boost::json::object& request);
std::string describe_kinesis_streaming_destination(OperationContext& context,
                                                   const boost::json::object& request);
std::string describe_limits(OperationContext& context, const boost::json::object& request);
std::string describe_stream(OperationContext& context, const boost::json::object& request);
std::string describe_table(OperationContext& context, const boost::json::object& request);
std::string describe_table_replica_auto_scaling(OperationContext& context,
                                                const boost::json::object& request);
std::string describe_time_to_live(OperationContext& context, const boost::json::object& request);
std::string disable_kinesis_streaming_destination(OperationContext& context,
                                                  const boost::json::object& request);
std::string get_item(OperationContext& context, const boost::json::object& request);
std::string get_records(OperationContext& context, const boost::json::object& request);
std::string get_resource_policy(OperationContext& context, const boost::json::object& request);
std::string get_shard_iterator(OperationContext& context, const boost::json::object& request);
std::string list_backups(OperationContext& context, const boost::json::object& request);
std::string list_contributor_insights(OperationContext& context, const boost::json::object& request);
std::string list_exports(OperationContext& context, const boost::json::object& request);
std::string list_global_tables(OperationContext& context, const boost::json::object& request);
std::string list_imports(OperationContext& context, const boost::json::object& request);
std::string list_streams(OperationContext& context, const boost::json::object& request);
std::string list_tables(OperationContext& context, const boost::json::object& request);
std::string list_tags_of_resource(OperationContext& context, const boost::json::object& request);
std::string put_item(OperationContext& context, const boost::json::object& request);
std::string query(OperationContext& context, const boost::json::object& request);
std::string restore_table_from_backup(OperationContext& context, const boost::json::object& request);
std::string scan(OperationContext& context, const boost::json::object& request);
std::string tag_resource(OperationContext& context, const boost::json::object& request);
std::string transact_get_items(OperationContext& context, const boost::json::object& request);
std::string transact_write_items(OperationContext& context, const boost::json::object& request);
std::string untag_resource(OperationContext& context, const boost::json::object& request);
std::string update_continuous_backups(OperationContext& context, const boost::json::object& request);
std::string update_global_table_settings(OperationContext& context, const boost::json::object& request);
std::string update_item(OperationContext& context, const boost::json::object& request);
std::string update_table(OperationContext& context, const boost::json::object& request);
std::string update_table_replica_auto_scaling(OperationContext& context, const boost::json::object& request);
std::string update_time_to_live(OperationContext& context, const boost::json::object& request);

}  // namespace tailrace::operation
