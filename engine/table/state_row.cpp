#include "engine/table/state_row.hpp"

namespace tailrace::table {

std::optional<std::string> StateRow::load() const {
    return database_.read([&](ReadSession& session) { return session.load_state(name_); });
}

void StateRow::save(std::string_view text) {
    database_.write([&](WriteSession& session) { session.save_state(name_, text); });
}

void StateRow::erase() {
    database_.write([&](WriteSession& session) { session.erase_state(name_); });
}

}  // namespace tailrace::table
