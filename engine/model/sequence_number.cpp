#include "engine/model/sequence_number.hpp"

#include "engine/model/parse_number.hpp"

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
    return parse_number<std::uint64_t>(text.substr(1));
}

}  // namespace tailrace
