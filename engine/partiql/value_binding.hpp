#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/expression/path.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/partiql/syntax.hpp"

namespace tailrace::partiql {

/// What the "?" of a statement stand for, in their order. There are enough of them.
using Parameters = std::span<const AttributeValue>;

/// The value of a literal or of a parameter; nothing for every other expression. `place` is what messages
/// call it. Throws ApiError::validation for a literal that is no value.
std::optional<AttributeValue> bind_value(const Expression& expression, Parameters parameters,
                                         const std::string& place = "root");

/// The same where nothing but a value may stand.
AttributeValue require_value(const Expression& expression, Parameters parameters,
                             const std::string& place = "root");

/// Throws ApiError::validation unless the expression is a path.
expression::Path bind_path(const Expression& expression);

/// A name that the statement gives to a table, an index or an attribute. Throws when it is empty.
const std::string& require_name(const std::string& name);

[[noreturn]] void reject_unexpected_path(const Expression& expression);

}  // namespace tailrace::partiql
