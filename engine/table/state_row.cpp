#include "engine/table/state_row.hpp"

namespace tailrace::table {
namespace {

/// Throws StorageError unless this process has the lease of the database at the moment of the write.
void require_lease(const storage::Lease* lease, WriteSession& session) {
    if (lease == nullptr) return;
    const std::uint64_t fence = lease->fence();
    if (fence == 0) {
        throw storage::StorageError(
            "this process has not renewed its lease in time, so another may run the event source mappings; "
            "the last known owner is " +
            lease->owner());
    }
    if (fence == session.transaction().version().fence) return;
    throw storage::StorageError("another process runs the event source mappings now: " + lease->owner());
}

}  // namespace

std::optional<std::string> StateRow::load() const {
    return database_.read([&](ReadSession& session) { return session.load_state(name_); });
}

void StateRow::write(WriteSession& session, std::string_view text) const {
    if (writer_ == Writer::lease_owner) require_lease(database_.lease(), session);
    session.save_state(name_, text);
}

void StateRow::save(std::string_view text) {
    database_.write([&](WriteSession& session) { write(session, text); }, {.writes_rows_by_key = true});
}

void StateRow::save_with_others(std::string_view text) {
    database_.write_with_others([&](WriteSession& session) {
        write(session, text);
        return true;
    });
}

void StateRow::erase() {
    const auto erase = [&](WriteSession& session) {
        if (writer_ == Writer::lease_owner) require_lease(database_.lease(), session);
        session.erase_state(name_);
    };
    database_.write(erase, {.writes_rows_by_key = true});
}

void StateRows::visit(const std::function<void(std::string_view, std::string_view)>& take) const {
    database_.read([&](ReadSession& session) {
        session.visit_states(prefix_, [&](std::string_view name, std::string_view text) {
            take(name.substr(prefix_.size()), text);
        });
    });
}

void StateRows::save(std::string_view name, std::string_view text, std::span<const std::string> erased) {
    database_.write([&](WriteSession& session) {
        for (const std::string& each : erased) session.erase_state(prefix_ + each);
        session.save_state(std::string(prefix_).append(name), text);
    });
}

void StateRows::erase(std::span<const std::string> names) {
    if (names.empty()) return;
    database_.write([&](WriteSession& session) {
        for (const std::string& each : names) session.erase_state(prefix_ + each);
    });
}

}  // namespace tailrace::table
