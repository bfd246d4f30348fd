#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tailrace::server {

/// A text in one line that may have names and values from requests in it.
struct Prose {
    /// For JSON and terminals.
    std::string plain = {};
    /// Each name and value is a code span.
    std::string markdown = {};

    Prose() = default;
    /// Words that do not come from a request.
    Prose(std::string words) : plain(std::move(words)), markdown(plain) {}
    Prose(const char* words) : Prose(std::string(words)) {}

    bool empty() const { return plain.empty(); }
};

Prose operator+(Prose first, const Prose& second);

/// Returns the name of a table, an attribute or a mapping.
Prose named(std::string_view name);
/// Returns a value, which is in quotation marks if there are no code spans.
Prose in_quotes(std::string_view value);

/// Returns text from a request, in one line, as a code span: no character in it has a meaning for Markdown.
/// Empty for an empty text. Source: CommonMark, section 6.1.
std::string code_span(std::string_view text);

}  // namespace tailrace::server
