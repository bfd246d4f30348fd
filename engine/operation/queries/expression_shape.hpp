#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace::operation {

/// Returns an expression of a request in a form that does not depend on the values: "pk = ? AND
/// begins_with(sk, ?)". Names replace their #placeholders, and each list of IN is shortened to one value.
/// `request` has the ExpressionAttributeNames. Any text is accepted.
std::string expression_shape(std::string_view expression, const boost::json::object& request);

/// The same for KeyConditions, QueryFilter and ScanFilter, the older form of conditions: "pk EQ ? AND sk
/// BEGINS_WITH ?", in the order of the names.
std::string conditions_shape(const boost::json::object& conditions);

/// Returns the names of the top-level attributes in an expression, each once, in the order of the expression.
std::vector<std::string> attributes_in(std::string_view expression, const boost::json::object& request);

/// How a condition uses a top-level attribute: with an operator such as "=", "<>" or "BETWEEN", or in a
/// function such as "begins_with". The operator is "." for a path into the attribute, and empty for anything
/// else.
struct AttributeUse {
    std::string attribute;
    std::string op;
};

/// Returns how an expression uses each attribute, in the order of the expression.
std::vector<AttributeUse> uses_in(std::string_view expression, const boost::json::object& request);

/// Returns true if the expression has OR or NOT, so that it can hold even if a part of it does not.
bool has_alternatives(std::string_view expression);

/// Returns the value that an UpdateExpression assigns to an attribute at the top level, as in "SET name =
/// :value". Returns null if it assigns no value of the request.
const boost::json::value* assigned_value(std::string_view expression, const boost::json::object& request,
                                         std::string_view attribute);

}  // namespace tailrace::operation
