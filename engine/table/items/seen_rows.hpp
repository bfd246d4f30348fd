#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "engine/storage/row_history.hpp"
#include "engine/table/database.hpp"
#include "engine/table/items/capacity.hpp"

namespace tailrace::table {

/// The rows of a table, or of one of its indexes, as a read sees them. That is the newest rows, unless reads
/// of the table lag behind: then an eventually consistent read, and every read of a global index, sees them
/// as they were a while ago.
class SeenRows {
  public:
    /// `index` is null for the table itself. The session outlives the rows.
    SeenRows(ReadSession& session, const TableDefinition& table, const IndexDefinition* index,
             Consistency consistency)
        : rows_(session.rows()), space_(index != nullptr ? index->space : table.space) {
        if (session.past() != nullptr) look_back(session, table, index, consistency);
    }

    std::optional<storage::StoredValue> get(std::string_view row_key) const {
        return history_ == nullptr ? rows_.get(space_, row_key) : get_past(row_key);
    }
    /// The cursor must be destroyed before the session, and before a write.
    std::unique_ptr<storage::Cursor> range(const storage::KeyRange& rows, storage::Direction direction) const;

  private:
    void look_back(const ReadSession& session, const TableDefinition& table, const IndexDefinition* index,
                   Consistency consistency);
    std::optional<storage::StoredValue> get_past(std::string_view row_key) const;

    storage::ReadTransaction& rows_;
    const storage::SpaceId space_;
    /// Null if the newest rows are seen; else the rows before `commit_` are.
    const storage::RowHistory* history_ = nullptr;
    std::uint64_t commit_ = storage::RowHistory::newest;
};

}  // namespace tailrace::table
