#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/table/database.hpp"
#include "engine/table/store.hpp"

namespace tailrace::table {

/// One row of durable state that a layer above keeps under a name that it chooses. Thread-safe. All functions
/// throw StorageError.
class StateRow {
  public:
    /// The database must outlive the row.
    StateRow(Database& database, std::string name) : database_(database), name_(std::move(name)) {}

    /// The text that was saved last; nullopt if there is none.
    std::optional<std::string> load() const;
    void save(std::string_view text);
    /// See Database::write_with_others().
    void save_with_others(std::string_view text);
    using Change = std::function<std::string(const std::optional<std::string>& text)>;
    /// Saves what `change` returns for the text that was saved last. Other processes may do the same at the
    /// same time. With a lease it is saved only if this process still has it; otherwise returns false.
    bool change(const Change& change, const OwnLease* lease = nullptr);
    void erase();
    /// True if other processes may write the row, too.
    bool is_shared() const { return database_.lease() != nullptr; }

  private:
    Database& database_;
    const std::string name_;
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
