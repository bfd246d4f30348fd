#include "engine/model/item_json_reader.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <span>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/model/base64.hpp"
#include "engine/model/document_size.hpp"
#include "engine/model/eight_bytes.hpp"
#include "engine/model/json_writer.hpp"
#include "engine/model/number.hpp"
#include "engine/model/utf8.hpp"

namespace tailrace {
namespace {

constexpr std::size_t step = sizeof(std::uint64_t);
constexpr std::size_t usual_attributes = 16;

bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Returns the value of the digit in a JSON text, or nullopt.
std::optional<std::uint32_t> hex_value(char c) {
    if (is_digit(c)) return static_cast<std::uint32_t>(c - '0');
    const char lower = static_cast<char>(c | 0x20);
    if (lower < 'a' || lower > 'f') return std::nullopt;
    return static_cast<std::uint32_t>(lower - 'a') + 10;
}

/// Compares the first characters first: they usually differ, and are cheap to compare.
bool name_is_before(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty() || a.front() == b.front()) return a < b;
    return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front());
}

/// Reads a number that has no exponent. Does not report what is wrong with any other text.
std::optional<Number> number_in(std::string_view text) {
    if (text.find_first_of("eE") != std::string_view::npos) return std::nullopt;
    try {
        return Number::parse(text);
    } catch (const ApiError&) {
        return std::nullopt;
    }
}

}  // namespace

ItemJsonReader::ItemJsonReader(std::string_view text)
    : begin_(text.data()),
      in_(begin_),
      end_(begin_ + text.size()),
      // Not initialised. The last step of copy_plain() may reach beyond the text.
      buffer_(new char[text.size() + step]),
      out_(buffer_.get()) {
    segments_.reserve(usual_attributes);
}

std::optional<ItemJson> ItemJsonReader::read(std::size_t& at) {
    in_ = begin_ + at;
    out_ = buffer_.get();
    segments_.clear();
    size_bytes_ = 0;
    if (!read_members(1) || !order(0)) return std::nullopt;
    at = static_cast<std::size_t>(in_ - begin_);
    return ordered_item();
}

ItemJson ItemJsonReader::ordered_item() const {
    ItemJson item{.json = std::string(written(), '}'),
                  .size_bytes = static_cast<std::uint32_t>(size_bytes_),
                  .places = {}};
    item.places.reserve(segments_.size());
    char* const json = item.json.data();
    char* end = json;
    *end++ = '{';
    for (const Segment& each : segments_) {
        if (!item.places.empty()) *end++ = ',';
        const auto begin = static_cast<std::uint32_t>(end - json);
        item.places.push_back({.name = begin + 1,
                               .name_size = static_cast<std::uint32_t>(each.key.size()),
                               .value = begin + static_cast<std::uint32_t>(each.value - each.begin),
                               .value_size = static_cast<std::uint32_t>(each.end - each.value)});
        std::memcpy(end, buffer_.get() + each.begin, each.end - each.begin);
        end += each.end - each.begin;
    }
    return item;
}

template <typename Each>
bool ItemJsonReader::sequence(char open, char close, Each each) {
    if (!take(open)) return false;
    put(open);
    if (take(close)) {
        put(close);
        return true;
    }
    do {
        if (!each()) return false;
        put(',');
    } while (take(','));
    out_[-1] = close;
    return take(close);
}

bool ItemJsonReader::read_members(int depth) {
    return sequence('{', '}', [&] { return read_member(depth); });
}

bool ItemJsonReader::read_member(int depth) {
    Segment member{.begin = written(), .end = 0, .key = {}, .value = 0};
    if (!take('"')) return false;
    put('"');
    const char* const name = out_;
    if (!copy_string() || escape_bytes_ != 0) return false;
    member.key = {name, static_cast<std::size_t>(out_ - name) - 1};
    if (member.key.empty() || member.key.size() > max_attribute_name_bytes || !take(':')) return false;
    put(':');
    size_bytes_ += member.key.size();
    member.value = written();
    if (!read_value(depth)) return false;
    member.end = written();
    segments_.push_back(member);
    return true;
}

bool ItemJsonReader::read_value(int depth) {
    if (depth > max_attribute_nesting || !take('{') || !take('"')) return false;
    const char* const name = in_;
    while (in_ < end_ && *in_ != '"') ++in_;
    const auto type = attribute_type_named({name, static_cast<std::size_t>(in_ - name)});
    if (!type || !take('"') || !take(':')) return false;
    put(value_opening(*type));
    if (!read_typed(*type, depth) || !take('}')) return false;
    put('}');
    return true;
}

