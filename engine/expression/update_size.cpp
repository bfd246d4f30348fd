#include <string>

#include "engine/expression/set_arithmetic.hpp"
#include "engine/expression/update.hpp"

namespace tailrace::expression {
namespace {

// The sizes that AWS counts for the parts of a statement.
// Source: the observations of AWS in paritysuite/dynamodb-conformance, itemSizeBySurface.test.ts, October
// 2026.
constexpr std::size_t statement_overhead = 3;
constexpr std::size_t written_overhead = 19;
constexpr std::size_t removed_overhead = 1;
constexpr std::size_t target_step_overhead = 4;
constexpr std::size_t operand_overhead = 1;
constexpr std::size_t operand_step_overhead = 14;
constexpr std::size_t sum_overhead = 34;
constexpr std::size_t difference_overhead = 37;
constexpr std::size_t list_append_overhead = 37;
constexpr std::size_t if_not_exists_overhead = 39;

/// A name counts its bytes, an index its digits.
std::size_t step_bytes(const Path::Step& step) {
    if (const auto* name = std::get_if<std::string>(&step)) return name->size();
    return std::to_string(std::get<std::uint32_t>(step)).size();
}

std::size_t target_bytes(const Path& path) {
    std::size_t bytes = target_step_overhead * (path.size() - 1);
    for (const Path::Step& step : path.steps()) bytes += step_bytes(step);
    return bytes;
}

std::size_t operand_bytes(const Path& path) {
    std::size_t bytes = operand_overhead;
    for (const Path::Step& step : path.steps()) bytes += operand_step_overhead + step_bytes(step);
    return bytes;
}

template <typename Set>
std::size_t new_members_bytes(const AttributeValue& existing, const AttributeValue& added) {
    return AttributeValue(set_difference(added.get<Set>(), existing.get<Set>())).size_bytes();
}

}  // namespace

std::size_t UpdateValue::statement_bytes() const {
    std::size_t bytes = 0;
    for (const UpdateValue& operand : operands_) bytes += operand.statement_bytes();
    switch (kind_) {
        case Kind::constant:
            return value_.size_bytes();
        case Kind::attribute:
            return operand_bytes(path_);
        case Kind::if_not_exists:
            return bytes + operand_bytes(path_) + if_not_exists_overhead;
        case Kind::list_append:
            return bytes + list_append_overhead;
        case Kind::sum:
            return bytes + sum_overhead;
        case Kind::difference:
            return bytes + difference_overhead;
    }
    return bytes;
}

std::size_t UpdateValue::added_bytes(const AttributeValue* existing) const {
    if (existing == nullptr || existing->type() != value_.type()) return value_.size_bytes();
    switch (value_.type()) {
        case AttributeType::SS:
            return new_members_bytes<StringSet>(*existing, value_);
        case AttributeType::NS:
            return new_members_bytes<NumberSet>(*existing, value_);
        case AttributeType::BS:
            return new_members_bytes<BinarySet>(*existing, value_);
        default:
            return value_.size_bytes();
    }
}

std::size_t Update::statement_bytes(const AttributeMap& old_item) const {
    std::size_t bytes = statement_overhead;
    for (const UpdateAction& action : actions_) {
        bytes += target_bytes(action.path);
        switch (action.clause) {
            case UpdateClause::set:
                bytes += written_overhead + action.value->statement_bytes();
                break;
            case UpdateClause::add:
                bytes += written_overhead + action.value->added_bytes(action.path.find(old_item));
                break;
            case UpdateClause::remove:
            case UpdateClause::delete_:
                bytes += removed_overhead;
                break;
        }
    }
    return bytes;
}

}  // namespace tailrace::expression
