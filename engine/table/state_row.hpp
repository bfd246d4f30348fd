#pragma once

#include <optional>
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

}  // namespace tailrace::table
