#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/table/database.hpp"

namespace tailrace::server {

/// A request of DynamoDB's API that was answered with an error. `parameters` need not be valid.
struct FailedRequest {
    std::string_view operation;
    const boost::json::object& parameters;
    const ApiError& error;
};

/// The request, together with the tables of its namespace.
struct FailureScene {
    const FailedRequest& request;
    table::ReadSession& session;
    /// The error's message with those of a transaction's CancellationReasons.
    std::string message;

    /// Returns the text of a parameter; empty if it is missing or no text.
    std::string_view text(std::string_view parameter) const;
    /// Returns the table that the request names in TableName, or null.
    const table::TableDefinition* table() const;
    /// Returns what follows `mark` in the message, up to `end` or the end of the message.
    std::string_view word_after(std::string_view mark, std::string_view end = " ") const;
};

/// Shortens a name that comes from a request, so that a text can show it. Returns the first characters of the
/// name, at most 60 bytes.
std::string shown_name(std::string_view name);

/// Returns "blue", "blue and green" or "blue, green and red". If there are more than five names, the first
/// five are followed by "and others".
std::string listed_names(const std::vector<std::string>& names);

}  // namespace tailrace::server
