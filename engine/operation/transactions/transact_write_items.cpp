#include "engine/operation/items/item_collection_metrics.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/transactions/request_token.hpp"
#include "engine/operation/transactions/transact_member.hpp"

namespace tailrace::operation {
namespace {

using Members = std::vector<TransactMember>;

table::WriteTransaction plan(table::WriteSession& session, const Members& members) {
    for (const TransactMember& member : members) session.table(member.table_name());
    table::WriteTransaction transaction(session, members.size(), table::EmptyKey::ends_request);
    // AWS gives a reason only for the first member that cannot be carried out.
    for (std::size_t i = 0; i < members.size(); ++i) {
        const table::TableDefinition& table = session.table(members[i].table_name());
        transaction.reasons().guard(i, [&] { transaction.add(members[i].plan(table)); });
        if (transaction.reasons().has(i)) break;
    }
    transaction.require_distinct();
    transaction.reasons().require_none();
    return transaction;
}

/// ItemCollectionMetrics by table.
boost::json::object item_collections(const table::WriteSession& session, const Members& members) {
    ItemCollections collections;
    for (const TransactMember& member : members) {
        collections.add(session.table(member.table_name()), member.key());
    }
    return std::move(collections).json();
}

struct TransactionReport {
    double capacity_units = 0;
    std::optional<boost::json::array> consumed;
    std::optional<boost::json::object> metrics;
};

}  // namespace

std::string transact_write_items(OperationContext& context, const Request& request) {
    const Members members = read_transact_members(request);
    const table::TransactionTerms terms{read_request_token(request, "TransactItems"),
                                        context.options.transaction_duration};
    const WriteReport wanted = WriteReport::read(request);

    const TransactionReport report = context.write_items([&](table::WriteSession& session) {
        const auto cost = table::carry_out(session, terms, [&] { return plan(session, members); });
        TransactionReport told{cost.consumed.total(), cost.consumed.json(wanted.capacity, cost.detail),
                               std::nullopt};
        if (wanted.metrics) told.metrics = item_collections(session, members);
        return told;
    });

    context.cost.capacity_units = report.capacity_units;
    context.cost.items_written = members.size();
    ResponseBody body;
    if (report.consumed) body.member("ConsumedCapacity", *report.consumed);
    if (report.metrics) body.member("ItemCollectionMetrics", *report.metrics);
    return std::move(body).take();
}

}  // namespace tailrace::operation
