#include "engine/model/attribute_json.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

#include "engine/model/ascii_case.hpp"
#include "engine/model/base64.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/json_writer.hpp"
#include "engine/model/listed.hpp"
#include "engine/model/ordered_members.hpp"
#include "engine/model/value_fault.hpp"

namespace tailrace {
namespace {

namespace json = boost::json;

/// The depth of a value, and the way in which it is read.
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
                                std::to_string(max_attribute_name_bytes + 1) + " bytes");
}

/// "[a, b, a]": a set with duplicates as AWS shows it in its older way of reading values (see ValueWords).
std::string listed_as_sent(const json::array& values) {
    return "[" + listed(values, text_of) + "]";
}

/// ["a", "b", "a"]: the same in the newer way. The values before the first repeated one are sorted. The
/// repeated one and the rest follow in the order in which they were sent. `values` holds their JSON.
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

/// Reads a set and sorts it; a stored set is already sorted. If there are duplicates, `refuse_repeated` is
/// called with the values in the order in which they were sent, and throws.
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
    if (name.size() > max_attribute_name_bytes) throw name_too_long();
}

/// Members are read in the order of their names, but AWS reports the first fault in the order of the request.
/// So after a fault, this reads the members that precede it in the request and have not been read yet, and
/// throws the first fault among them.
void read_sent_before(const json::key_value_pair& at_fault, const json::object& map, Reading reading) {
    for (const auto& member : map) {
        if (&member == &at_fault) return;
        if (member.key() < at_fault.key()) continue;
        check_name_length(member.key());
        read_value(member.value(), reading);
    }
}

/// Reads the members in the order of their names, so that the map needs no sorting.
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
            throw repeated((is_older ? listed_as_sent(values) : listed_in_order(sent, values, ", ")) + " ");
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
        throw repeated((is_older ? listed_as_sent(values) : listed_in_order(sent, values, ",")) +
                       "of type BS ");
    });
}

AttributeValue read_typed(AttributeType type, const json::value& value, Reading reading) {
    switch (type) {
        case AttributeType::S:
            return std::string(text_of(value));
        case AttributeType::N:
            return Number::parse(text_of(value), reading.words);
        case AttributeType::B:
            return binary_of(value);
        case AttributeType::BOOL:
            return truth_of(value);
        case AttributeType::NUL:
            if (truth_of(value)) return Null{};
            throw ApiError::validation(invalid("Null attribute value types must have the value of true"));
        case AttributeType::L: {
            AttributeList list;
            list.reserve(array_of(value).size());
            for (const json::value& each : array_of(value))
                list.push_back(read_value(each, reading.inside()));
            return list;
        }
        case AttributeType::M:
            if (!value.is_object()) throw ApiError::serialization();
            return read_map(value.get_object(), reading.inside());
        case AttributeType::SS:
            return read_text_set(array_of(value), reading.words);
        case AttributeType::NS:
            return read_number_set(array_of(value), reading.words);
        default:
            return read_binary_set(array_of(value), reading.words);
    }
}

[[noreturn]] void refuse_type(const char* fault) {
    throw TypeFault(std::string("Supplied AttributeValue ") + fault +
                    ", must contain exactly one of the supported datatypes");
}

AttributeValue read_value(const json::value& value, Reading reading) {
    if (reading.depth > max_attribute_nesting) throw NestingFault();
    if (!value.is_object()) throw ApiError::serialization();
    // Skips nulls and members that name no type, as AWS does.
    const json::value* typed = nullptr;
    AttributeType type = AttributeType::S;
    bool several = false;
    for (const auto& member : value.get_object()) {
        const auto named = attribute_type_named(member.key());
        if (!named || member.value().is_null()) continue;
        several = several || typed != nullptr;
        typed = &member.value();
        type = *named;
    }
    if (typed == nullptr) {
        refuse_type("is empty");
    }
    if (several) {
        // A fault in one of the values is reported first.
        for (const auto& member : value.get_object()) {
            const auto named = attribute_type_named(member.key());
            if (named && !member.value().is_null()) read_typed(*named, member.value(), reading);
        }
        refuse_type("has more than one datatypes set");
    }
    return read_typed(type, *typed, reading);
}

void write(JsonWriter& out, const AttributeValue& value);

struct WriteJson {
    JsonWriter& out;

    void operator()(const std::string& text) const { out.string(text); }
    void operator()(const Number& number) const {
        out.put('"');
        out.append([&](std::string& end) { number.append_text(end); });
        out.put('"');
    }
    void operator()(const Binary& binary) const {
        out.put('"');
        out.append([&](std::string& end) { append_base64(end, binary.bytes); });
        out.put('"');
    }
    void operator()(bool value) const { out.put(value ? "true" : "false"); }
    void operator()(const Null&) const { out.put("true"); }
    void operator()(const AttributeList& list) const {
        const auto element = [this](const AttributeValue& each) { write(out, each); };
        sequence('[', list, element, ']');
    }
    void operator()(const AttributeMap& map) const {
        const auto member = [this](const AttributeMap::Entry& entry) {
            out.string(entry.first);
            out.put(':');
            write(out, entry.second);
        };
        sequence('{', map, member, '}');
    }
    template <typename T>
    void operator()(const ValueSet<T>& set) const {
        const auto member = [this](const T& each) { (*this)(each); };
        sequence('[', set.values, member, ']');
    }

    template <typename Range, typename Write>
    void sequence(char open, const Range& range, Write write_each, char close) const {
        out.put(open);
        bool first = true;
        for (const auto& each : range) {
            if (!first) out.put(',');
            first = false;
            write_each(each);
        }
        out.put(close);
    }
};

void write(JsonWriter& out, const AttributeValue& value) {
    out.put(value_opening(value.type()));
    std::visit(WriteJson{out}, value.data());
    out.put('}');
}

}  // namespace

std::string_view value_opening(AttributeType type) {
    static constexpr std::array<std::string_view, 10> openings = {
        R"({"S":)", R"({"N":)", R"({"B":)",  R"({"BOOL":)", R"({"NULL":)",
        R"({"L":)", R"({"M":)", R"({"SS":)", R"({"NS":)",   R"({"BS":)"};
    return openings[static_cast<std::size_t>(type)];
}

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
        if (equal_ignoring_case(word, yes)) return true;
    }
    for (const std::string_view no : {"false", "0", "no"}) {
        if (equal_ignoring_case(word, no)) return false;
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
    JsonWriter writer(out);
    write(writer, value);
}

void append_json(std::string& out, const AttributeMap& map) {
    JsonWriter writer(out);
    WriteJson{writer}(map);
}

std::string to_json(const AttributeMap& map) {
    std::string out;
    append_json(out, map);
    return out;
}

json::object to_json_object(const AttributeMap& map) {
    return parse_json(to_json(map)).as_object();
}

}  // namespace tailrace
