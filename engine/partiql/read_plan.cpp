#include "engine/partiql/read_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "engine/expression/value_relation.hpp"
#include "engine/model/api_error.hpp"
#include "engine/model/listed.hpp"
#include "engine/partiql/read_branches.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/ranges/index_reads.hpp"
#include "engine/table/ranges/key_range.hpp"

namespace tailrace::partiql {
namespace {

using expression::Condition;
using expression::KeyComparison;
using expression::KeyCondition;

/// A branch with the rows that match its key conditions.
struct BranchRows {
    AttributeValue partition;
    table::KeyRange rows;
    const ReadBranch* branch = nullptr;
};

bool is_before(const std::string& key, const std::string& upper) {
    return upper.empty() || key < upper;
}

BranchRows rows_of(const table::KeySchema& keys, const ReadBranch& branch) {
    const std::string& partition = keys.partition().front().name;
    const auto equality = std::ranges::find(branch.keys, partition, &KeyComparison::attribute);
    BranchRows found{equality->operands.front(), {}, &branch};
    found.rows = table::partition_range(keys, KeyCondition({*equality})).rows;
    for (const KeyComparison& each : branch.keys) {
        if (each.attribute == partition) continue;
        const table::KeyRange rows = table::partition_range(keys, KeyCondition({*equality, each})).rows;
        found.rows.lower = std::max(found.rows.lower, rows.lower);
        if (!rows.upper.empty() && is_before(rows.upper, found.rows.upper)) found.rows.upper = rows.upper;
    }
    return found;
}

bool comes_before(const BranchRows& a, const BranchRows& b) {
    if (a.partition != b.partition) return expression::order(a.partition, b.partition) < 0;
    return a.rows.lower < b.rows.lower;
}

/// "[a, b]" in the order in which AWS lists names. It is the order of a hash table in which the hash of a
/// name is s[0]*31^(n-1) + … + s[n-1], folded. The table begins with 16 places and doubles when it is three
/// quarters full.
std::string listed_by_hash(std::vector<std::string> names) {
    std::size_t places = 16;
    while (names.size() * 4 > places * 3) places *= 2;
    const auto place = [places](const std::string& name) {
        std::uint32_t hash = 0;
        for (const char c : name) hash = hash * 31 + static_cast<unsigned char>(c);
        return (hash ^ (hash >> 16U)) & (places - 1);
    };
    std::ranges::stable_sort(names, {}, place);
    return "[" + listed(names) + "]";
}

/// The attributes of the branch's filters that the index does not hold.
std::vector<std::string> not_projected(const table::TableDefinition& definition,
                                       const table::IndexDefinition& index, const ReadBranch& branch) {
    if (branch.filters.empty()) return {};
    return table::not_projected(definition, index, Condition::all_of(branch.filters).attribute_names());
}

/// A keyed read of an index must not filter by attributes that the index does not hold. As observed, it is
/// refused if all its branches do so, and the attributes of the last one are named.
void check_filters(const table::TableDefinition& definition, const table::IndexDefinition& index,
                   const std::vector<BranchRows>& branches) {
    std::vector<std::string> missing;
    for (const BranchRows& each : branches) {
        missing = not_projected(definition, index, *each.branch);
        if (missing.empty()) return;
    }
    if (missing.empty()) return;
    throw ApiError::validation(
        "One or more parameter values were invalid: Secondary index " + index.name +
        " does not project one or more filter attributes: " + listed_by_hash(std::move(missing)));
}

class Planner {
  public:
    Planner(const table::KeySchema& keys, const BoundStatement& select) : keys_(keys), select_(select) {}

    void check_order() const {
        if (select_.order.empty()) return;
        if (!select_.where) {
            throw ApiError::validation("Must have WHERE clause in the statement when using ORDER BY clause.");
        }
        for (const SortTerm& each : select_.order) {
            if (keys_.contains(each.attribute)) continue;
            throw ApiError::validation("Variable reference " + each.attribute +
                                       " in ORDER BY clause must be part of the primary key");
        }
    }

