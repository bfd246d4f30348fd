#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/expression/condition.hpp"
#include "engine/expression/update.hpp"
#include "engine/model/request.hpp"
#include "engine/partiql/syntax.hpp"
#include "engine/partiql/value_binding.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::partiql {

/// What SELECT returns under a name: what a path leads to.
struct Column {
    std::string name;
    expression::Path path;
};

std::vector<expression::Path> paths_of(const std::vector<Column>& columns);

struct SortTerm {
    std::string attribute;
    bool descending = false;
};

/// A statement with nothing left in it to look up but its table: made before the database's lock is taken.
struct BoundStatement {
    Statement::Kind kind = Statement::Kind::select;
    std::string table;
    /// Empty for the table itself.
    std::string index;
    std::optional<expression::Condition> where;
    /// Of SELECT; empty for "*".
    std::vector<Column> columns;
    /// What is wrong with COUNT(*), which is reported after the keys of the index that is counted; else
    /// empty.
    std::string count_fault;
    std::vector<SortTerm> order;
    /// Of INSERT.
    table::ItemImagePtr image;
    /// Of UPDATE.
    std::optional<expression::Update> update;
    /// "ALL OLD", "MODIFIED NEW", …; empty when nothing is returned.
    std::string returning;

    bool is_select() const { return kind == Statement::Kind::select; }
};

/// The Parameters of a request, or of a member of a batch or a transaction. Throws ApiError::validation.
std::vector<AttributeValue> read_parameters(const Request& request);

/// Parses and binds the request's Statement. Throws ApiError::validation.
BoundStatement read_statement(const Request& request, Parameters parameters);

}  // namespace tailrace::partiql
