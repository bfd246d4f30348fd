#include "engine/validation/pattern.hpp"

#include <cstddef>

namespace tailrace::validation {
namespace {

bool contains(const PatternSegment& segment, char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 128) return segment.beyond_ascii;
    return (segment.ascii[byte >> 6] >> (byte & 63) & 1) != 0;
}

// Takes as much as the segment allows and gives back one character at a time when the rest does not match.
bool matches_from(const Pattern& pattern, std::size_t at, std::string_view text) {
    if (at == pattern.segments.size()) {
        return text.empty() || (pattern.repeated && matches_from(pattern, 0, text));
    }
    const PatternSegment& segment = pattern.segments[at];
    std::size_t taken = 0;
    while (taken < segment.most && taken < text.size() && contains(segment, text[taken])) ++taken;
    // A text that ends inside the last segment needs no second look: giving back can only leave more over.
    const bool last = at + 1 == pattern.segments.size() && !pattern.repeated;
    if (last) return taken == text.size() && taken >= segment.least;
    for (std::size_t length = taken + 1; length-- > segment.least;) {
        if (matches_from(pattern, at + 1, text.substr(length))) return true;
    }
    return false;
}

}  // namespace

bool matches(const Pattern& pattern, std::string_view text) {
    return matches_from(pattern, 0, text);
}

}  // namespace tailrace::validation
