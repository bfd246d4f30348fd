#include "engine/model/nearest_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "engine/model/ascii_case.hpp"

namespace tailrace {
namespace {

constexpr std::size_t max_slips = 2;
constexpr std::size_t short_text = 4;

std::string digits_of(std::string_view text) {
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

/// The number of typing errors that turn one text into the other: the optimal string alignment distance,
/// computed row by row.
std::size_t slips_between(std::string_view a, std::string_view b) {
    std::array<std::vector<std::size_t>, 3> rows;
    for (std::vector<std::size_t>& row : rows) row.resize(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::vector<std::size_t>& row = rows[i % 3];
        const std::vector<std::size_t>& above = rows[(i - 1) % 3];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool is_same = lower_case(a[i - 1]) == lower_case(b[j - 1]);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (is_same ? 0 : 1)});
            const bool is_swapped = i > 1 && j > 1 && lower_case(a[i - 1]) == lower_case(b[j - 2]) &&
                                    lower_case(a[i - 2]) == lower_case(b[j - 1]);
            if (is_swapped) row[j] = std::min(row[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    return rows[a.size() % 3][b.size()];
}

}  // namespace

std::string_view nearest_name(std::string_view text, const std::vector<std::string_view>& names) {
    std::size_t least = text.size() < short_text ? 1 : max_slips;
    const std::string digits = digits_of(text);
    std::string_view nearest;
    for (const std::string_view name : names) {
        // The difference in length is a lower bound, and cheaper to compute.
        if (std::max(name.size(), text.size()) - std::min(name.size(), text.size()) > least) continue;
        if (digits_of(name) != digits) continue;
        const std::size_t slips = slips_between(text, name);
        if (slips > least || (slips == least && !nearest.empty())) continue;
        least = slips;
        nearest = name;
    }
    return nearest;
}

bool is_misspelt_parameter(std::string_view text, const std::vector<std::string_view>& names) {
    const auto is_letter = [](char c) { return lower_case(c) >= 'a' && lower_case(c) <= 'z'; };
    if (text.empty() || !std::ranges::all_of(text, is_letter)) return false;
    const bool is_capitalised = text.front() <= 'Z';
    return is_capitalised || !nearest_name(text, names).empty();
}

std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& names) {
    const std::string_view nearest = nearest_name(text, names);
    return nearest.empty() ? "" : std::string("; did you mean ").append(nearest).append("?");
}

}  // namespace tailrace