bool ItemJsonReader::read_typed(AttributeType type, int depth) {
    switch (type) {
        case AttributeType::S:
            return take('"') && read_text();
        case AttributeType::N:
            return take('"') && read_number();
        case AttributeType::B:
            return take('"') && read_binary();
        case AttributeType::BOOL:
            skip_blanks();
            return read_word("true") || read_word("false");
        case AttributeType::NUL:
            skip_blanks();
            return read_word("true");
        case AttributeType::L:
            return read_list(depth + 1);
        case AttributeType::M: {
            const std::size_t first = segments_.size();
            if (!read_members(depth + 1)) return false;
            size_bytes_ += document_overhead_bytes + element_overhead_bytes * (segments_.size() - first);
            return order_written(first);
        }
        case AttributeType::SS:
            return read_texts();
        case AttributeType::NS:
            return read_numbers();
        default:
            return false;
    }
}

bool ItemJsonReader::read_list(int depth) {
    size_bytes_ += document_overhead_bytes;
    return sequence('[', ']', [&] {
        size_bytes_ += element_overhead_bytes;
        return read_value(depth);
    });
}

bool ItemJsonReader::read_text() {
    put('"');
    const char* const text = out_;
    if (!copy_string()) return false;
    size_bytes_ += static_cast<std::size_t>(out_ - text) - 1 - escape_bytes_;
    return true;
}

/// A whole number is written as it is read, unless it has digits that have no effect.
bool ItemJsonReader::read_number() {
    const std::string_view rest(in_, static_cast<std::size_t>(end_ - in_));
    const bool is_negative = rest.starts_with('-');
    const std::size_t first = is_negative ? 1 : 0;
    std::size_t end = first;
    std::size_t zeros = 0;
    for (; end < rest.size() && is_digit(rest[end]); ++end) zeros = rest[end] == '0' ? zeros + 1 : 0;
    const std::size_t digits = end - first;
    const bool is_simple = digits > 0 && digits <= std::size_t{Number::max_digits} && rest[first] != '0' &&
                           end < rest.size() && rest[end] == '"';
    put('"');
    if (is_simple) {
        size_bytes_ += Number::size_bytes(digits - zeros, static_cast<int>(zeros), is_negative);
        put(rest.substr(0, end + 1));
        in_ += end + 1;
        return true;
    }
    const auto text = take_raw_string();
    const auto number = text ? number_in(*text) : std::nullopt;
    if (!number) return false;
    const std::string canonical = number->text();
    if (canonical.size() > text->size()) return false;
    size_bytes_ += number->size_bytes();
    put(canonical);
    put('"');
    return true;
}

/// Bytes have only one valid base64 text, so the text that was read is written unchanged.
bool ItemJsonReader::read_binary() {
    const auto text = take_raw_string();
    if (!text || find_base64_fault(*text)) return false;
    constexpr std::size_t group_characters = 4;
    constexpr std::size_t group_bytes = 3;
    const auto padding = static_cast<std::size_t>(std::ranges::count(*text, '='));
    size_bytes_ += text->size() / group_characters * group_bytes - padding;
    put('"');
    put(*text);
    put('"');
    return true;
}

bool ItemJsonReader::read_word(std::string_view word) {
    if (!std::string_view(in_, static_cast<std::size_t>(end_ - in_)).starts_with(word)) return false;
    in_ += word.size();
    put(word);
    ++size_bytes_;
    return true;
}

bool ItemJsonReader::read_texts() {
    const std::size_t first = segments_.size();
    const auto read_each = [&] {
        Segment text{.begin = written(), .end = 0, .key = {}, .value = 0};
        if (!take('"')) return false;
        put('"');
        const char* const begin = out_;
        if (!copy_string() || escape_bytes_ != 0) return false;
        text.key = {begin, static_cast<std::size_t>(out_ - begin) - 1};
        text.end = written();
        size_bytes_ += text.key.size();
        segments_.push_back(text);
        return true;
    };
    return sequence('[', ']', read_each) && segments_.size() > first && order_written(first);
}

bool ItemJsonReader::read_numbers() {
    char* const begin = out_;
    std::size_t text_bytes = 0;
    NumberSet set;
    const auto read_each = [&] {
        const auto text = take('"') ? take_raw_string() : std::nullopt;
        const auto number = text ? number_in(*text) : std::nullopt;
        if (!number) return false;
        text_bytes += text->size();
        size_bytes_ += number->size_bytes();
        set.values.push_back(*number);
        return true;
    };
    if (!sequence('[', ']', read_each) || set.values.empty() || !set.sort()) return false;
    out_ = begin;
    char before = '[';
    for (const Number& each : set.values) {
        const std::string text = each.text();
        if (text.size() > text_bytes) return false;
        text_bytes -= text.size();
        put(std::exchange(before, ','));
        put('"');
        put(text);
        put('"');
    }
    put(']');
    return true;
}

bool ItemJsonReader::copy_string() {
    escape_bytes_ = 0;
    while (true) {
        copy_plain();
        if (in_ == end_) return false;
        if (*in_ == '"') {
            put(*in_++);
            return true;
        }
        if (!(*in_ == '\\' ? copy_escape() : copy_character())) return false;
    }
}

