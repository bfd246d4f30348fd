#include "engine/expression/condition.hpp"

#include <algorithm>
#include <array>

#include "engine/expression/value_relation.hpp"

namespace tailrace::expression {
namespace {

using Scratch = std::optional<AttributeValue>;

/// An initializer list would copy the operands.
template <typename... Operands>
std::vector<Operand> listed(Operands... operands) {
    std::vector<Operand> list;
    list.reserve(sizeof...(operands));
    (list.push_back(std::move(operands)), ...);
    return list;
}

bool is_ordering_held(Comparator comparator, std::partial_ordering found) {
    switch (comparator) {
        case Comparator::less:
            return found < 0;
        case Comparator::less_or_equal:
            return found <= 0;
        case Comparator::greater:
            return found > 0;
        case Comparator::greater_or_equal:
            return found >= 0;
        default:
            return false;
    }
}

}  // namespace

std::optional<Comparator> comparator_named(std::string_view text) {
    static constexpr std::array<std::string_view, 6> texts = {"=", "<>", "<", "<=", ">", ">="};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts[i] == text) return static_cast<Comparator>(i);
    }
    return std::nullopt;
}

Comparator flipped(Comparator comparator) {
    switch (comparator) {
        case Comparator::less:
            return Comparator::greater;
        case Comparator::less_or_equal:
            return Comparator::greater_or_equal;
        case Comparator::greater:
            return Comparator::less;
        case Comparator::greater_or_equal:
            return Comparator::less_or_equal;
        default:
            return comparator;
    }
}

Condition Condition::compare(Operand left, Comparator comparator, Operand right) {
    Condition condition(Kind::comparison);
    condition.comparator_ = comparator;
    condition.operands_ = listed(std::move(left), std::move(right));
    return condition;
}

Condition Condition::between(Operand operand, Operand lower, Operand upper) {
    Condition condition(Kind::between);
    condition.operands_ = listed(std::move(operand), std::move(lower), std::move(upper));
    return condition;
}

Condition Condition::in(Operand operand, std::vector<Operand> list) {
    Condition condition(Kind::in);
    condition.operands_ = std::move(list);
    condition.operands_.insert(condition.operands_.begin(), std::move(operand));
    return condition;
}

Condition Condition::of_function(Function function, std::vector<Operand> operands) {
    Condition condition(Kind::function);
    condition.function_ = function;
    condition.operands_ = std::move(operands);
    return condition;
}

Condition Condition::attribute_exists(Path path) {
    return of_function(Function::attribute_exists, listed(Operand::attribute(std::move(path))));
}

Condition Condition::attribute_not_exists(Path path) {
    return of_function(Function::attribute_not_exists, listed(Operand::attribute(std::move(path))));
}

Condition Condition::attribute_type(Operand operand, AttributeType type) {
    Condition condition = of_function(Function::attribute_type, listed(std::move(operand)));
    condition.type_ = type;
    return condition;
}

Condition Condition::begins_with(Operand operand, Operand prefix) {
    return of_function(Function::begins_with, listed(std::move(operand), std::move(prefix)));
}

Condition Condition::contains(Operand container, Operand element) {
    return of_function(Function::contains, listed(std::move(container), std::move(element)));
}

Condition Condition::all_of(std::vector<Condition> parts) {
    Condition condition(Kind::all_of);
    condition.parts_ = std::move(parts);
    return condition;
}

Condition Condition::any_of(std::vector<Condition> parts) {
    Condition condition(Kind::any_of);
    condition.parts_ = std::move(parts);
    return condition;
}

Condition Condition::negation(Condition part) {
    Condition condition(Kind::negation);
    condition.parts_.push_back(std::move(part));
    return condition;
}

bool Condition::holds(const AttributeMap& item) const {
    const auto part_holds = [&item](const Condition& part) { return part.holds(item); };
    switch (kind_) {
        case Kind::all_of:
            return std::all_of(parts_.begin(), parts_.end(), part_holds);
        case Kind::any_of:
            return std::any_of(parts_.begin(), parts_.end(), part_holds);
        case Kind::negation:
            return !parts_.front().holds(item);
        case Kind::function:
            return function_holds(item);
        default:
            return compares(item);
    }
}

bool Condition::compares(const AttributeMap& item) const {
    Scratch left_scratch;
    const AttributeValue* left = operands_.front().resolve(item, left_scratch);
    if (kind_ == Kind::in) {
        return left != nullptr && std::any_of(operands_.begin() + 1, operands_.end(), [&](const Operand& o) {
                   Scratch scratch;
                   const AttributeValue* each = o.resolve(item, scratch);
                   return each != nullptr && *each == *left;
               });
    }
    Scratch right_scratch;
    const AttributeValue* right = operands_[1].resolve(item, right_scratch);
    if (kind_ == Kind::between) {
        Scratch upper_scratch;
        const AttributeValue* upper = operands_[2].resolve(item, upper_scratch);
        return left != nullptr && right != nullptr && upper != nullptr && order(*left, *right) >= 0 &&
               order(*left, *upper) <= 0;
    }
    const bool both = left != nullptr && right != nullptr;
    if (comparator_ == Comparator::equal) return both && *left == *right;
    if (comparator_ == Comparator::not_equal) return !both || *left != *right;
    return both && is_ordering_held(comparator_, order(*left, *right));
}

bool Condition::function_holds(const AttributeMap& item) const {
    Scratch scratch;
    const AttributeValue* value = operands_.front().resolve(item, scratch);
    if (function_ == Function::attribute_not_exists) return value == nullptr;
    if (value == nullptr) return false;
    if (function_ == Function::attribute_exists) return true;
    if (function_ == Function::attribute_type) return value->type() == type_;
    Scratch second_scratch;
    const AttributeValue* second = operands_[1].resolve(item, second_scratch);
    if (second == nullptr) return false;
    return function_ == Function::begins_with ? expression::begins_with(*value, *second)
                                              : expression::contains(*value, *second);
}

void Condition::collect_paths(std::vector<const Path*>& paths, bool nested_only) const {
    for (const Operand& operand : operands_) {
        const Path* path = operand.path();
        if (path != nullptr && (path->is_nested() || !nested_only)) paths.push_back(path);
    }
    for (const Condition& part : parts_) part.collect_paths(paths, nested_only);
}

std::vector<std::string> Condition::attribute_names() const {
    std::vector<const Path*> paths;
    collect_paths(paths, false);
    return distinct_attributes(paths);
}

std::vector<std::string> Condition::nested_attribute_names() const {
    std::vector<const Path*> paths;
    collect_paths(paths, true);
    return distinct_attributes(paths);
}

}  // namespace tailrace::expression
