#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tailrace {

/// The places of names in a table, grouped by the lengths of the names. A name is then compared only with
/// those of its own length, which is faster than a binary search in a table of a few dozen. Made at compile
/// time.
template <std::size_t Count>
class PlacesByLength {
  public:
    /// `name_of` returns the name of a row. No name is longer than max_length.
    template <typename Row, typename NameOf>
    constexpr PlacesByLength(const std::array<Row, Count>& rows, NameOf name_of) {
        std::size_t used = 0;
        for (std::size_t length = 0; length <= max_length; ++length) {
            starts_[length] = static_cast<std::uint8_t>(used);
            for (std::size_t place = 0; place < Count; ++place) {
                if (std::string_view(name_of(rows[place])).size() != length) continue;
                places_[used++] = static_cast<std::uint8_t>(place);
            }
        }
        starts_.back() = static_cast<std::uint8_t>(used);
    }

    constexpr std::span<const std::uint8_t> of_length(std::size_t length) const {
        if (length > max_length) return {};
        return std::span(places_).subspan(starts_[length], starts_[length + 1] - starts_[length]);
    }

  private:
    static constexpr std::size_t max_length = 62;
    static_assert(Count <= 255);

    std::array<std::uint8_t, Count> places_{};
    std::array<std::uint8_t, max_length + 2> starts_{};
};

}  // namespace tailrace
