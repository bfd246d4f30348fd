#include "engine/operation/transactions/write_transaction.hpp"

#include "engine/model/api_error.hpp"
#include "engine/operation/items/item_collection_metrics.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/row_key.hpp"

namespace tailrace::operation {

WriteTransaction::WriteTransaction(table::WriteSession& session, const std::vector<TransactMember>& members)
    : session_(session), writer_(session), members_(members), reasons_(members.size()) {}

const table::TableDefinition& WriteTransaction::table_of(const TransactMember& member) const {
    return session_.table(member.table_name());
}

void WriteTransaction::decide() {
    for (const TransactMember& member : members_) table_of(member);
    // AWS gives a reason only for the first member that cannot be carried out.
    for (std::size_t i = 0; i < members_.size(); ++i) {
        reasons_.guard(i, [&] { plan(members_[i]); });
        if (reasons_.has(i)) break;
    }
    if (rows_.size() < writes_.size()) {
        throw ApiError::validation("Transaction request cannot include multiple operations on one item");
    }
    reasons_.require_none();
    for (std::size_t i = 0; i < members_.size(); ++i) {
        reasons_.guard(i, [&] { decide(i); });
    }
    reasons_.require_none();
}

void WriteTransaction::plan(const TransactMember& member) {
    const table::TableDefinition& table = table_of(member);
    member.check(table);
    std::string row = table::base_row_key(table, member.key());
    rows_.emplace(&table, row);
    steps_.push_back(member.step(table));
    writes_.push_back({table, std::move(row), steps_.back().get(), member.condition()});
}

void WriteTransaction::decide(std::size_t place) {
    const table::WriteDecision& decision = decisions_.emplace_back(writer_.decide(writes_[place]));
    if (decision.condition_held) return;
    reasons_.add_failed_condition(place, decision, members_[place].returns_failed_item());
}

ConsumedCapacities WriteTransaction::apply(std::chrono::milliseconds duration) {
    ConsumedCapacities consumed;
    for (const table::WriteDecision& decision : decisions_) {
        session_.hold_item(*decision.table, decision.row_key, duration);
        table::Capacity capacity = writer_.apply(decision);
        // A transactional write costs double, on the table and on its indexes.
        capacity.add(table::Capacity(capacity));
        consumed.add(*decision.table, capacity);
    }
    return consumed;
}

ConsumedCapacities WriteTransaction::repeat() {
    table::ItemReader reader(session_, table::Consistency::transactional);
    ConsumedCapacities consumed;
    for (const TransactMember& member : members_) {
        const table::TableDefinition& table = table_of(member);
        consumed.add(table, reader.read(table, member.key()).capacity());
    }
    return consumed;
}

boost::json::object WriteTransaction::item_collections() const {
    ItemCollections collections;
    for (const TransactMember& member : members_) collections.add(table_of(member), member.key());
    return std::move(collections).json();
}

}  // namespace tailrace::operation
