#include "engine/model/text_pattern.hpp"

#include <regex>

namespace tailrace {

struct TextPattern::Compiled {
    explicit Compiled(std::string_view pattern) : expression(pattern.begin(), pattern.end()) {}

    std::regex expression;
};

TextPattern::TextPattern(std::string_view pattern) : compiled_(std::make_unique<Compiled>(pattern)) {}

TextPattern::~TextPattern() = default;

bool TextPattern::matches(std::string_view text) const {
    return std::regex_match(text.begin(), text.end(), compiled_->expression);
}

}  // namespace tailrace
