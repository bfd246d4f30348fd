#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/partiql/token.hpp"

namespace tailrace::partiql {

struct Statement;

/// An expression as it was written: a literal, a parameter, a path, an operator or a function with operands.
struct Expression {
    enum class Kind {
        string,
        number,
        boolean,
        null,
        missing,
        ion,
        /// "?"; `parameter` counts them from 0.
        parameter,
        /// A name and its steps, which are the operands: member, every, or what stood between brackets.
        path,
        member,
        every,
        /// `text` is the operator in lower case: "and", "not_between", "is", "+", …
        operation,
        /// `text` is the function's name in lower case.
        call,
        list,
        bag,
        /// Keys and values in turn.
        tuple,
        /// The type's name after IS.
        type,
        query
    };

    Kind kind = Kind::null;
    Position position;
    std::string text = {};
    std::size_t parameter = 0;
    /// Whether it stands in parentheses of its own.
    bool grouped = false;
    std::vector<Expression> operands = {};
    std::shared_ptr<const Statement> query = {};

    bool is_operation(std::string_view name) const { return kind == Kind::operation && text == name; }
};

/// SET path = value, or REMOVE path, which has no value.
struct Assignment {
    Expression target;
    std::optional<Expression> value;
};

struct OrderTerm {
    Expression expression;
    bool descending = false;
};

/// A statement as it was written.
struct Statement {
    enum class Kind { select, insert, update, erase, exists };

    Kind kind = Kind::select;
    /// The table, or the table and its index.
    Expression source;
    std::optional<Expression> where;
    /// Of SELECT; empty for "*".
    std::vector<Expression> columns;
    std::vector<OrderTerm> order;
    /// Of INSERT.
    Expression item;
    /// Of UPDATE.
    std::vector<Assignment> assignments;
    /// "ALL OLD", "MODIFIED NEW", …; empty without a RETURNING clause.
    std::string returning;
    /// What DynamoDB says of a clause that it can read and does not support; the first of them.
    std::string refusal;
    /// How many "?" there are.
    std::size_t parameters = 0;
};

/// Throws ApiError::validation for what is no statement, or none that DynamoDB supports.
Statement parse_statement(std::string_view text);

}  // namespace tailrace::partiql
