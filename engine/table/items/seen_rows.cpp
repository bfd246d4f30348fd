#include "engine/table/items/seen_rows.hpp"

namespace tailrace::table {

void SeenRows::look_back(const ReadSession& session, const TableDefinition& table,
                         const IndexDefinition* index, Consistency consistency) {
    const bool is_late = consistency == Consistency::eventual || (index != nullptr && index->global);
    Past& past = *session.past();
    const std::chrono::milliseconds lag = past.lag_of(table, index);
    if (!is_late || lag.count() == 0) return;
    commit_ = past.history.first_after(session.now() - lag, session.now());
    if (commit_ != storage::RowHistory::newest) history_ = &past.history;
}

std::optional<storage::StoredValue> SeenRows::get_past(std::string_view row_key) const {
    const std::optional<storage::StoredValue>* const before = history_->find(space_, row_key, commit_);
    return before != nullptr ? *before : rows_.get(space_, row_key);
}

std::unique_ptr<storage::Cursor> SeenRows::range(const storage::KeyRange& rows,
                                                 storage::Direction direction) const {
    auto cursor = rows_.range(space_, rows, direction);
    if (history_ == nullptr) return cursor;
    return history_->range(std::move(cursor), {space_, rows, direction}, commit_);
}

}  // namespace tailrace::table
