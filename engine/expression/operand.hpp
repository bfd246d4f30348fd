#pragma once

#include <optional>
#include <variant>

#include "engine/expression/path.hpp"
#include "engine/model/attribute_value.hpp"

namespace tailrace::expression {

/// One side of a condition: the value at a path, a given value, or the size() of either.
class Operand {
  public:
    static Operand attribute(Path path) { return Operand(std::move(path), false); }
    static Operand constant(AttributeValue value) { return Operand(std::move(value), false); }
    static Operand size_of(Operand measured) { return Operand(std::move(measured.source_), true); }

    /// The operand's value for `item`, or null if it has none. `scratch` holds a computed value and must live
    /// as long as the result is used.
    const AttributeValue* resolve(const AttributeMap& item, std::optional<AttributeValue>& scratch) const;

    /// The path, even if it is inside size(); null for a given value.
    const Path* path() const { return std::get_if<Path>(&source_); }
    /// The given value, even if it is inside size(); null for a path.
    const AttributeValue* value() const { return std::get_if<AttributeValue>(&source_); }
    bool is_size() const { return is_size_; }

  private:
    using Source = std::variant<Path, AttributeValue>;
    Operand(Source source, bool is_size) : source_(std::move(source)), is_size_(is_size) {}

    Source source_;
    bool is_size_;
};

}  // namespace tailrace::expression
