#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/tables/table_description.hpp"
#include "engine/operation/tables/throughput_updates.hpp"

namespace tailrace::operation {

std::string describe_table(OperationContext& context, const Request& request) {
    const std::string_view table_name = request.table_name();
    const DescribedTable described = context.read([&](table::ReadSession& session) {
        const table::TableDefinition& table = session.described_table(table_name);
        DescribedTable found{table, session.counts(table)};
        forget_earlier_decreases(found.definition, session.now());
        // A transition that is over is not shown.
        if (table.transition_at(session.now()) == nullptr) found.definition.transition.reset();
        return found;
    });
    ResponseBody body;
    body.member("Table", describe(described));
    return std::move(body).take();
}

}  // namespace tailrace::operation
