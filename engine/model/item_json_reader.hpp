#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/item_json.hpp"

namespace tailrace {

/// Reads items from the text of a request in one pass, directly into their stored form. It accepts only items
/// that parse_attribute_map() accepts in both ways (see ValueWords) and that to_json() writes with the same
/// bytes. Nearly all programs send such items. Everything else is left to those two functions, which report
/// all faults: invalid values, members that are null or have no type, names that occur twice or contain an
/// escape, numbers with an exponent, and sets of binary values.
class ItemJsonReader {
  public:
    /// The text must outlive the reader.
    explicit ItemJsonReader(std::string_view text);

    /// Reads the item that begins at the offset `at` of the text, and moves `at` to its end. Returns nullopt
    /// if this reader does not accept it; `at` is then unspecified.
    std::optional<ItemJson> read(std::size_t& at);

  private:
    /// A member of a map or a value of a set that has been written.
    struct Segment {
        std::size_t begin;
        std::size_t end;
        /// The name of the member, or the value of the set.
        std::string_view key;
        /// Where the member's value begins.
        std::size_t value;
    };

    bool read_members(int depth);
    bool read_member(int depth);
    bool read_value(int depth);
    bool read_typed(AttributeType type, int depth);
    bool read_list(int depth);
    bool read_text();
    bool read_number();
    bool read_binary();
    bool read_word(std::string_view word);
    bool read_texts();
    bool read_numbers();

    /// The rest of a string whose opening quote has been read. It is copied with its closing quote.
    bool copy_string();
    bool copy_escape();
    bool copy_escaped_character();
    bool copy_character();
    void copy_plain();
    /// What is between two quotes, without decoding it. Reads the closing quote.
    std::optional<std::string_view> take_raw_string();
    std::optional<std::uint32_t> take_hex();

    template <typename Each>
    bool sequence(char open, char close, Each each);
    /// Orders the segments from `first` on by their keys. Returns false if a key occurs twice.
    bool order(std::size_t first);
    /// Does the same, and also reorders the written text, which must end with the last segment and its
    /// closing bracket. Then forgets the segments.
    bool order_written(std::size_t first);
    ItemJson ordered_item() const;

    void skip_blanks();
    /// Skips blanks, and then `c`. Returns false if something else follows.
    bool take(char c);
    void put(char c) { *out_++ = c; }
    void put(std::string_view text);
    std::size_t written() const { return static_cast<std::size_t>(out_ - buffer_.get()); }

    const char* const begin_;
    const char* in_;
    const char* const end_;
    /// The text written for an item is never longer than the text that was read.
    const std::unique_ptr<char[]> buffer_;
    char* out_;
    std::vector<Segment> segments_;
    std::string moved_;
    std::size_t size_bytes_ = 0;
    /// The number of bytes by which the written form of the last copied string is longer than the string's
    /// value, because of escapes.
    std::size_t escape_bytes_ = 0;
};

}  // namespace tailrace