    void check_partitions(const std::vector<BranchRows>& branches) const {
        if (select_.order.empty() || branches.empty()) return;
        const bool is_one = branches.front().partition == branches.back().partition;
        if (is_one || order_of(keys_.partition().front().name) != nullptr) return;
        throw ApiError::validation(
            "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE "
            "clause.");
    }

    /// The reads of all branches, partition by partition.
    std::vector<PlannedRead> reads(const std::vector<BranchRows>& branches) const {
        std::vector<std::vector<PlannedRead>> partitions;
        for (std::size_t begin = 0; begin < branches.size();) {
            std::size_t end = begin + 1;
            while (end < branches.size() && branches[end].partition == branches[begin].partition) ++end;
            partitions.push_back(partition_reads({branches.begin() + static_cast<std::ptrdiff_t>(begin),
                                                  branches.begin() + static_cast<std::ptrdiff_t>(end)}));
            begin = end;
        }
        if (is_descending(keys_.partition().front().name)) std::ranges::reverse(partitions);
        std::vector<PlannedRead> all;
        for (auto& each : partitions) std::ranges::move(each, std::back_inserter(all));
        return all;
    }

    table::Direction direction() const {
        return sorts_backwards() ? table::Direction::backward : table::Direction::forward;
    }

  private:
    const SortTerm* order_of(std::string_view attribute) const {
        const auto found = std::ranges::find(select_.order, attribute, &SortTerm::attribute);
        return found == select_.order.end() ? nullptr : &*found;
    }

    bool is_descending(std::string_view attribute) const {
        const SortTerm* term = order_of(attribute);
        return term != nullptr && term->descending;
    }

    bool sorts_backwards() const { return !keys_.sort().empty() && is_descending(keys_.sort().front().name); }

    std::vector<PlannedRead> partition_reads(const std::vector<BranchRows>& branches) const {
        std::vector<PlannedRead> reads;
        const auto excludes = [](const BranchRows& each) { return each.branch->excludes_sort_keys; };
        if (branches.size() > 1 && std::ranges::any_of(branches, excludes)) {
            reads.push_back({whole_partition(branches.front()), select_.where});
            return reads;
        }
        std::string reached;
        for (const BranchRows& each : branches) {
            if (!is_before(each.rows.lower, each.rows.upper)) continue;
            if (!reads.empty() && is_before(each.rows.lower, reached)) {
                throw ApiError::validation(
                    "Overlapping conditions with range keys are not supported in where clause");
            }
            reached = each.rows.upper;
            PlannedRead read{each.rows, {}};
            if (!each.branch->filters.empty()) read.filter = Condition::all_of(each.branch->filters);
            reads.push_back(std::move(read));
        }
        if (sorts_backwards()) std::ranges::reverse(reads);
        return reads;
    }

    table::KeyRange whole_partition(const BranchRows& branch) const {
        const KeyComparison equality{
            keys_.partition().front().name, expression::KeyOperator::equal, {branch.partition}};
        return table::partition_range(keys_, KeyCondition({equality})).rows;
    }

    const table::KeySchema& keys_;
    const BoundStatement& select_;
};

}  // namespace

ReadPlan plan_reads(const table::TableDefinition& definition, const table::IndexDefinition* index,
                    const BoundStatement& select) {
    const table::KeySchema& keys = index != nullptr ? index->keys : definition.keys;
    const Planner planner(keys, select);
    ReadPlan plan;
    planner.check_order();
    std::optional<std::vector<ReadBranch>> branches;
    if (select.where) {
        table::check_key_paths(definition, select.where->nested_attribute_names());
        branches = read_branches(keys, *select.where);
    }
    if (!branches) {
        if (!select.order.empty()) {
            throw ApiError::validation(
                "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY "
                "clause.");
        }
        plan.reads.push_back({{}, select.where});
        return plan;
    }
    std::vector<BranchRows> rows;
    for (const ReadBranch& each : *branches) rows.push_back(rows_of(keys, each));
    std::ranges::stable_sort(rows, comes_before);
    planner.check_partitions(rows);
    plan.is_keyed = true;
    plan.direction = planner.direction();
    plan.reads = planner.reads(rows);
    if (index != nullptr) check_filters(definition, *index, rows);
    return plan;
}

}  // namespace tailrace::partiql
