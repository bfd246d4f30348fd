#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/partiql/token.hpp"

namespace tailrace::partiql {

struct Statement;

/// An expression as it was written: a literal, a parameter, a path, or an operator or function with operands.
struct Expression {
    enum class Kind {
        string,
        number,
        boolean,
        null,
        missing,
        ion,
        /// "?"; `parameter` is its index, counted from 0.
        parameter,
        /// A name and its steps, which are the operands: member, every, or the expression between brackets.
        path,
        member,
        every,
        /// `text` is the operator in lower case: "and", "not_between", "is", "+", …
        operation,
        /// `text` is the function's name in lower case.
        call,
        list,
        bag,
        /// Keys and values alternate.
        tuple,
        /// The name of a type after IS.
        type,
        query
    };

    Kind kind = Kind::null;
    Position position;
    std::string text = {};
    std::size_t parameter = 0;
    /// True if the expression is in parentheses of its own.
    bool grouped = false;
    std::vector<Expression> operands = {};
    std::shared_ptr<const Statement> query = {};

    bool is_operation(std::string_view name) const { return kind == Kind::operation && text == name; }
};

/// SET path = value; or REMOVE path, which has no value.
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
    /// Only for SELECT; empty for "*".
    std::vector<Expression> columns;
    std::vector<OrderTerm> order;
    /// Only for INSERT.
    Expression item;
    /// Only for UPDATE.
    std::vector<Assignment> assignments;
    /// "ALL OLD", "MODIFIED NEW", …; empty without a RETURNING clause.
    std::string returning;
    /// DynamoDB's message for the first clause that it can read but does not support.
    std::string refusal;
    /// The number of "?".
    std::size_t parameters = 0;
};

/// Throws ApiError::validation if the text is not a statement, or not one that DynamoDB supports.
Statement parse_statement(std::string_view text);

}  // namespace tailrace::partiql
