#include "engine/expression/update.hpp"
#include "engine/model/api_error.hpp"

namespace tailrace::expression {
namespace {

template <typename T>
const T& operand_of_type(const AttributeValue& value) {
    const auto* typed = value.get_if<T>();
    if (typed == nullptr) {
        throw ApiError::validation("An operand in the update expression has an incorrect data type");
    }
    return *typed;
}

}  // namespace

UpdateValue UpdateValue::constant(AttributeValue value) {
    return {Kind::constant, std::move(value)};
}

UpdateValue UpdateValue::attribute(Path path) {
    UpdateValue value(Kind::attribute, Null{});
    value.path_ = std::move(path);
    return value;
}

UpdateValue UpdateValue::if_not_exists(Path path, UpdateValue otherwise) {
    UpdateValue value(Kind::if_not_exists, Null{});
    value.path_ = std::move(path);
    value.operands_.push_back(std::move(otherwise));
    return value;
}

UpdateValue UpdateValue::binary(Kind kind, UpdateValue left, UpdateValue right) {
    UpdateValue value(kind, Null{});
    value.operands_.push_back(std::move(left));
    value.operands_.push_back(std::move(right));
    return value;
}

UpdateValue UpdateValue::list_append(UpdateValue first, UpdateValue second) {
    return binary(Kind::list_append, std::move(first), std::move(second));
}

UpdateValue UpdateValue::sum(UpdateValue left, UpdateValue right) {
    return binary(Kind::sum, std::move(left), std::move(right));
}

UpdateValue UpdateValue::difference(UpdateValue left, UpdateValue right) {
    return binary(Kind::difference, std::move(left), std::move(right));
}

AttributeValue UpdateValue::evaluate(const AttributeMap& item) const {
    if (kind_ == Kind::constant) return value_;
    if (kind_ == Kind::attribute || kind_ == Kind::if_not_exists) {
        if (const AttributeValue* found = path_.find(item)) return *found;
        if (kind_ == Kind::if_not_exists) return operands_.front().evaluate(item);
        throw ApiError::validation(
            "The provided expression refers to an attribute that does not exist in the item");
    }
    AttributeValue left = operands_[0].evaluate(item);
    if (kind_ == Kind::list_append) {
        AttributeList list = operand_of_type<AttributeList>(left);
        const AttributeValue right = operands_[1].evaluate(item);
        const auto& tail = operand_of_type<AttributeList>(right);
        list.insert(list.end(), tail.begin(), tail.end());
        return list;
    }
    const Number& augend = operand_of_type<Number>(left);
    const AttributeValue right = operands_[1].evaluate(item);
    const Number& addend = operand_of_type<Number>(right);
    return kind_ == Kind::sum ? augend + addend : augend - addend;
}

void UpdateValue::collect_paths(std::vector<const Path*>& paths) const {
    if (kind_ == Kind::attribute || kind_ == Kind::if_not_exists) paths.push_back(&path_);
    for (const UpdateValue& operand : operands_) operand.collect_paths(paths);
}

std::optional<AttributeType> UpdateValue::known_type() const {
    switch (kind_) {
        case Kind::constant:
            return value_.type();
        case Kind::attribute:
            return std::nullopt;
        case Kind::if_not_exists:
            return operands_.front().known_type();
        case Kind::list_append:
            return AttributeType::L;
        default:
            return AttributeType::N;
    }
}

}  // namespace tailrace::expression
