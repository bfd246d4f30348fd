#include "engine/expression/binding.hpp"

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

#include "engine/expression/reserved_words.hpp"

namespace tailrace::expression {
namespace {

/// AWS was seen to accept 4294967294 in a SET, and to refuse the next number.
std::optional<std::uint32_t> list_index(std::string_view digits) {
    std::uint32_t index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error != std::errc() || index == std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return index;
}

}  // namespace

void Binding::require_allowed_names(const PathSyntax& path) const {
    for (const PathStepSyntax& step : path) {
        if (step.kind == TokenKind::identifier && is_reserved_word(step.text)) {
            reject(kind_,
                   "Attribute name is a reserved keyword; reserved keyword: " + std::string(step.text));
        }
        if (step.kind == TokenKind::digits && !list_index(step.text)) {
            reject(kind_,
                   "List index is not within the allowable range; index: [" + std::string(step.text) + "]");
        }
    }
}

Path Binding::path(const PathSyntax& path) {
    Path bound;
    for (const PathStepSyntax& step : path) {
        if (step.kind == TokenKind::digits) {
            bound.append(*list_index(step.text));
        } else if (step.kind == TokenKind::identifier) {
            bound.append(std::string(step.text));
        } else {
            const std::string* name = placeholders_.name(step.text);
            if (name == nullptr) {
                reject(kind_,
                       "An expression attribute name used in the document path is not defined; attribute "
                       "name: " +
                           std::string(step.text));
            }
            bound.append(*name);
        }
    }
    rules().require_depth(bound);
    return bound;
}

const AttributeValue& Binding::value(std::string_view placeholder) {
    const AttributeValue* value = placeholders_.value(placeholder);
    if (value == nullptr) {
        reject(kind_, "An expression attribute value used in expression is not defined; attribute value: " +
                          std::string(placeholder));
    }
    return *value;
}

}  // namespace tailrace::expression
