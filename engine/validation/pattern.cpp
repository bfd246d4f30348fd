#include "engine/validation/pattern.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tailrace::validation {
namespace {

bool contains(const PatternSegment& segment, char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 128) return segment.beyond_ascii;
    return (segment.ascii[byte >> 6] >> (byte & 63) & 1) != 0;
}

bool matches_one(const PatternSegment& segment, std::string_view text) {
    return text.size() >= segment.least && text.size() <= segment.most &&
           std::ranges::all_of(text, [&](char c) { return contains(segment, c); });
}

/// The progress of one segment of a pattern in a text that is read from left to right, one character at a
/// time.
class SegmentMatch {
  public:
    SegmentMatch(const PatternSegment& segment, std::size_t text_size)
        : segment_(&segment), may_begin_(text_size + 1) {}

    /// The segment may begin at `position`, because the text before it matches the segments before this one.
    void begin_at(std::size_t position) { may_begin_[position] = true; }

    /// True if the segment may end at `position`. It is enough to check the latest beginning that leaves the
    /// segment long enough: the segment is then at its shortest. If it does not match, it cannot match with
    /// an earlier beginning either.
    bool may_end_at(std::size_t position) {
        if (position >= segment_->least && may_begin_[position - segment_->least]) {
            latest_begin_ = position - segment_->least;
            has_begun_ = true;
        }
        return has_begun_ && latest_begin_ >= run_begin_ && position - latest_begin_ <= segment_->most;
    }

    /// Moves past the character at `position`.
    void pass(char c, std::size_t position) {
        if (!contains(*segment_, c)) run_begin_ = position + 1;
    }

  private:
    const PatternSegment* segment_;
    std::vector<bool> may_begin_;
    std::size_t latest_begin_ = 0;
    bool has_begun_ = false;
    /// The start of the current run of characters that belong to the segment.
    std::size_t run_begin_ = 0;
};

/// Takes time linear in the text, even if segments share characters: all ways to divide the text among the
/// segments are followed at the same time.
bool matches_all(const Pattern& pattern, std::string_view text) {
    std::vector<SegmentMatch> matches;
    matches.reserve(pattern.segments.size());
    for (const PatternSegment& segment : pattern.segments) matches.emplace_back(segment, text.size());
    matches.front().begin_at(0);
    bool ends_here = false;
    for (std::size_t position = 0; position <= text.size(); ++position) {
        for (std::size_t i = 0; i < matches.size(); ++i) {
            ends_here = matches[i].may_end_at(position);
            if (ends_here && i + 1 < matches.size()) matches[i + 1].begin_at(position);
        }
        // The first segment has already been checked at this position. It cannot end where it begins: the
        // pattern compiler refuses to repeat a pattern whose first segment may be empty.
        if (ends_here && pattern.repeated) matches.front().begin_at(position);
        if (position == text.size()) break;
        for (SegmentMatch& each : matches) each.pass(text[position], position);
    }
    return ends_here;
}

}  // namespace

bool matches(const Pattern& pattern, std::string_view text) {
    const bool is_simple = pattern.segments.size() == 1 && !pattern.repeated;
    return is_simple ? matches_one(pattern.segments.front(), text) : matches_all(pattern, text);
}

}  // namespace tailrace::validation
