#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/sqlite_connection.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// Reads the rows of one space through one connection. It keeps the statements for it, each prepared when it
/// is first needed. `has_large_values` is true if the space has ever had a large value (see LargeValues).
class SpaceReads {
  public:
    SpaceReads(sqlite3* connection, SpaceId space) : connection_(connection), space_(space) {}

    std::optional<StoredValue> get(std::string_view key, bool has_large_values);
    /// The cursor must be destroyed before this object.
    std::unique_ptr<Cursor> range(const KeyRange& range, Direction direction, bool has_large_values);
    /// Forgets the statements that read large values, whose table may be gone.
    void forget_large_values();

  private:
    static constexpr std::size_t range_kinds = 8;

    sqlite3* connection_;
    SpaceId space_;
    Statement get_;
    /// For a space that has large values.
    Statement get_large_;
    /// Idle statements for ranges, by kind. A cursor takes one and returns it, so cursors can be nested.
    std::array<std::vector<Statement>, range_kinds> ranges_;
};

}  // namespace tailrace::storage
