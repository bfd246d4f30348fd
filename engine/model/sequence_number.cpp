#include "engine/model/sequence_number.hpp"

#include <charconv>

namespace tailrace {
namespace {

constexpr std::size_t sequence_digits = 20;

}  // namespace

std::string sequence_text(std::uint64_t sequence) {
    std::string text = std::to_string(sequence);
    text.insert(0, sequence_digits - text.size(), '0');
    return text.insert(0, "1");
}

std::optional<std::uint64_t> parse_sequence(std::string_view text) {
    if (text.size() != sequence_digits + 1 || text.front() != '1') return std::nullopt;
    std::uint64_t sequence = 0;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), sequence);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return sequence;
}

}  // namespace tailrace
