#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/resource_arn.hpp"

// There are no backups here. Lists are empty, and a request that names a backup gets AWS's response for a
// deleted one.
namespace tailrace::operation {
namespace {

[[noreturn]] void refuse_backup(const OperationContext& context, const Request& request) {
    const std::string_view text = *request.text("BackupArn");
    const auto arn = ResourceArn::parse(text);
    if (!arn || arn->kind != "backup") throw ApiError::validation("Invalid Backup ARN");
    if (arn->account != context.options.account_id)
        throw ApiError(exceptions::access_denied, "Access is denied");
    throw ApiError(exceptions::backup_not_found, "Backup not found: " + std::string(text));
}

}  // namespace

std::string list_backups(OperationContext&, const Request&) {
    return R"({"BackupSummaries":[]})";
}

std::string describe_backup(OperationContext& context, const Request& request) {
    refuse_backup(context, request);
}

std::string delete_backup(OperationContext& context, const Request& request) {
    refuse_backup(context, request);
}

std::string restore_table_from_backup(OperationContext& context, const Request& request) {
    refuse_backup(context, request);
}

}  // namespace tailrace::operation
