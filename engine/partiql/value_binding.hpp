#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/expression/operand_rules.hpp"
#include "engine/expression/path.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/partiql/syntax.hpp"

namespace tailrace::partiql {

/// The values of a statement's "?", in order. There must be enough of them.
using Parameters = std::span<const AttributeValue>;

/// The messages of statements have no prefix.
inline constexpr expression::OperandRules operand_rules;

/// The value of a literal or a parameter; nullopt for every other expression. `place` is its name in
/// messages. Throws ApiError::validation for a literal that is not a value.
std::optional<AttributeValue> bind_value(const Expression& expression, Parameters parameters,
                                         const std::string& place = "root");

/// The same where only a value is allowed.
AttributeValue require_value(const Expression& expression, Parameters parameters,
                             const std::string& place = "root");

/// The item of an INSERT. Throws ApiError::validation unless it is a tuple.
AttributeMap bind_item(const Expression& item, Parameters parameters);

/// Throws ApiError::validation unless the expression is a path.
expression::Path bind_path(const Expression& expression);

/// Returns `name`, which a statement uses as the name of a table, an index or an attribute. Throws if it is
/// empty.
const std::string& require_name(const std::string& name);

[[noreturn]] void reject_unexpected_path(const Expression& expression);

}  // namespace tailrace::partiql
