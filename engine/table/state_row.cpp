#include "engine/table/state_row.hpp"

namespace tailrace::table {

std::optional<std::string> StateRow::load() const {
    return database_.read([&](ReadSession& session) { return session.load_state(name_); });
}

void StateRow::save(std::string_view text) {
    database_.write([&](WriteSession& session) { session.save_state(name_, text); },
                    {.writes_rows_by_key = true});
}

void StateRow::save_with_others(std::string_view text) {
    database_.write_with_others([&](WriteSession& session) {
        session.save_state(name_, text);
        return true;
    });
}

bool StateRow::change(const Change& change, const OwnLease* lease) {
    const auto work = [&](WriteSession& session) {
        if (lease != nullptr && !session.transaction().keeps(*lease)) return false;
        session.save_state(name_, change(session.load_state(name_)));
        return true;
    };
    return database_.write(work, {.writes_rows_by_key = true});
}

void StateRow::erase() {
    database_.write([&](WriteSession& session) { session.erase_state(name_); }, {.writes_rows_by_key = true});
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
