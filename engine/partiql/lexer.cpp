#include "engine/partiql/lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

#include "engine/model/api_error.hpp"
#include "engine/model/ascii_case.hpp"
#include "engine/model/utf8.hpp"
#include "engine/partiql/keywords.hpp"

namespace tailrace::partiql {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool begins_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

constexpr std::array<std::string_view, 7> long_symbols = {"<>", "!=", "<=", ">=", "<<", ">>", "||"};
constexpr std::string_view short_symbols = "<>=+-*/%()[]{},.:;?@";

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<Token> run() {
        std::vector<Token> tokens;
        do {
            skip_blank();
            tokens.push_back(token());
        } while (tokens.back().kind != TokenKind::end);
        return tokens;
    }

  private:
    char peek(std::size_t ahead = 0) const {
        return offset_ + ahead < text_.size() ? text_[offset_ + ahead] : '\0';
    }
    bool at_end() const { return offset_ >= text_.size(); }

    void advance(std::size_t bytes = 1) {
        for (; bytes > 0; --bytes, ++offset_) {
            if (text_[offset_] == '\n') {
                ++line_;
                column_ = 1;
            } else if (begins_character(text_[offset_])) {
                ++column_;
            }
        }
    }

    void skip_blank() {
        while (!at_end()) {
            if (is_blank(peek())) {
                advance();
            } else if (text_.substr(offset_).starts_with("--")) {
                const std::size_t end = text_.find_first_of("\n\r", offset_);
                advance(std::min(end, text_.size()) - offset_);
            } else if (text_.substr(offset_).starts_with("/*")) {
                const std::size_t end = text_.find("*/", offset_ + 2);
                if (end == std::string_view::npos) reject_statement();
                advance(end + 2 - offset_);
            } else {
                return;
            }
        }
    }

    Token token() {
        const std::size_t begin = offset_;
        Token token{TokenKind::end, {}, {line_, column_, 0}};
        if (at_end()) return token;
        const char c = peek();
        if (begins_word(c)) {
            take_word(token);
        } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
            take_number(token);
        } else if (c == '"' || c == '\'' || c == '`') {
            take_quoted(token, c);
        } else {
            take_symbol(token);
        }
        for (const char each : text_.substr(begin, offset_ - begin)) {
            if (begins_character(each)) ++token.position.length;
        }
        return token;
    }

    void take_word(Token& token) {
        const std::size_t begin = offset_;
        while (begins_word(peek()) || is_digit(peek())) advance();
        token.text = text_.substr(begin, offset_ - begin);
        token.kind = TokenKind::identifier;
        std::string lower = lower_case(token.text);
        if (!is_keyword(lower)) return;
        token.kind = TokenKind::keyword;
        token.text = std::move(lower);
    }

    void take_number(Token& token) {
        const std::size_t begin = offset_;
        while (is_digit(peek())) advance();
        if (peek() == '.') advance();
        const std::size_t fraction = offset_;
        while (is_digit(peek())) advance();
        const auto fraction_digits = static_cast<std::int64_t>(offset_ - fraction);
        if (peek() == 'e' || peek() == 'E') require_scale(fraction_digits - take_exponent());
        if (begins_word(peek())) reject_statement();
        token.text = text_.substr(begin, offset_ - begin);
        token.kind = TokenKind::number;
    }

    std::int64_t take_exponent() {
        advance();
        const bool is_negative = peek() == '-';
        if (is_negative || peek() == '+') advance();
        const std::size_t begin = offset_;
        while (is_digit(peek())) advance();
        std::int32_t exponent = 0;
        const char* const end = text_.data() + offset_;
        if (std::from_chars(text_.data() + begin, end, exponent).ec != std::errc()) reject_statement();
        return is_negative ? -std::int64_t(exponent) : exponent;
    }

    /// A number's scale must fit a 32-bit integer too, as observed.
    static void require_scale(std::int64_t scale) {
        if (scale != static_cast<std::int32_t>(scale)) reject_statement();
    }

    /// A quote inside the text is written twice.
    void take_quoted(Token& token, char quote) {
        advance();
        while (true) {
            if (at_end()) reject_statement();
            if (peek() == quote) {
                advance();
                if (quote == '`' || peek() != quote) break;
            }
            token.text.push_back(peek());
            advance();
        }
        token.kind = quote == '"'    ? TokenKind::quoted_identifier
                     : quote == '\'' ? TokenKind::string
                                     : TokenKind::ion;
    }

    void take_symbol(Token& token) {
        token.kind = TokenKind::symbol;
        for (const std::string_view symbol : long_symbols) {
            if (!text_.substr(offset_).starts_with(symbol)) continue;
            token.text = symbol == "!=" ? "<>" : symbol;
            advance(2);
            return;
        }
        if (short_symbols.find(peek()) == std::string_view::npos) reject_statement();
        token.text = std::string(1, peek());
        advance();
    }

    std::string_view text_;
    std::size_t offset_ = 0;
    std::size_t line_ = 1;
    std::size_t column_ = 1;
};

}  // namespace

void reject_statement(std::string_view detail) {
    throw ApiError::validation(
        std::string("Statement wasn't well formed, can't be processed: ").append(detail));
}

std::vector<Token> tokenize(std::string_view text) {
    return Lexer(text).run();
}

}  // namespace tailrace::partiql
