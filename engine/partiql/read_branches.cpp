#include "engine/partiql/read_branches.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/partiql/key_terms.hpp"

namespace tailrace::partiql {
namespace {

using expression::Comparator;
using expression::Condition;
using expression::KeyComparison;
using expression::KeyOperator;

// As observed on AWS.
constexpr std::size_t max_branches = 50;

class Expansion {
  public:
    explicit Expansion(const table::KeySchema& keys)
        : partition_(keys.partition().front().name),
          sort_(keys.sort().empty() ? std::string() : keys.sort().front().name) {}

    /// True if each alternative of the condition gives the partition key a value.
    bool is_keyed(const Condition& condition) const {
        const auto is_part_keyed = [this](const Condition& part) { return is_keyed(part); };
        if (condition.kind() == Condition::Kind::all_of) {
            return std::ranges::any_of(condition.parts(), is_part_keyed);
        }
        if (condition.kind() == Condition::Kind::any_of) {
            return !condition.parts().empty() && std::ranges::all_of(condition.parts(), is_part_keyed);
        }
        const auto terms = key_terms(condition);
        return !terms.empty() && terms.front().attribute == partition_;
    }

    std::vector<ReadBranch> expand(const Condition& condition) const {
        switch (condition.kind()) {
            case Condition::Kind::all_of:
                return expand_all(condition);
            case Condition::Kind::any_of:
                if (mentions_key(condition)) return expand_any(condition);
                break;
            default:
                break;
        }
        std::vector<ReadBranch> branches;
        for (KeyComparison& each : key_terms(condition)) {
            branches.emplace_back().keys.push_back(std::move(each));
        }
        if (!branches.empty()) return within_limit(std::move(branches));
        ReadBranch branch;
        branch.filters.push_back(condition);
        branch.excludes_sort_keys = excludes_sort_keys(condition);
        return {std::move(branch)};
    }

  private:
    /// The condition's comparisons of the key: a single one, or several of which one must hold.
    std::vector<KeyComparison> key_terms(const Condition& condition) const {
        std::vector<KeyComparison> terms = key_alternatives(condition);
        if (auto comparison = key_comparison(condition)) terms.push_back(std::move(*comparison));
        if (terms.empty()) return terms;
        const KeyComparison& first = terms.front();
        const bool is_key = first.attribute == partition_ ? first.op == KeyOperator::equal
                                                          : !sort_.empty() && first.attribute == sort_;
        if (!is_key) terms.clear();
        return terms;
    }

    bool mentions_key(const Condition& condition) const {
        if (!key_terms(condition).empty()) return true;
        if (condition.kind() == Condition::Kind::negation) return false;
        return std::ranges::any_of(condition.parts(),
                                   [this](const Condition& part) { return mentions_key(part); });
    }

    bool excludes_sort_keys(const Condition& condition) const {
        if (sort_.empty()) return false;
        const bool is_negated = condition.kind() == Condition::Kind::negation ||
                                (condition.kind() == Condition::Kind::comparison &&
                                 condition.comparator() == Comparator::not_equal);
        const auto names = condition.attribute_names();
        return is_negated && std::ranges::find(names, sort_) != names.end();
    }

    std::vector<ReadBranch> expand_any(const Condition& condition) const {
        std::vector<ReadBranch> all;
        for (const Condition& part : condition.parts()) {
            std::vector<ReadBranch> branches = expand(part);
            std::ranges::move(branches, std::back_inserter(all));
            if (all.size() > max_branches) break;
        }
        return within_limit(std::move(all));
    }

    /// Combines every alternative of one part with every alternative of the others.
    std::vector<ReadBranch> expand_all(const Condition& condition) const {
        std::vector<ReadBranch> all(1);
        for (const Condition& part : condition.parts()) {
            const std::vector<ReadBranch> branches = expand(part);
            // Most parts have one alternative, for which the branches so far need not be copied.
            if (branches.size() == 1) {
                for (ReadBranch& one : all) add(one, branches.front());
                continue;
            }
            std::vector<ReadBranch> combined;
            for (const ReadBranch& one : all) {
                for (const ReadBranch& other : branches) add(combined.emplace_back(one), other);
            }
            all = within_limit(std::move(combined));
        }
        return all;
    }

    static void add(ReadBranch& one, const ReadBranch& other) {
        one.keys.insert(one.keys.end(), other.keys.begin(), other.keys.end());
        one.filters.insert(one.filters.end(), other.filters.begin(), other.filters.end());
        one.excludes_sort_keys = one.excludes_sort_keys || other.excludes_sort_keys;
    }

    static std::vector<ReadBranch> within_limit(std::vector<ReadBranch> branches) {
        if (branches.size() <= max_branches) return branches;
        throw ApiError::validation("Too many decomposed read operations for a given query.");
    }

    std::string partition_;
    std::string sort_;
};

void check_types(const table::KeySchema& keys, const ReadBranch& branch) {
    for (const KeyComparison& comparison : branch.keys) {
        const auto attribute =
            std::ranges::find(keys.attributes, comparison.attribute, &table::KeyAttribute::name);
        for (const AttributeValue& operand : comparison.operands) require_key_type(*attribute, operand);
    }
}

/// True if the branch gives the partition key two different values.
bool contradicts_itself(const table::KeySchema& keys, const ReadBranch& branch) {
    const KeyComparison* first = nullptr;
    for (const KeyComparison& each : branch.keys) {
        if (each.attribute != keys.partition().front().name) continue;
        if (first != nullptr && first->operands != each.operands) return true;
        first = &each;
    }
    return false;
}

}  // namespace

std::optional<std::vector<ReadBranch>> read_branches(const table::KeySchema& keys, const Condition& where) {
    const Expansion expansion(keys);
    if (!expansion.is_keyed(where)) return std::nullopt;
    std::vector<ReadBranch> branches = expansion.expand(where);
    for (const ReadBranch& each : branches) check_types(keys, each);
    const auto contradicts = [&](const ReadBranch& each) { return contradicts_itself(keys, each); };
    if (std::ranges::any_of(branches, contradicts)) return std::nullopt;
    return branches;
}

}  // namespace tailrace::partiql
