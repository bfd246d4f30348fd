#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/database.hpp"

// There is only one region, so no table is global. Most of these operations are about global tables of the
// older kind, which AWS itself no longer creates. The messages are AWS's, as observed in October 2026.
namespace tailrace::operation {
namespace {

std::string no_global_table(std::string_view name) {
    return "Global table with name: '" + std::string(name) + "' does not exist.";
}

[[noreturn]] void refuse_settings(const Request& request) {
    throw ApiError(exceptions::global_table_not_found, no_global_table(*request.text("GlobalTableName")));
}

[[noreturn]] void refuse_auto_scaling(const Request& request) {
    const std::string_view name = table::table_name_of(request.table_name());
    throw ApiError::resource_not_found(no_global_table(name));
}

}  // namespace

std::string list_global_tables(OperationContext&, const Request&) {
    return R"({"GlobalTables":[]})";
}

std::string create_global_table(OperationContext&, const Request&) {
    throw ApiError::validation(
        "One or more parameter values were invalid: DynamoDB global tables version 2017.11.29 is not "
        "supported. We recommend using DynamoDB global tables version 2019.11.21, instead of version "
        "2017.11.29 (Legacy).");
}

std::string describe_global_table(OperationContext&, const Request& request) {
    throw ApiError(exceptions::global_table_not_found,
                   "Global table not found: " + no_global_table(*request.text("GlobalTableName")));
}

std::string describe_global_table_settings(OperationContext&, const Request& request) {
    refuse_settings(request);
}

std::string update_global_table_settings(OperationContext&, const Request& request) {
    refuse_settings(request);
}

std::string describe_table_replica_auto_scaling(OperationContext&, const Request& request) {
    refuse_auto_scaling(request);
}

std::string update_table_replica_auto_scaling(OperationContext&, const Request& request) {
    refuse_auto_scaling(request);
}

}  // namespace tailrace::operation
