#include "engine/expression/operand.hpp"

#include "engine/expression/value_relation.hpp"

namespace tailrace::expression {

const AttributeValue* Operand::resolve(const AttributeMap& item,
                                       std::optional<AttributeValue>& scratch) const {
    const auto* path = std::get_if<Path>(&source_);
    const AttributeValue* value = path != nullptr ? path->find(item) : std::get_if<AttributeValue>(&source_);
    if (!is_size_ || value == nullptr) return value;
    const auto size = expression::size_of(*value);
    if (!size) return nullptr;
    scratch.emplace(Number(static_cast<std::int64_t>(*size)));
    return &*scratch;
}

}  // namespace tailrace::expression
