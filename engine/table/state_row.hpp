#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/table/database.hpp"

namespace tailrace::table {

/// One row of durable state that a layer above keeps under a name that it chooses. Thread-safe. All functions
/// throw StorageError.
class StateRow {
  public:
    enum class Writer { any, lease_owner };

    /// The database must outlive the row. In a store with several processes, only the one that has the lease
    /// may write a row of lease_owner.
    StateRow(Database& database, std::string name, Writer writer = Writer::any)
        : database_(database), name_(std::move(name)), writer_(writer) {}

    /// The text that was saved last; nullopt if there is none.
    std::optional<std::string> load() const;
    void save(std::string_view text);
    /// See Database::write_with_others().
    void save_with_others(std::string_view text);
    void erase();

  private:
    void write(WriteSession& session, std::string_view text) const;

    Database& database_;
    const std::string name_;
    const Writer writer_;
};

/// Many such rows, whose names have a common prefix. Thread-safe. All functions throw StorageError.
class StateRows {
  public:
    /// The database must outlive the rows.
    StateRows(Database& database, std::string prefix) : database_(database), prefix_(std::move(prefix)) {}

    /// Calls `take` for each row, with its name without the prefix, in the order of the names.
    void visit(const std::function<void(std::string_view name, std::string_view text)>& take) const;
    /// Saves one row and erases others, in one commit.
    void save(std::string_view name, std::string_view text, std::span<const std::string> erased = {});
    void erase(std::span<const std::string> names);
    /// True if other processes may write the rows, too.
    bool are_shared() const { return database_.lease() != nullptr; }

  private:
    Database& database_;
    const std::string prefix_;
};

}  // namespace tailrace::table
