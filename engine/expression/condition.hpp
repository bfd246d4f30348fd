#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/expression_kind.hpp"
#include "engine/expression/function.hpp"
#include "engine/expression/operand.hpp"
#include "engine/expression/placeholders.hpp"
#include "engine/model/attribute_value.hpp"

namespace tailrace::expression {

enum class Comparator { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

/// The comparator that is written "=", "<>", …; nullopt if there is none.
std::optional<Comparator> comparator_named(std::string_view text);
/// What the comparator becomes if its operands change sides: "<" becomes ">".
Comparator flipped(Comparator comparator);

/// A condition on an item, fully bound: ConditionExpression and FilterExpression, and the form to which the
/// legacy parameters Expected, QueryFilter and ScanFilter are lowered.
///
/// A missing value makes every comparison false, except "<>", which is true. A missing item is the empty
/// AttributeMap. Immutable; may be evaluated from any thread.
class Condition {
  public:
    enum class Kind { comparison, between, in, function, all_of, any_of, negation };

    /// Parses, checks and binds an expression. Throws ApiError::validation in AWS's words.
    static Condition parse(std::string_view text, ExpressionKind kind, Placeholders& placeholders);

    static Condition compare(Operand left, Comparator comparator, Operand right);
    /// lower <= operand <= upper
    static Condition between(Operand operand, Operand lower, Operand upper);
    /// True if the operand equals one of the list.
    static Condition in(Operand operand, std::vector<Operand> list);
    static Condition attribute_exists(Path path);
    static Condition attribute_not_exists(Path path);
    static Condition attribute_type(Operand operand, AttributeType type);
    static Condition begins_with(Operand operand, Operand prefix);
    static Condition contains(Operand container, Operand element);
    static Condition all_of(std::vector<Condition> parts);
    static Condition any_of(std::vector<Condition> parts);
    static Condition negation(Condition part);

    bool holds(const AttributeMap& item) const;

    /// The top-level attributes that the condition refers to, each once, in order. nested_attribute_names()
    /// returns only those that it reaches into with "." or "[".
    std::vector<std::string> attribute_names() const;
    std::vector<std::string> nested_attribute_names() const;

    Kind kind() const { return kind_; }
    /// Only for a comparison.
    Comparator comparator() const { return comparator_; }
    /// Only for a function.
    Function function() const { return function_; }
    /// In the order written; for IN, the operand and then the list.
    const std::vector<Operand>& operands() const { return operands_; }
    const std::vector<Condition>& parts() const { return parts_; }

  private:
    explicit Condition(Kind kind) : kind_(kind) {}
    static Condition of_function(Function function, std::vector<Operand> operands);

    bool compares(const AttributeMap& item) const;
    bool function_holds(const AttributeMap& item) const;
    void collect_paths(std::vector<const Path*>& paths, bool nested_only) const;

    Kind kind_;
    Comparator comparator_ = Comparator::equal;
    Function function_ = Function::attribute_exists;
    AttributeType type_ = AttributeType::S;
    std::vector<Operand> operands_;
    std::vector<Condition> parts_;
};

}  // namespace tailrace::expression
