#include "server/data/json_elements.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view json_blanks = " \t\r\n";
/// Longer than any name of a table.
constexpr std::size_t max_array_name_bytes = 1024;

bool is_blank(char c) {
    return json_blanks.find(c) != std::string_view::npos;
}

bool ends_bare_value(char c) {
    return c == ',' || c == ']' || c == '}' || is_blank(c);
}

}  // namespace

void JsonElements::add(std::string_view text, const Take& take) {
    for (std::size_t i = 0; i < text.size();) {
        if (place_ == Place::element) {
            i += add_to_element(text.substr(i), take);
        } else {
            add_around(text[i]);
            // The first character of an element is read again, as a part of it.
            if (place_ != Place::element) ++i;
        }
    }
}

void JsonElements::finish(const Take& take) {
    if (place_ == Place::element && element_.is_bare && open_.empty()) return end_element(take);
    if (place_ == Place::element) {
        throw DataFault("line " + std::to_string(element_.line) +
                        ": the value that begins here has no end, so nothing after it can be read");
    }
    if (!open_.empty()) refuse("the text ends before its last bracket is closed");
    if (layout_ == JsonLayout::values || has_array_) return;
    throw DataFault(layout_ == JsonLayout::items ? "there is no array Items" : "there is no array of items");
}

/// Returns how many characters belong to the element, and ends it if it is complete.
std::size_t JsonElements::add_to_element(std::string_view text, const Take& take) {
    std::size_t i = 0;
    bool is_complete = false;
    for (; i < text.size() && !is_complete; ++i) {
        const char c = text[i];
        if (c == '\n') ++line_;
        if (element_.is_in_string) {
            if (is_escaped_) {
                is_escaped_ = false;
            } else if (c == '\\') {
                is_escaped_ = true;
            } else if (c == '"') {
                element_.is_in_string = false;
                is_complete = element_.depth == 0;
            }
        } else if (element_.is_bare) {
            if (!ends_bare_value(c)) continue;
            if (c == '\n') --line_;
            is_complete = true;
            break;
        } else if (c == '"') {
            element_.is_in_string = true;
        } else if (c == '{' || c == '[') {
            ++element_.depth;
        } else if (c == '}' || c == ']') {
            is_complete = --element_.depth == 0;
        }
    }
    const bool fits = element_.text.size() + i <= max_item_text_bytes;
    element_.is_too_long = element_.is_too_long || !fits;
    if (element_.is_wanted && !element_.is_too_long) element_.text.append(text.substr(0, i));
    if (is_complete) end_element(take);
    return i;
}

void JsonElements::end_element(const Take& take) {
    place_ = Place::around;
    if (!element_.is_wanted) return;
    if (element_.is_too_long) element_.text.clear();
    take({element_.line, element_.text, name_, element_.is_too_long});
}

void JsonElements::add_around(char c) {
    if (c == '\n') ++line_;
    if (place_ == Place::name) {
        if (is_escaped_) {
            is_escaped_ = false;
        } else if (c == '\\') {
            is_escaped_ = true;
        } else if (c == '"') {
            place_ = Place::around;
            return;
        }
        if (name_.size() == max_array_name_bytes) refuse("a name is too long");
        name_.push_back(c);
        return;
    }
    if (is_blank(c)) return;
    if (has_ended_) refuse("there is more text after the end of the JSON value");
    const bool is_in_object = open_.ends_with('{');
    if (c == '}' || c == ']') return close(c);
    if (c == ',' || c == ':') {
        // After the colon comes a value, which begins an element or opens a bracket.
        if (c == ':' && is_in_object) open_.push_back(':');
        return;
    }
    if (c == '"' && is_in_object) {
        name_.clear();
        place_ = Place::name;
        return;
    }
    open(c);
}

void JsonElements::open(char c) {
    const bool is_value = open_.ends_with(':');
    if (is_value) open_.pop_back();
    if (open_.ends_with('{') && !is_value) refuse("a name in quotes was expected");
    if (open_.ends_with('[')) return begin_element(c, true);
    if (enters(c)) {
        open_.push_back(c);
        has_array_ = has_array_ || c == '[';
        return;
    }
    if (open_.empty() && layout_ != JsonLayout::values) {
        refuse(layout_ == JsonLayout::array ? "a JSON array was expected" : "a JSON object was expected");
    }
    begin_element(c, open_.empty());
}

/// Returns true if the elements are within this bracket.
bool JsonElements::enters(char c) const {
    switch (layout_) {
        case JsonLayout::values:
            return false;
        case JsonLayout::array:
            return open_.empty() && c == '[';
        case JsonLayout::items:
            return open_.empty() ? c == '{' : c == '[' && name_ == "Items";
        case JsonLayout::request_items:
            if (open_.empty()) return c == '{';
            return c == '[' || (c == '{' && open_.size() == 1 && name_ == "RequestItems");
    }
    return false;
}

void JsonElements::begin_element(char c, bool is_wanted) {
    place_ = Place::element;
    element_.line = line_;
    element_.text.clear();
    element_.depth = 0;
    element_.is_in_string = false;
    element_.is_bare = c != '{' && c != '[' && c != '"';
    element_.is_wanted = is_wanted;
    element_.is_too_long = false;
}

void JsonElements::close(char c) {
    const char opened = c == '}' ? '{' : '[';
    if (!open_.ends_with(opened)) refuse("a bracket is closed that is not open");
    open_.pop_back();
    has_ended_ = open_.empty();
}

void JsonElements::refuse(std::string_view reason) const {
    throw DataFault("line " + std::to_string(line_) + ": " + std::string(reason) +
                    ", so nothing after this can be read");
}

}  // namespace tailrace::server
