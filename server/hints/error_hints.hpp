#pragma once

#include <string>

#include "server/hints/failed_request.hpp"

namespace tailrace::server {

/// A hint, in one line.
struct ErrorHint {
    /// What the caller can do; empty if there is nothing to say.
    std::string text = {};
    /// True for an error that programs expect now and then, such as a condition that does not hold.
    bool is_expected = false;
};

/// Finds the hint for an error about tables, keys, indexes or expressions. Reads the database only for errors
/// that may have one.
ErrorHint hint_for(const FailedRequest& request, table::Database& database);

/// The hint for a table that its namespace does not have, but others have.
std::string elsewhere_hint(std::string_view table, const std::vector<std::string>& namespaces);

}  // namespace tailrace::server
