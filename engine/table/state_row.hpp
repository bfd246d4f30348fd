#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/table/database.hpp"

namespace tailrace::table {

/// One row of durable state that a layer above keeps under a name of its own. Thread-safe. All throw
/// StorageError.
class StateRow {
  public:
    /// The database outlives the row.
    StateRow(Database& database, std::string name) : database_(database), name_(std::move(name)) {}

    /// What was saved last; nothing where nothing was.
    std::optional<std::string> load() const;
    void save(std::string_view text);
    void erase();

  private:
    Database& database_;
    const std::string name_;
};

/// Many such rows, whose names begin alike. Thread-safe. All throw StorageError.
class StateRows {
  public:
    /// The database outlives the rows.
    StateRows(Database& database, std::string prefix) : database_(database), prefix_(std::move(prefix)) {}

    /// Calls `take` with each row, named without the prefix, in the order of the names.
    void visit(const std::function<void(std::string_view name, std::string_view text)>& take) const;
    /// Saves one row and erases others, in one commit.
    void save(std::string_view name, std::string_view text, std::span<const std::string> erased = {});
    void erase(std::span<const std::string> names);

  private:
    Database& database_;
    const std::string prefix_;
};

}  // namespace tailrace::table
