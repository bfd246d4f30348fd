#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "conformance/runner/caller.hpp"
#include "conformance/runner/case_file.hpp"

namespace tailrace::conformance {

/// A table could not be made, or did not come to be what it was waited for.
class TableFailure : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Makes the tables of a run and deletes them. All their names begin with the run's prefix. Callers of
/// different threads may use it at once.
class TableShelf {
  public:
    TableShelf(const Suite& suite, std::string prefix) : suite_(suite), prefix_(std::move(prefix)) {}

    /// The name of the table of this shape that all cases share.
    std::string shared_name(const std::string& shape) const { return prefix_ + "-" + shape; }
    /// The name of a case's own table; `unique` is the case's.
    std::string own_name(const std::string& unique, const std::string& word) const;
    /// The name of a table that a case will make.
    std::string new_name(const std::string& unique, const std::string& word) const;

    /// Makes these tables, shapes by name, and waits until all can be used. Throws TableFailure.
    void make(Caller& caller, const std::map<std::string, std::string>& shapes);
    /// Waits until the table and all its indexes are active. Throws TableFailure after `patience`.
    static void wait_until_active(Caller& caller, const std::string& name);
    static void wait_until_deleted(Caller& caller, const std::string& name);
    /// Deletes a table if it is there.
    static void remove(Caller& caller, const std::string& name);

    /// The tables whose names begin with `prefix`.
    static std::vector<std::string> names_with(Caller& caller, const std::string& prefix);
    /// Deletes every table whose name begins with `prefix` and returns how many. Throws TableFailure when one
    /// stays.
    static std::size_t remove_all(Caller& caller, const std::string& prefix);

    const std::string& prefix() const { return prefix_; }
    /// Whether the endpoint ever made a table of this shelf.
    bool has_made() const { return has_made_; }

  private:
    void create(Caller& caller, const std::string& name, const TableShape& shape);

    const Suite& suite_;
    std::string prefix_;
    std::atomic<bool> has_made_ = false;
};

}  // namespace tailrace::conformance
