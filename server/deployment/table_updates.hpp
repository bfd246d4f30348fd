#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace tailrace::server {

/// The changes that turn a table into the one that a template declares.
struct TableUpdates {
    /// Why the table would have to be re-created, "its keys have changed"; empty if it need not be.
    std::string why_recreate = {};
    /// Bodies of UpdateTable, to be sent in this order, and what each does: "adds the index by-artist".
    struct Update {
        boost::json::object body;
        std::string purpose;
    };
    std::vector<Update> updates = {};
};

/// Compares a table, as DescribeTable describes it, with the body of CreateTable that a template declares.
/// Source: "UpdateTable" for what can change, and that each call adds or removes at most one index.
TableUpdates table_updates(const boost::json::object& described, const boost::json::object& wanted);

}  // namespace tailrace::server
