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

/// not_indexable is any operator that only the legacy KeyConditions can name and that cannot be used to read
/// a key.
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

/// The operator of a comparison whose attribute is on the left; nullopt for "<>".
std::optional<KeyOperator> key_operator(Comparator comparator);

/// One condition on one key attribute: two operands for between, otherwise one.
struct KeyComparison {
    std::string attribute;
    KeyOperator op;
    std::vector<AttributeValue> operands;

    friend bool operator==(const KeyComparison&, const KeyComparison&) = default;
};

/// Throws if there is no comparison, or if there are more than two and the key has one or two attributes. AWS
/// checks this for legacy KeyConditions before it looks at the key. For an expression it does not; there,
/// match() compares the number of comparisons with the size of the key.
void check_comparison_count(std::span<const KeyComparison> comparisons, std::size_t key_size);

/// A query's key condition, matched with a key schema. `sort` follows the order of the key, and may be
/// shorter.
struct KeyMatch {
    std::vector<AttributeValue> partition;
    std::vector<KeyComparison> sort;
};

/// KeyConditionExpression, and the form to which the legacy KeyConditions are lowered.
class KeyCondition {
  public:
    /// The caller's checks of a comparison's operands, mainly against the type of the key attribute.
    using OperandCheck = std::function<void(const KeyComparison&)>;

    /// A condition built by code, with one comparison per attribute.
    explicit KeyCondition(std::vector<KeyComparison> comparisons) : source_(std::move(comparisons)) {}

    /// Parses, checks and binds the expression like any condition. The rules that hold only for key
    /// conditions are left to comparisons(), because AWS reports those faults after the faults of the
    /// request's other expressions and after unused placeholders.
    static KeyCondition parse(std::string_view text, Placeholders& placeholders);

    /// The comparisons in the order written, with the attribute on the left. Throws if the condition contains
    /// anything that a key condition may not.
    std::vector<KeyComparison> comparisons() const;

    /// Throws if the comparisons do not fit the key. Every partition attribute needs an equality. The sort
    /// attributes are used from the first one on; only the last of them may have another operator. `check` is
    /// called for each comparison at the point where AWS looks at its operands.
    KeyMatch match(std::span<const std::string> partition_names, std::span<const std::string> sort_names,
                   const OperandCheck& check = {}) const;

  private:
    explicit KeyCondition(Condition condition) : source_(std::move(condition)) {}

    std::variant<Condition, std::vector<KeyComparison>> source_;
};

}  // namespace tailrace::expression
