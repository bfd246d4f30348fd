#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "engine/model/base64.hpp"
#include "engine/model/utf8.hpp"
#include "engine/model/value_fault.hpp"
#include "server/data/ion_text.hpp"
#include "server/data/item_reader.hpp"
#include "server/wire/shown_text.hpp"

namespace tailrace::server {
namespace {

/// Deeper than an item may be, so that an item that is slightly too deep is refused with DynamoDB's message,
/// not with the parser's.
constexpr int max_ion_depth = 64;

constexpr std::string_view ion_digits = "0123456789";
constexpr std::string_view ion_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$0123456789";

/// Reads one line of Ion text.
class IonParser {
  public:
    explicit IonParser(std::string_view text) : text_(text) {}

    AttributeMap item() {
        skip_blanks();
        if (take("$ion_1_0")) skip_blanks();
        AttributeValue value = read_value(0);
        skip_blanks();
        if (at_ != text_.size()) refuse("there is more text after the item");
        auto* outer = value.get_if<AttributeMap>();
        AttributeValue* member = outer == nullptr ? nullptr : outer->find("Item");
        auto* item = member == nullptr || outer->size() != 1 ? nullptr : member->get_if<AttributeMap>();
        if (item == nullptr) throw DataFault("a line has the form $ion_1_0 {Item:{…}}");
        return std::move(*item);
    }

  private:
    [[noreturn]] void refuse(std::string_view reason) const {
        throw DataFault(std::string(reason) + " at column " + std::to_string(at_ + 1));
    }
    bool is_at(std::string_view word) const { return text_.substr(at_).starts_with(word); }
    bool take(std::string_view word) {
        if (!is_at(word)) return false;
        at_ += word.size();
        return true;
    }
    void require(std::string_view word) {
        if (!take(word)) refuse("'" + std::string(word) + "' was expected");
    }
    std::string_view take_any_of(std::string_view characters) {
        const std::size_t begin = at_;
        at_ = std::min(text_.find_first_not_of(characters, begin), text_.size());
        return text_.substr(begin, at_ - begin);
    }
    void skip_blanks() {
        for (;;) {
            take_any_of(" \t\r\n\v\f");
            if (!is_at("/*")) {
                if (is_at("//")) at_ = text_.size();
                return;
            }
            const std::size_t end = text_.find("*/", at_ + 2);
            if (end == std::string_view::npos) refuse("a comment without an end");
            at_ = end + 2;
        }
    }

    AttributeValue read_value(int depth) {
        if (depth > max_ion_depth) throw NestingFault();
        skip_blanks();
        if (take("$dynamodb_SS::")) return read_set<std::string>(depth);
        if (take("$dynamodb_NS::")) return read_set<Number>(depth);
        if (take("$dynamodb_BS::")) return read_set<Binary>(depth);
        if (take("{{")) return read_blob();
        if (take("{")) return read_struct(depth);
        if (take("[")) return read_list(depth);
        if (is_at("'''") || is_at("\"")) return read_text();
        if (at_ < text_.size() &&
            (ion_digits.find(text_[at_]) != std::string_view::npos || text_[at_] == '-'))
            return read_number();
        return read_word();
    }

    AttributeValue read_word() {
        const std::size_t begin = at_;
        const std::string_view word = take_any_of(ion_letters);
        if (word == "true") return true;
        if (word == "false") return false;
        if (word == "null") {
            if (take(".")) take_any_of(ion_letters);
            return Null{};
        }
        at_ = begin;
        refuse("a value that DynamoDB has no type for");
    }

    AttributeValue read_number() {
        const std::size_t begin = at_;
        std::string text(take_any_of("0123456789+-.eEdD_"));
        const bool is_other = at_ < text_.size() && ion_letters.find(text_[at_]) != std::string_view::npos;
        if (is_other || (at_ < text_.size() && text_[at_] == ':')) {
            at_ = begin;
            refuse("a value that DynamoDB has no type for");
        }
        std::erase(text, '_');
        for (char& c : text) {
            if (c == 'd' || c == 'D') c = 'E';
        }
        // "103." has no digits after the point.
        const std::size_t point = text.find('.');
        const bool ends_with_point =
            point != std::string::npos &&
            (point + 1 == text.size() || text[point + 1] == 'E' || text[point + 1] == 'e');
        if (ends_with_point) text.erase(point, 1);
        return Number::parse(text);
    }