void ItemJsonReader::copy_plain() {
    if constexpr (std::endian::native == std::endian::little) {
        while (static_cast<std::size_t>(end_ - in_) >= step) {
            const std::uint64_t word = eight_bytes(in_);
            std::memcpy(out_, &word, step);
            const std::uint64_t marks = marks_of_escaped(word) | (word & tops_of_bytes);
            const std::size_t plain = marks == 0 ? step : bytes_before_mark(marks);
            in_ += plain;
            out_ += plain;
            if (marks != 0) return;
        }
    }
    while (in_ < end_ && is_plain(*in_)) put(*in_++);
}

bool ItemJsonReader::copy_escape() {
    if (end_ - in_ < 2) return false;
    const char c = in_[1];
    if (c == 'u') return copy_escaped_character();
    constexpr std::string_view written_alike = "\"\\bfnrt";
    if (c != '/' && written_alike.find(c) == std::string_view::npos) return false;
    if (c != '/') {
        put('\\');
        ++escape_bytes_;
    }
    put(c);
    in_ += 2;
    return true;
}

/// Reads "\u00e9", or two of them for a character outside the basic plane.
bool ItemJsonReader::copy_escaped_character() {
    constexpr std::uint32_t first_of_two = 0xd800;
    constexpr std::uint32_t second_of_two = 0xdc00;
    constexpr std::uint32_t halves = 0x400;
    constexpr std::uint32_t beyond_basic_plane = 0x10000;
    auto code = take_hex();
    if (!code || (*code >= second_of_two && *code < second_of_two + halves)) return false;
    if (*code >= first_of_two && *code < second_of_two) {
        const auto second = take_hex();
        if (!second || *second < second_of_two || *second >= second_of_two + halves) return false;
        *code = beyond_basic_plane + (*code - first_of_two) * halves + (*second - second_of_two);
    }
    std::string character;
    append_character(character, *code);
    std::string json;
    append_json_string(json, character);
    escape_bytes_ += json.size() - 2 - character.size();
    put(std::string_view(json).substr(1, json.size() - 2));
    return true;
}

std::optional<std::uint32_t> ItemJsonReader::take_hex() {
    constexpr std::size_t size = 6;
    const std::string_view text(in_, std::min(static_cast<std::size_t>(end_ - in_), size));
    if (text.size() < size || !text.starts_with("\\u")) return std::nullopt;
    std::uint32_t code = 0;
    for (const char c : text.substr(2)) {
        const auto digit = hex_value(c);
        if (!digit) return std::nullopt;
        code = code * 16 + *digit;
    }
    in_ += size;
    return code;
}

/// A character beyond ASCII. Everything else that comes here is a control character, which JSON forbids.
bool ItemJsonReader::copy_character() {
    const std::string_view rest(in_, static_cast<std::size_t>(end_ - in_));
    const std::size_t size = valid_character_size(rest);
    put(rest.substr(0, size));
    in_ += size;
    return size > 0;
}

std::optional<std::string_view> ItemJsonReader::take_raw_string() {
    const std::string_view rest(in_, static_cast<std::size_t>(end_ - in_));
    const std::size_t size = rest.find('"');
    if (size == std::string_view::npos) return std::nullopt;
    in_ += size + 1;
    return rest.substr(0, size);
}

bool ItemJsonReader::order(std::size_t first) {
    const auto segments = std::span(segments_).subspan(first);
    const auto ascends = [&] {
        return std::ranges::adjacent_find(segments, std::not_fn(name_is_before), &Segment::key) ==
               segments.end();
    };
    if (ascends()) return true;
    std::ranges::sort(segments, name_is_before, &Segment::key);
    return ascends();
}

bool ItemJsonReader::order_written(std::size_t first) {
    const auto segments = std::span(segments_).subspan(first);
    if (segments.empty()) return true;
    const std::size_t begin = segments.front().begin;
    if (!order(first)) return false;
    if (!std::ranges::is_sorted(segments, {}, &Segment::begin)) {
        moved_.assign(buffer_.get() + begin, written() - 1 - begin);
        char* out = buffer_.get() + begin;
        for (const Segment& each : segments) {
            if (out != buffer_.get() + begin) *out++ = ',';
            std::memcpy(out, moved_.data() + (each.begin - begin), each.end - each.begin);
            out += each.end - each.begin;
        }
    }
    segments_.resize(first);
    return true;
}

void ItemJsonReader::skip_blanks() {
    while (in_ < end_ && (*in_ == ' ' || *in_ == '\n' || *in_ == '\r' || *in_ == '\t')) ++in_;
}

bool ItemJsonReader::take(char c) {
    skip_blanks();
    if (in_ == end_ || *in_ != c) return false;
    ++in_;
    return true;
}

void ItemJsonReader::put(std::string_view text) {
    std::memcpy(out_, text.data(), text.size());
    out_ += text.size();
}

}  // namespace tailrace
