#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/data/item_reader.hpp"

namespace tailrace::server {

/// Where the elements are in a JSON text.
enum class JsonLayout : std::uint8_t {
    /// One value after another.
    values,
    /// In one array.
    array,
    /// In the array Items of one object.
    items,
    /// In the arrays of one object, or of its member RequestItems.
    request_items
};

/// Finds the elements of a JSON text that arrives in pieces, without a tree of the whole text. Looks only at
/// brackets and quotes; a fault within an element is left to whoever parses it.
class JsonElements {
  public:
    struct Element {
        std::uint64_t line;
        std::string_view text;
        /// The name of the array; empty if it has none.
        std::string_view array_name = {};
        /// The text has more than max_item_text_bytes, so it is left out.
        bool is_too_long = false;
    };
    using Take = std::function<void(const Element&)>;

    explicit JsonElements(JsonLayout layout) : layout_(layout) {}

    /// Throws DataFault if the text around the elements is damaged.
    void add(std::string_view text, const Take& take);
    void finish(const Take& take);

  private:
    /// The part of the text where the next character is.
    enum class Place : std::uint8_t { around, name, element };

    std::size_t add_to_element(std::string_view text, const Take& take);
    void end_element(const Take& take);
    void add_around(char c);
    void open(char c);
    void begin_element(char c, bool is_wanted);
    void close(char c);
    bool enters(char c) const;
    [[noreturn]] void refuse(std::string_view reason) const;

    const JsonLayout layout_;
    Place place_ = Place::around;
    std::uint64_t line_ = 1;
    /// The brackets around the next element.
    std::string open_;
    /// The last name in the innermost object around it.
    std::string name_;
    bool is_escaped_ = false;
    bool has_ended_ = false;
    bool has_array_ = false;

    struct Begun {
        std::uint64_t line = 0;
        std::string text = {};
        std::size_t depth = 0;
        bool is_in_string = false;
        bool is_bare = false;
        bool is_wanted = true;
        bool is_too_long = false;
    };
    Begun element_;
};

}  // namespace tailrace::server
