#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/expression/function.hpp"
#include "engine/expression/path.hpp"
#include "engine/expression/value_relation.hpp"
#include "engine/model/attribute_value.hpp"

namespace tailrace::expression {

/// The rules for the operands of operators and functions, both in expressions and in PartiQL statements. Each
/// rule throws ApiError::validation in AWS's words. The caller decides in which order they are checked.
class OperandRules {
  public:
    /// `prefix` opens each message: "Invalid ConditionExpression: ", or nothing in a statement. It outlives
    /// the rules.
    explicit constexpr OperandRules(std::string_view prefix = {}) : prefix_(prefix) {}

    /// The path has at most 32 steps.
    void require_depth(const Path& path) const {
        if (path.size() > max_path_steps) reject_depth(path);
    }
    /// `name` is a function or an operator.
    void require_count(std::string_view name, std::size_t given, std::size_t wanted) const {
        if (given != wanted) reject_count(name, given);
    }
    /// The list of IN has at most 100 operands.
    void require_list_size(std::size_t size) const {
        if (size > max_list_size) reject_list_size(size);
    }
    /// An update allows the functions of updates; every other expression allows the functions of conditions.
    void require_allowed(Function function, bool in_update) const {
        if (is_update_function(function) != in_update) reject_function(function, in_update);
    }
    /// `first` is the operator's first operand, `other` one of the rest.
    void require_distinct(std::string_view name, const Path& first, const Path& other) const {
        if (first == other) reject_repeated(name, first);
    }
    /// The bounds of BETWEEN have one type, and the lower one is not above the upper one.
    void require_bounds(const AttributeValue& lower, const AttributeValue& upper) const;

    /// `type` is the type of an operand if the request shows it, and nullopt for a path. `allowed` says which
    /// types the operator or function takes.
    template <typename Allowed>
    void require_type(std::string_view name, std::optional<AttributeType> type, Allowed allowed) const {
        if (type && !allowed(*type)) reject_type(name, type_name(*type));
    }
    /// The second operand of attribute_type() is a given string.
    void require_type_name(std::optional<AttributeType> type) const;
    /// The type that the second operand of attribute_type() names.
    AttributeType type_named(const std::string& name) const;

    [[noreturn]] void reject_type(std::string_view name, std::string_view type) const;
    /// For an operand that has to be a path but is not.
    [[noreturn]] void reject_value(std::string_view name) const;

  private:
    static constexpr std::size_t max_path_steps = 32;
    static constexpr std::size_t max_list_size = 100;

    [[noreturn]] void reject(const std::string& message) const;
    [[noreturn]] void reject_depth(const Path& path) const;
    [[noreturn]] void reject_count(std::string_view name, std::size_t given) const;
    [[noreturn]] void reject_list_size(std::size_t size) const;
    [[noreturn]] void reject_function(Function function, bool in_update) const;
    [[noreturn]] void reject_repeated(std::string_view name, const Path& first) const;

    std::string_view prefix_;
};

}  // namespace tailrace::expression
