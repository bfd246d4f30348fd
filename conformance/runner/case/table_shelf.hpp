#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "conformance/runner/case/caller.hpp"
#include "conformance/runner/case/case_file.hpp"

namespace tailrace::conformance {

/// A table could not be created, or did not reach the awaited state in time.
class TableFailure : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Creates the tables of a run and deletes them. All their names begin with the run's prefix. Callers on
/// different threads may use it at once.
class TableShelf {
  public:
    TableShelf(const Suite& suite, std::string prefix) : suite_(suite), prefix_(std::move(prefix)) {}

    /// The name of the table of this shape that all cases share.
    std::string shared_name(const std::string& shape) const { return prefix_ + "-" + shape; }
    /// The name of a case's own table; `unique` is the case's Scope::unique().
    std::string own_name(const std::string& unique, const std::string& word) const;
    /// The name of a table that the case itself creates.
    std::string new_name(const std::string& unique, const std::string& word) const;

    /// Creates these tables (shapes by name) and waits until all are usable. Throws TableFailure.
    void make(Caller& caller, const std::map<std::string, std::string>& shapes);
    /// Creates the shared tables of these shapes, as far as the endpoint allows. Call before other threads
    /// use them.
    void make_shared(Caller& caller, const std::set<std::string>& shapes);
    /// Throws TableFailure if the shared table of this shape could not be created.
    void check_shared(const std::string& shape) const;

    /// Waits until the table and all its indexes are active. Throws TableFailure after `patience`.
    static void wait_until_active(Caller& caller, const std::string& name, std::chrono::seconds patience);
    static void wait_until_deleted(Caller& caller, const std::string& name, std::chrono::seconds patience);
    /// Deletes the table if it exists, turning off its deletion protection if necessary. Throws TableFailure.
    static void remove(Caller& caller, const std::string& name);

    /// The tables whose names begin with `prefix`.
    static std::vector<std::string> names_with(Caller& caller, const std::string& prefix);
    /// Deletes these tables and waits until they are gone. If one cannot be deleted, deletes the others and
    /// then throws TableFailure.
    static void remove_all(Caller& caller, const std::vector<std::string>& names);

    const std::string& prefix() const { return prefix_; }
    /// True if the endpoint may have created a table of this shelf.
    bool has_made() const { return has_made_; }

  private:
    using Refusals = std::map<std::string, std::string>;

    /// Returns the names of the tables that could not be created, each with the reason.
    Refusals try_to_make(Caller& caller, const std::map<std::string, std::string>& shapes);
    void create(Caller& caller, const std::string& name, const TableShape& shape);
    static void prepare(Caller& caller, const std::string& name, const TableShape& shape);

    const Suite& suite_;
    std::string prefix_;
    std::atomic<bool> has_made_ = false;
    Refusals refused_;
};

}  // namespace tailrace::conformance
