#include "engine/table/transactions/write_transaction.hpp"

#include "engine/table/items/held_items.hpp"
#include "engine/table/items/item_reader.hpp"

namespace tailrace::table {

WriteRequest PlannedWrite::request() const {
    return {.table = table, .row_key = row_key, .step = step.get(), .condition = condition.get()};
}

WriteTransaction::WriteTransaction(WriteSession& session, std::size_t members, EmptyKey empty_key)
    : session_(session), writer_(session, Consistency::transactional), reasons_(members, empty_key) {}

void WriteTransaction::add(PlannedWrite write) {
    items_.add(write.table, write.row_key);
    writes_.push_back(std::move(write));
}

void WriteTransaction::decide() {
    if (session_.transaction().is_beside()) expect();
    for (std::size_t member = 0; member < writes_.size(); ++member) {
        reasons_.guard(member, [&] { decide(member); });
    }
    reasons_.require_none();
}

/// A member whose item others have held for too long ends the transaction before anything is decided.
void WriteTransaction::expect() {
    std::vector<storage::RowName> items;
    items.reserve(writes_.size());
    for (const PlannedWrite& each : writes_) items.push_back({each.table.space, each.row_key});
    const std::optional<std::size_t> held = expect_items(session_, items);
    if (!held) return;
    reasons_.add_refusal(*held, ItemRefused(ApiError(exceptions::transaction_conflict)));
    reasons_.require_none();
}

void WriteTransaction::decide(std::size_t member) {
    const PlannedWrite& write = writes_[member];
    const WriteDecision& decision = decisions_.emplace_back(writer_.decide(write.request()));
    if (!decision.condition_held) reasons_.add(member, write.failure, decision);
}

ConsumedCapacities WriteTransaction::apply(std::chrono::milliseconds hold_duration) {
    ConsumedCapacities consumed;
    for (const WriteDecision& decision : decisions_) {
        session_.hold_item(*decision.table, decision.row_key, hold_duration);
        consumed.add(*decision.table, writer_.apply(decision));
    }
    return consumed;
}

ConsumedCapacities WriteTransaction::repeat() {
    ItemReader reader(session_, Consistency::transactional);
    ConsumedCapacities consumed;
    for (const PlannedWrite& write : writes_) {
        const Capacity capacity = reader.read_admitted(write.table, write.row_key).capacity();
        consumed.add(write.table, capacity);
        if (!session_.is_metered()) continue;
        session_.consume(
            {.table = write.table, .row_key = write.row_key, .kind = AccessKind::transactional_read},
            capacity.table);
    }
    return consumed;
}

}  // namespace tailrace::table
