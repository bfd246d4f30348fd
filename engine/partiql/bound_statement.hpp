#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/expression/condition.hpp"
#include "engine/expression/update.hpp"
#include "engine/model/request.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/partiql/syntax.hpp"
#include "engine/partiql/value_binding.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::partiql {

/// A column of SELECT: a path and the name under which its value is returned.
struct Column {
    std::string name;
    expression::Path path;
};

std::vector<expression::Path> paths_of(const std::vector<Column>& columns);

struct SortTerm {
    std::string attribute;
    bool descending = false;
};

/// A bound statement, in which only the table is still to be looked up. It is made before the database's lock
/// is taken.
struct BoundStatement {
    Statement::Kind kind = Statement::Kind::select;
    std::string table;
    /// Empty for the table itself.
    std::string index;
    std::optional<expression::Condition> where;
    /// Only for SELECT; empty for "*".
    std::vector<Column> columns;
    /// The fault of COUNT(*), which is reported after the keys of the counted index are checked; otherwise
    /// empty.
    std::string count_fault;
    std::vector<SortTerm> order;
    /// Only for INSERT.
    table::ItemImagePtr image;
    /// Only for UPDATE.
    std::optional<expression::Update> update;
    /// Only for UPDATE and DELETE.
    operation::ReturnValues returning = operation::ReturnValues::none;

    bool is_select() const { return kind == Statement::Kind::select; }
};

/// The Parameters of a request, or of a member of a batch or a transaction. Throws ApiError::validation.
std::vector<AttributeValue> read_parameters(const Request& request);

/// Parses and binds the request's Statement. Throws ApiError::validation.
BoundStatement read_statement(const Request& request, Parameters parameters);

}  // namespace tailrace::partiql
