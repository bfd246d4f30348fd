#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/partiql/bound_statement.hpp"
#include "engine/partiql/next_token.hpp"
#include "engine/table/ranges/range_reader.hpp"

namespace tailrace::partiql {

/// How much of a SELECT is read, from where, and how strongly.
struct PageOptions {
    std::optional<std::size_t> limit;
    std::optional<NextToken> start;
    table::Consistency consistency = table::Consistency::eventual;
};

struct SelectedPage {
    /// The items in wire JSON, separated by commas.
    std::string items_json;
    /// Where the next page begins; nothing when this one is the last.
    std::optional<NextToken> next;
    table::Capacity capacity;
};

/// One page of a SELECT: what its reads find, up to the limit on looked-at rows or to 1 MB.
/// Throws ApiError::validation for what the table has against the statement.
SelectedPage read_page(table::ReadSession& session, const table::TableDefinition& table,
                       const BoundStatement& select, const PageOptions& options);

/// The key of the one item that a SELECT in a batch or a transaction reads. Throws StatementFault when the
/// WHERE clause says anything but the key, and KeyMismatch for a value of a wrong type.
/// `operation` is "BatchExecuteStatement" or "ExecuteTransaction".
AttributeMap selected_key(const table::TableDefinition& definition, const BoundStatement& select,
                          std::string_view operation);

/// What the SELECT's columns are of a stored item, in wire JSON: inside the maps and lists that they stand
/// in, as GetItem returns them, where a page has each under a name of its own.
std::string selected_json(const BoundStatement& select, std::string_view stored_json);

}  // namespace tailrace::partiql
