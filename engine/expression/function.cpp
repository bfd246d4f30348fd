#include "engine/expression/function.hpp"

#include <array>
#include <string>

#include "engine/expression/operand_rules.hpp"

namespace tailrace::expression {
namespace {

struct Row {
    std::string_view name;
    std::size_t operands;
};

/// In the order of Function.
constexpr std::array<Row, 8> table = {{{"attribute_exists", 1},
                                       {"attribute_not_exists", 1},
                                       {"attribute_type", 2},
                                       {"begins_with", 2},
                                       {"contains", 2},
                                       {"size", 1},
                                       {"if_not_exists", 2},
                                       {"list_append", 2}}};

}  // namespace

std::optional<Function> function_named(std::string_view name) {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (table[i].name == name) return static_cast<Function>(i);
    }
    return std::nullopt;
}

std::string_view function_name(Function function) {
    return table[static_cast<std::size_t>(function)].name;
}

std::size_t operand_count(Function function) {
    return table[static_cast<std::size_t>(function)].operands;
}

bool is_update_function(Function function) {
    return function == Function::if_not_exists || function == Function::list_append;
}

Function require_function(std::string_view name, ExpressionKind kind) {
    const auto function = function_named(name);
    if (!function) reject(kind, "Invalid function name; function: " + std::string(name));
    OperandRules(message_prefix(kind)).require_allowed(*function, kind == ExpressionKind::update);
    return *function;
}

void reject_misuse(std::string_view name, ExpressionKind kind) {
    reject(kind, "The function is not allowed to be used this way in an expression; function: " +
                     std::string(name));
}

void reject_nested_call(std::string_view name, ExpressionKind kind) {
    require_function(name, kind);
    reject_misuse(name, kind);
}

}  // namespace tailrace::expression
