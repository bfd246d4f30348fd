#include "engine/expression/operand_rules.hpp"

#include "engine/model/api_error.hpp"

namespace tailrace::expression {

void OperandRules::require_bounds(const AttributeValue& lower, const AttributeValue& upper) const {
    std::string broken_rule;
    if (lower.type() != upper.type()) {
        broken_rule = "same data type for lower and upper bounds";
    } else if (order(lower, upper) > 0) {
        broken_rule = "upper bound to be greater than or equal to lower bound";
    } else {
        return;
    }
    reject("The BETWEEN operator requires " + broken_rule + "; lower bound operand: " +
           key_value_text(lower) + ", upper bound operand: " + key_value_text(upper));
}

void OperandRules::require_type_name(std::optional<AttributeType> type) const {
    if (!type) reject_type("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
    if (*type != AttributeType::S) reject_type("attribute_type", type_name(*type));
}

AttributeType OperandRules::type_named(const std::string& name) const {
    const auto type = attribute_type_named(name);
    if (type) return *type;
    reject("Invalid attribute type name found; type: " + name +
           ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
}

void OperandRules::reject_type(std::string_view name, std::string_view type) const {
    reject("Incorrect operand type for operator or function; operator or function: " + std::string(name) +
           ", operand type: " + std::string(type));
}

void OperandRules::reject_value(std::string_view name) const {
    reject("Operator or function requires a document path; operator or function: " + std::string(name));
}

void OperandRules::reject(const std::string& message) const {
    throw ApiError::validation(std::string(prefix_) + message);
}

void OperandRules::reject_depth(const Path& path) const {
    reject("The document path has too many nesting levels; nesting levels: " + std::to_string(path.size()));
}

void OperandRules::reject_count(std::string_view name, std::size_t given) const {
    reject("Incorrect number of operands for operator or function; operator or function: " +
           std::string(name) + ", number of operands: " + std::to_string(given));
}

void OperandRules::reject_list_size(std::size_t size) const {
    reject("The IN operator is provided with too many operands; number of operands: " + std::to_string(size));
}

void OperandRules::reject_function(Function function, bool in_update) const {
    reject(std::string("The function is not allowed in ") + (in_update ? "an update" : "a condition") +
           " expression; function: " + std::string(function_name(function)));
}

void OperandRules::reject_repeated(std::string_view name, const Path& first) const {
    reject(
        "The first operand must be distinct from the remaining operands for this operator or function; "
        "operator: " +
        std::string(name) + ", first operand: " + first.text());
}

}  // namespace tailrace::expression