    std::string read_text() {
        std::string text;
        if (!is_at("'''")) {
            require("\"");
            read_quoted(text, "\"");
            return text;
        }
        while (take("'''")) {
            read_quoted(text, "'''");
            skip_blanks();
        }
        return text;
    }

    void read_quoted(std::string& out, std::string_view end) {
        while (!take(end)) {
            const std::size_t special = text_.find_first_of(std::string{end.front(), '\\'}, at_);
            if (special == std::string_view::npos) refuse("a text without an end");
            out.append(text_.substr(at_, special - at_));
            at_ = special;
            if (take("\\")) {
                read_escape(out);
            } else if (!is_at(end)) {
                out.push_back(text_[at_++]);
            }
        }
    }

    void read_escape(std::string& out) {
        constexpr std::string_view names = "abtnfrv0\"'?\\/";
        constexpr std::string_view values = {"\a\b\t\n\f\r\v\0\"'?\\/", names.size()};
        if (at_ == text_.size()) refuse("a text without an end");
        const char c = text_[at_++];
        if (const std::size_t place = names.find(c); place != std::string_view::npos) {
            out.push_back(values[place]);
        } else if (c == 'x') {
            append_character(out, read_hex(2));
        } else if (c == 'u') {
            append_character(out, read_utf16());
        } else if (c == 'U') {
            append_character(out, checked(read_hex(8)));
        } else {
            refuse("an unknown escape");
        }
    }

    std::uint32_t read_hex(std::size_t digits) {
        std::uint32_t value = 0;
        const std::string_view text = text_.substr(at_, digits);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
        if (text.size() != digits || end != text.data() + text.size()) refuse("an unknown escape");
        at_ += digits;
        return value;
    }

    std::uint32_t read_utf16() {
        const std::uint32_t high = read_hex(4);
        if (high < 0xd800 || high > 0xdbff) return checked(high);
        require("\\u");
        const std::uint32_t low = read_hex(4);
        if (low < 0xdc00 || low > 0xdfff) refuse("half of a character");
        return 0x10000 + ((high - 0xd800) << 10U) + (low - 0xdc00);
    }

    std::uint32_t checked(std::uint32_t code) const {
        if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) refuse("an unknown character");
        return code;
    }

    Binary read_blob() {
        std::string text;
        for (;;) {
            skip_blanks();
            const std::string_view part =
                take_any_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
            if (part.empty()) break;
            text.append(part);
        }
        require("}}");
        auto bytes = decode_base64(text);
        if (!bytes) refuse("a blob that is not base64");
        return Binary{std::move(*bytes)};
    }

    AttributeList read_list(int depth) {
        AttributeList list;
        for (;;) {
            skip_blanks();
            if (take("]")) return list;
            list.push_back(read_value(depth + 1));
            skip_blanks();
            if (!is_at("]")) require(",");
        }
    }

    template <typename T>
    ValueSet<T> read_set(int depth) {
        require("[");
        ValueSet<T> set;
        for (AttributeValue& each : read_list(depth)) {
            T* value = each.get_if<T>();
            if (value == nullptr) refuse("a set with a value of another type");
            set.values.push_back(std::move(*value));
        }
        if (set.values.empty()) refuse("an empty set");
        if (!set.sort()) refuse("a set with the same value twice");
        return set;
    }

    AttributeMap read_struct(int depth) {
        std::vector<AttributeMap::Entry> entries;
        for (;;) {
            skip_blanks();
            if (take("}")) return AttributeMap(std::move(entries));
            std::string name = read_name();
            skip_blanks();
            require(":");
            if (is_at(":")) refuse("a name was expected");
            entries.emplace_back(std::move(name), read_value(depth + 1));
            skip_blanks();
            if (!is_at("}")) require(",");
        }
    }

    std::string read_name() {
        if (is_at("'''") || is_at("\"")) return read_text();
        std::string name;
        if (take("'")) {
            read_quoted(name, "'");
        } else {
            name = take_any_of(ion_letters);
            if (name.empty()) refuse("a name was expected");
        }
        return name;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

AttributeMap read_ion_item(std::string_view text) {
    if (!is_utf8(text)) throw DataFault("the line is not UTF-8");
    return IonParser(text).item();
}

}  // namespace tailrace::server
