#include "engine/model/attribute_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <stdexcept>

#include "engine/model/base64.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/ordered_members.hpp"
#include "engine/model/value_fault.hpp"

namespace tailrace {
namespace {

namespace json = boost::json;

constexpr int max_nesting = 32;
constexpr std::size_t max_name_bytes = 65535;

/// Where a value stands, and in which way it is read.
struct Reading {
    ValueWords words;
    int depth = 1;

    Reading inside() const { return {words, depth + 1}; }
};

std::string_view text_of(const json::value& value) {
    const auto* text = value.if_string();
    if (text == nullptr) throw ApiError::serialization();
    return {text->data(), text->size()};
}

const json::array& array_of(const json::value& value) {
    if (!value.is_array()) throw ApiError::serialization();
    return value.get_array();
}

Binary binary_of(const json::value& value) {
    auto bytes = decode_base64(text_of(value));
    if (!bytes) throw ApiError::serialization();
    return Binary{std::move(*bytes)};
}

bool truth_of(const json::value& value) {
    const auto truth = parse_boolean(value);
    if (!truth) throw ApiError::serialization();
    return *truth;
}

ApiError name_too_long() {
    return ApiError::validation("Attribute name is too large, must be less than " +
                                std::to_string(max_name_bytes + 1) + " bytes");
}

bool same_in_any_case(std::string_view text, std::string_view lower) {
    return std::ranges::equal(text, lower, [](char a, char b) {
        const bool upper = a >= 'A' && a <= 'Z';
        return (upper ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
}

/// "[a, b, a]", as the older way shows a set whose values repeat.
std::string listed(const json::array& values) {
    std::string out = "[";
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out.append(", ");
        out.append(text_of(values[i]));
    }
    return out.append("]");
}

/// ["a", "b", "a"], as the newer way does: in order up to the value that is there for the second time, and as
/// they were sent from there on. Their JSON is in `values`.
template <typename T>
std::string listed_in_order(const std::vector<T>& sent, const json::array& values,
                            std::string_view separator) {
    std::map<T, const json::value*> first;
    std::size_t place = 0;
    while (place < values.size() && first.try_emplace(sent[place], &values[place]).second) ++place;
    std::string out = "[";
    const auto append = [&](const json::value& value) {
        if (out.size() > 1) out.append(separator);
        append_json_string(out, text_of(value));
    };
    for (const auto& [value, written] : first) append(*written);
    for (; place < values.size(); ++place) append(values[place]);
    return out.append("]");
}

std::string invalid(const std::string& fault) {
    return "One or more parameter values were invalid: " + fault;
}

/// Reads a set and puts it in order, which a stored one is already. `refuse_repeated` throws, given the
/// values as they were sent.
template <typename T, typename Read, typename Refuse>
ValueSet<T> read_set(const json::array& values, Read read, Refuse refuse_repeated) {
    ValueSet<T> set;
    set.values.reserve(values.size());
    for (const json::value& each : values) set.values.push_back(read(each));
    if (set.sort()) return set;
    std::vector<T> sent;
    for (const json::value& each : values) sent.push_back(read(each));
    refuse_repeated(sent);
    return set;
}

ValueFault repeated(const std::string& collection) {
    return ValueFault(invalid("Input collection " + collection + "contains duplicates."));
}

AttributeValue read_value(const json::value& value, Reading reading);

void check_name_length(std::string_view name) {
    if (name.size() > max_name_bytes) throw name_too_long();
}

/// Reads what was sent before the member at fault and comes after it by name: its fault is the one that AWS
/// reports.
void read_sent_before(const json::key_value_pair& at_fault, const json::object& map, Reading reading) {
    for (const auto& member : map) {
        if (&member == &at_fault) return;
        if (member.key() < at_fault.key()) continue;
        check_name_length(member.key());
        read_value(member.value(), reading);
    }
}

/// By their names, so that the map needs no sorting.
AttributeMap read_map(const json::object& map, Reading reading) {
    std::vector<AttributeMap::Entry> entries;
    entries.reserve(map.size());
    const OrderedMembers members(map);
    for (const json::key_value_pair* member : members.list()) {
        try {
            check_name_length(member->key());
            entries.emplace_back(std::string_view(member->key()), read_value(member->value(), reading));
        } catch (const ApiError&) {
            read_sent_before(*member, map, reading);
            throw;
        }
    }
    return AttributeMap(std::move(entries));
}

AttributeValue read_text_set(const json::array& values, ValueWords words) {
    if (values.empty()) throw ApiError::validation(invalid("An string set  may not be empty"));
    return read_set<std::string>(
        values, [](const json::value& each) { return std::string(text_of(each)); },
        [&](const std::vector<std::string>& sent) {
            const bool is_older = words == ValueWords::older;
            throw repeated((is_older ? listed(values) : listed_in_order(sent, values, ", ")) + " ");
        });
}

AttributeValue read_number_set(const json::array& values, ValueWords words) {
    if (values.empty()) throw ValueFault(invalid("An number set  may not be empty"));
    return read_set<Number>(
        values, [words](const json::value& each) { return Number::parse(text_of(each), words); },
        [words](const std::vector<Number>&) {
            const bool is_older = words == ValueWords::older;
            throw is_older ? ValueFault("Input collection contains duplicates") : repeated("");
        });
}

AttributeValue read_binary_set(const json::array& values, ValueWords words) {
    if (values.empty()) throw ApiError::validation(invalid("Binary sets should not be empty"));
    return read_set<Binary>(values, binary_of, [&](const std::vector<Binary>& sent) {
        const bool is_older = words == ValueWords::older;
        throw repeated((is_older ? listed(values) : listed_in_order(sent, values, ",")) + "of type BS ");
    });
}

AttributeValue read_typed(std::string_view type, const json::value& value, Reading reading) {
    if (type == "S") return std::string(text_of(value));
    if (type == "N") return Number::parse(text_of(value), reading.words);
    if (type == "B") return binary_of(value);
    if (type == "BOOL") {
        return truth_of(value);
    }
    if (type == "NULL") {
        if (!truth_of(value)) {
            throw ApiError::validation(invalid("Null attribute value types must have the value of true"));
        }
        return Null{};
    }
    if (type == "M") {
        if (!value.is_object()) throw ApiError::serialization();
        return read_map(value.get_object(), reading.inside());
    }
    if (type == "L") {
        AttributeList list;
        list.reserve(array_of(value).size());
        for (const json::value& each : array_of(value)) list.push_back(read_value(each, reading.inside()));
        return list;
    }
    if (type == "SS") return read_text_set(array_of(value), reading.words);
    if (type == "NS") return read_number_set(array_of(value), reading.words);
    return read_binary_set(array_of(value), reading.words);
}

bool is_type_name(std::string_view name) {
    return name == "S" || name == "N" || name == "B" || name == "BOOL" || name == "NULL" || name == "M" ||
           name == "L" || name == "SS" || name == "NS" || name == "BS";
}

[[noreturn]] void refuse_type(const char* fault) {
    throw TypeFault(std::string("Supplied AttributeValue ") + fault +
                    ", must contain exactly one of the supported datatypes");
}

AttributeValue read_value(const json::value& value, Reading reading) {
    if (reading.depth > max_nesting) throw NestingFault();
    if (!value.is_object()) throw ApiError::serialization();
    // Members that name no type, and nulls, are passed over, as AWS does.
    const json::key_value_pair* typed = nullptr;
    bool several = false;
    for (const auto& member : value.get_object()) {
        if (member.value().is_null() || !is_type_name(member.key())) continue;
        several = several || typed != nullptr;
        typed = &member;
    }
    if (typed == nullptr) {
        refuse_type("is empty");
    }
    if (several) {
        // A fault in one of the values is reported first.
        for (const auto& member : value.get_object()) {
            if (is_type_name(member.key()) && !member.value().is_null()) {
                read_typed(member.key(), member.value(), reading);
            }
        }
        refuse_type("has more than one datatypes set");
    }
    return read_typed(typed->key(), typed->value(), reading);
}

struct AppendJson {
    std::string& out;

    void operator()(const std::string& text) const { append_json_string(out, text); }
    void operator()(const Number& number) const {
        out.push_back('"');
        number.append_text(out);
        out.push_back('"');
    }
    void operator()(const Binary& binary) const {
        out.push_back('"');
        append_base64(out, binary.bytes);
        out.push_back('"');
    }
    void operator()(bool value) const { out.append(value ? "true" : "false"); }
    void operator()(const Null&) const { out.append("true"); }
    void operator()(const AttributeList& list) const {
        sequence(
            '[', list, [this](const AttributeValue& each) { append_json(out, each); }, ']');
    }
    void operator()(const AttributeMap& map) const {
        const auto member = [this](const AttributeMap::Entry& entry) {
            append_json_string(out, entry.first);
            out.push_back(':');
            append_json(out, entry.second);
        };
        sequence('{', map, member, '}');
    }
    template <typename T>
    void operator()(const ValueSet<T>& set) const {
        sequence(
            '[', set.values, [this](const T& each) { (*this)(each); }, ']');
    }

    template <typename Range, typename Append>
    void sequence(char open, const Range& range, Append append, char close) const {
        out.push_back(open);
        bool first = true;
        for (const auto& each : range) {
            if (!first) out.push_back(',');
            first = false;
            append(each);
        }
        out.push_back(close);
    }
};

constexpr bool must_be_escaped(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

/// Whether any of eight bytes must be escaped. A byte of `word - n` borrows exactly where the byte below 0x80
/// is smaller than n; what a borrow spoils comes after a byte that is found anyway.
constexpr bool any_must_be_escaped(std::uint64_t word) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t tops = 0x80 * ones;
    const std::uint64_t quotes = word ^ (ones * '"');
    const std::uint64_t backslashes = word ^ (ones * '\\');
    const std::uint64_t controls = (word - ones * 0x20) & ~word;
    return ((controls | ((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes)) & tops) != 0;
}

std::uint64_t eight_bytes(const char* from) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
}

/// Up to seven characters as eight bytes; what is left over is a character that needs no escape.
std::uint64_t few_bytes(std::string_view text) {
    std::uint64_t word = 0x6161616161616161;
    if (text.size() < 4) {
        for (const char c : text) word = word << 8 | static_cast<unsigned char>(c);
        return word;
    }
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, text.data(), sizeof first);
    std::memcpy(&last, text.data() + text.size() - sizeof last, sizeof last);
    return static_cast<std::uint64_t>(first) << 32 | last;
}

/// Whether JSON can hold a text as it is. The last eight bytes may be looked at twice.
bool needs_no_escape(std::string_view text) {
    constexpr std::size_t step = sizeof(std::uint64_t);
    if (text.size() < step) return !any_must_be_escaped(few_bytes(text));
    for (std::size_t from = 0; from + step <= text.size(); from += step) {
        if (any_must_be_escaped(eight_bytes(text.data() + from))) return false;
    }
    return !any_must_be_escaped(eight_bytes(text.data() + text.size() - step));
}

/// The place of the first character at or after `from` that JSON cannot hold as it is, or the text's size.
std::size_t next_to_escape(std::string_view text, std::size_t from) {
    while (from + sizeof(std::uint64_t) <= text.size() &&
           !any_must_be_escaped(eight_bytes(text.data() + from))) {
        from += sizeof(std::uint64_t);
    }
    while (from < text.size() && !must_be_escaped(text[from])) ++from;
    return from;
}

void append_escaped(std::string& out, std::string_view text) {
    static constexpr std::string_view hex = "0123456789abcdef";
    std::size_t plain = 0;
    for (std::size_t i = next_to_escape(text, 0); i < text.size(); i = next_to_escape(text, plain)) {
        const auto c = static_cast<unsigned char>(text[i]);
        out.append(text, plain, i - plain);
        plain = i + 1;
        switch (c) {
            case '"':
                out.append("\\\"");
                break;
            case '\\':
                out.append("\\\\");
                break;
            case '\b':
                out.append("\\b");
                break;
            case '\f':
                out.append("\\f");
                break;
            case '\n':
                out.append("\\n");
                break;
            case '\r':
                out.append("\\r");
                break;
            case '\t':
                out.append("\\t");
                break;
            default:
                out.append("\\u00").append(1, hex[c >> 4]).append(1, hex[c & 15]);
        }
    }
    out.append(text, plain);
}

}  // namespace

AttributeValue parse_attribute_value(const json::value& value, ValueWords words) {
    return read_value(value, {words});
}

void check_attribute_name(std::string_view name) {
    if (name.empty()) throw ApiError::validation("Empty attribute name");
    check_name_length(name);
}

AttributeMap parse_attribute_map(const json::object& map, ValueWords words) {
    for (const auto& member : map) check_attribute_name(member.key());
    return read_map(map, {words});
}

std::optional<bool> parse_boolean(const json::value& value) {
    if (const auto* plain = value.if_bool()) return *plain;
    const auto* text = value.if_string();
    if (text == nullptr) return std::nullopt;
    const std::string_view word(*text);
    for (const std::string_view yes : {"true", "1", "yes"}) {
        if (same_in_any_case(word, yes)) return true;
    }
    for (const std::string_view no : {"false", "0", "no"}) {
        if (same_in_any_case(word, no)) return false;
    }
    return std::nullopt;
}

std::int64_t integer_of(const json::value& value) {
    constexpr auto highest = std::numeric_limits<std::int64_t>::max();
    constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
    if (const auto* whole = value.if_int64()) return *whole;
    if (const auto* large = value.if_uint64()) {
        return *large > static_cast<std::uint64_t>(highest) ? highest : static_cast<std::int64_t>(*large);
    }
    const double number = std::floor(value.as_double());
    if (number >= static_cast<double>(highest)) return highest;
    if (number <= static_cast<double>(lowest)) return lowest;
    return static_cast<std::int64_t>(number);
}

AttributeMap parse_stored_item(std::string_view text) {
    json::monotonic_resource memory;
    const json::value parsed = parse_json(text, &memory);
    if (!parsed.is_object()) throw std::runtime_error("a stored item is not a JSON object");
    return read_map(parsed.get_object(), {ValueWords::older});
}

void append_json(std::string& out, const AttributeValue& value) {
    // In one piece, since every value of every item begins so.
    static constexpr std::array<std::string_view, 10> openings = {
        R"({"S":)", R"({"N":)", R"({"B":)",  R"({"BOOL":)", R"({"NULL":)",
        R"({"L":)", R"({"M":)", R"({"SS":)", R"({"NS":)",   R"({"BS":)"};
    out.append(openings[static_cast<std::size_t>(value.type())]);
    std::visit(AppendJson{out}, value.data());
    out.push_back('}');
}

void append_json(std::string& out, const AttributeMap& map) {
    AppendJson{out}(map);
}

std::string to_json(const AttributeMap& map) {
    std::string out;
    append_json(out, map);
    return out;
}

json::object to_json_object(const AttributeMap& map) {
    return parse_json(to_json(map)).as_object();
}

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    if (needs_no_escape(text)) {
        out.append(text);
    } else {
        append_escaped(out, text);
    }
    out.push_back('"');
}

}  // namespace tailrace
