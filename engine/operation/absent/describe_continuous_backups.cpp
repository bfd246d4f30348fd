#include "engine/operation/absent/continuous_backups.hpp"
#include "engine/operation/operation.hpp"

namespace tailrace::operation {

std::string describe_continuous_backups(OperationContext& context, const Request& request) {
    const std::string_view table_name = request.table_name();
    const auto backups = context.read([&](table::ReadSession& session) {
        const table::TableDefinition& table = backed_up_table(session, table_name);
        return ContinuousBackups{table.point_in_time_recovery, session.now()};
    });
    return continuous_backups_answer(backups);
}

}  // namespace tailrace::operation
