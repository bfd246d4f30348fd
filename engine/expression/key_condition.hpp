#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/expression/condition.hpp"
#include "engine/expression/placeholders.hpp"
#include "engine/model/attribute_value.hpp"

namespace tailrace::expression {

/// not_indexable stands for the operators that only the legacy KeyConditions can name and no key can be read
/// by.
enum class KeyOperator {
    equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    between,
    begins_with,
    not_indexable
};

/// One condition on one key attribute: two operands for between, else one.
struct KeyComparison {
    std::string attribute;
    KeyOperator op;
    std::vector<AttributeValue> operands;

    friend bool operator==(const KeyComparison&, const KeyComparison&) = default;
};

/// Throws unless there is a comparison, and no third one where the key has one or two attributes. That is all
/// AWS says of the number of the legacy KeyConditions before it looks at the key; those of an expression it
/// counts only against the key.
void check_comparison_count(std::span<const KeyComparison> comparisons, std::size_t key_size);

/// A query's key condition against a key schema. `sort` follows the order of the key, and may stop early.
struct KeyMatch {
    std::vector<AttributeValue> partition;
    std::vector<KeyComparison> sort;
};

/// KeyConditionExpression, and what the legacy KeyConditions are lowered to.
class KeyCondition {
  public:
    /// What the caller checks of a comparison's operands, against the type of the key attribute above all.
    using OperandCheck = std::function<void(const KeyComparison&)>;

    /// From code. One comparison per attribute.
    explicit KeyCondition(std::vector<KeyComparison> comparisons) : source_(std::move(comparisons)) {}

    /// Parses, checks and binds it as any condition. What only a key condition may not contain is left to
    /// comparisons(), because AWS reports that after the faults of the request's other expressions and after
    /// unused placeholders.
    static KeyCondition parse(std::string_view text, Placeholders& placeholders);

    /// The comparisons in the order written, with the attribute on the left. Throws when the condition holds
    /// anything that a key condition may not.
    std::vector<KeyComparison> comparisons() const;

    /// Throws when the comparisons do not fit the key: equality on every partition attribute, and on the sort
    /// attributes from the first on, the last of them with any operator. `check` is called for each
    /// comparison when AWS would look at its operands.
    KeyMatch match(std::span<const std::string> partition_names, std::span<const std::string> sort_names,
                   const OperandCheck& check = {}) const;

  private:
    explicit KeyCondition(Condition condition) : source_(std::move(condition)) {}

    std::variant<Condition, std::vector<KeyComparison>> source_;
};

}  // namespace tailrace::expression
