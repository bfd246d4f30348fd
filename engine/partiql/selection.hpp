#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/partiql/bound_statement.hpp"
#include "engine/partiql/next_token.hpp"
#include "engine/table/ranges/range_reader.hpp"

namespace tailrace::partiql {

/// The limit of a SELECT's page, its start, and the consistency of its reads.
struct PageOptions {
    std::optional<std::size_t> limit;
    std::optional<NextToken> start;
    table::Consistency consistency = table::Consistency::eventual;
};

struct SelectedPage {
    /// The items in wire JSON, separated by commas.
    std::string items_json;
    /// The position at which the next page begins; nullopt if this is the last page.
    std::optional<NextToken> next;
    table::Capacity capacity;
    /// The rows that were examined, and the items in the page.
    std::size_t scanned_count = 0;
    std::size_t count = 0;
};

/// Reads one page of a SELECT, up to the limit on examined rows or to 1 MB.
/// Throws ApiError::validation if the statement does not fit the table.
SelectedPage read_page(table::ReadSession& session, const table::TableDefinition& table,
                       const BoundStatement& select, const PageOptions& options);

/// The key of the single item that a SELECT in a batch or a transaction reads. Throws StatementFault if the
/// WHERE clause contains anything but the key, and KeyMismatch for a value of a wrong type. An index that is
/// still being created at the time `now` is refused. `operation` is "BatchExecuteStatement" or
/// "ExecuteTransaction".
AttributeMap selected_key(const table::TableDefinition& definition, const BoundStatement& select,
                          Timestamp now, std::string_view operation);

/// The columns of the SELECT from a stored item, in wire JSON. They stay inside their maps and lists, as in
/// GetItem; a page instead returns each column under its own name.
std::string selected_json(const BoundStatement& select, std::string_view stored_json);

}  // namespace tailrace::partiql
