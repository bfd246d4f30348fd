#include "server/advice/prose.hpp"

#include <algorithm>
#include <cstddef>

#include "server/wire/shown_text.hpp"

namespace tailrace::server {
namespace {

std::size_t longest_run(std::string_view text, char wanted) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = c == wanted ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

/// Returns true if the text needs a blank on each side in a code span. A backtick at its end would become
/// part of the fence. If it begins and ends with a blank, Markdown removes one on each side.
bool needs_blanks(std::string_view text) {
    const auto is_at_an_end = [text](char c) { return text.front() == c || text.back() == c; };
    return is_at_an_end('`') || is_at_an_end(' ');
}

}  // namespace

Prose operator+(Prose first, const Prose& second) {
    first.plain += second.plain;
    first.markdown += second.markdown;
    return first;
}

Prose named(std::string_view name) {
    Prose prose;
    prose.plain = shown_line(std::string(name));
    prose.markdown = code_span(name);
    return prose;
}

Prose in_quotes(std::string_view value) {
    Prose prose = named(value);
    std::ranges::replace(prose.plain, '"', '\'');
    prose.plain = "\"" + prose.plain + "\"";
    return prose;
}

std::string code_span(std::string_view text) {
    if (text.empty()) return {};
    const std::string shown = shown_line(std::string(text));
    const std::string fence(longest_run(shown, '`') + 1, '`');
    const std::string blank = needs_blanks(shown) ? " " : "";
    return fence + blank + shown + blank + fence;
}

}  // namespace tailrace::server
