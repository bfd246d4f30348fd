#include "engine/table/items/discarded_spaces.hpp"

#include <optional>

#include "engine/model/hold_budget.hpp"

namespace tailrace::table {
namespace {

/// Few enough that the largest items fit a slice.
constexpr std::size_t rows_at_once = 16;

/// Erases rows of the space until the slice is over or the space is gone.
void clear_slice(WriteSession& session, storage::SpaceId space, TimeSlice& slice) {
    while (slice.takes_row()) {
        if (session.transaction().erase_first(space, rows_at_once)) continue;
        session.drop_discarded_space(space);
        return;
    }
}

}  // namespace

void clear_discarded_spaces(Database& database, const SliceLimits& limits) {
    const auto next = [](ReadSession& session) { return session.discarded_space(); };
    std::optional<storage::SpaceId> space = database.read(next);
    HoldBudget budget(limits);
    while (space) {
        space = database.write_slice(budget, [&](WriteSession& session, const SliceLimits& next_limits) {
            // Another thread may have cleared it in the meantime.
            const auto first = session.discarded_space();
            if (!first) return first;
            TimeSlice slice(next_limits);
            clear_slice(session, *first, slice);
            return session.discarded_space();
        });
    }
}

void try_to_clear_discarded_spaces(Database& database, const SliceLimits& limits) {
    try {
        clear_discarded_spaces(database, limits);
    } catch (const storage::StorageError&) {
        // The next write reports the fault.
    }
}

}  // namespace tailrace::table
