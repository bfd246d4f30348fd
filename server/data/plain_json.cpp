#include "server/data/plain_json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/model/base64.hpp"
#include "engine/model/json_writer.hpp"
#include "server/data/bracketed_list.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using boost::system::error_code;

/// Deeper than an item may be, so that an item that is slightly too deep is refused with DynamoDB's message,
/// not with the parser's.
constexpr std::size_t max_plain_depth = 64;

/// Builds an item from the events of Boost.JSON's parser, which passes numbers on as they are written.
class PlainJsonHandler {
  public:
    // The parser asks for these names.
    // NOLINTBEGIN(readability-identifier-naming)
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;
    // NOLINTEND(readability-identifier-naming)

    AttributeValue take() { return std::move(*root_); }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return begin(true); }
    bool on_array_begin(error_code&) { return begin(false); }
    bool on_object_end(std::size_t, error_code&) {
        AttributeMap map(std::move(open_.back().members));
        open_.pop_back();
        return add(std::move(map));
    }
    bool on_array_end(std::size_t, error_code&) {
        AttributeList list;
        list.reserve(open_.back().members.size());
        for (auto& [name, value] : open_.back().members) list.push_back(std::move(value));
        open_.pop_back();
        return add(std::move(list));
    }
    bool on_key_part(json::string_view part, std::size_t, error_code&) { return append(part); }
    bool on_key(json::string_view part, std::size_t, error_code&) {
        append(part);
        open_.back().name = std::exchange(text_, {});
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, error_code&) { return append(part); }
    bool on_string(json::string_view part, std::size_t, error_code&) {
        append(part);
        return add(std::exchange(text_, {}));
    }
    bool on_number_part(json::string_view part, error_code&) { return append(part); }
    bool on_int64(std::int64_t, json::string_view part, error_code&) { return add_number(part); }
    bool on_uint64(std::uint64_t, json::string_view part, error_code&) { return add_number(part); }
    bool on_double(double, json::string_view part, error_code&) { return add_number(part); }
    bool on_bool(bool value, error_code&) { return add(value); }
    bool on_null(error_code&) { return add(Null{}); }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

  private:
    struct Container {
        bool is_object;
        /// The members of an object, or the elements of an array under empty names.
        std::vector<AttributeMap::Entry> members = {};
        std::string name = {};
    };

    bool begin(bool is_object) {
        open_.push_back({is_object});
        return true;
    }
    bool append(json::string_view part) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool add_number(json::string_view part) {
        append(part);
        return add(Number::parse(std::exchange(text_, {})));
    }
    bool add(AttributeValue value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else {
            open_.back().members.emplace_back(std::exchange(open_.back().name, {}), std::move(value));
        }
        return true;
    }

    std::vector<Container> open_;
    std::string text_;
    std::optional<AttributeValue> root_;
};

struct WritePlainJson {
    std::string& out;

    void operator()(const std::string& text) const { append_json_string(out, text); }
    void operator()(const Number& number) const { number.append_text(out); }
    void operator()(const Binary& binary) const {
        out.push_back('"');
        append_base64(out, binary.bytes);
        out.push_back('"');
    }
    void operator()(bool value) const { out.append(value ? "true" : "false"); }
    void operator()(const Null&) const { out.append("null"); }
    void operator()(const AttributeMap& map) const { append_plain_json(out, map); }
    void operator()(const AttributeList& list) const {
        append_bracketed(out, list, [this](const AttributeValue& each) { append_plain_json(out, each); });
    }
    template <typename T>
    void operator()(const ValueSet<T>& set) const {
        append_bracketed(out, set.values, *this);
    }
};

/// Returns the value with this type, or nullopt if it cannot have it.
std::optional<AttributeValue> with_type(const AttributeValue& value, AttributeType type) {
    const auto* text = value.get_if<std::string>();
    const auto* number = value.get_if<Number>();
    if (type == AttributeType::S && number != nullptr) return number->text();
    if (text == nullptr) return std::nullopt;
    if (type == AttributeType::N) return Number::parse(*text);
    if (type != AttributeType::B) return std::nullopt;
    auto bytes = decode_base64(*text);
    if (!bytes) return std::nullopt;
    return Binary{std::move(*bytes)};
}

}  // namespace

AttributeMap read_plain_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = max_plain_depth;
    json::basic_parser<PlainJsonHandler> parser(options);
    error_code error;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    if (!error && read < text.size()) error = json::error::extra_data;
    if (error) throw DataFault(error.message() + " at column " + std::to_string(read + 1));
    AttributeValue value = parser.handler().take();
    auto* item = value.get_if<AttributeMap>();
    if (item == nullptr) throw DataFault("an item is a JSON object");
    return std::move(*item);
}

void append_plain_json(std::string& out, const AttributeValue& value) {
    std::visit(WritePlainJson{out}, value.data());
}

void append_plain_json(std::string& out, const AttributeMap& map) {
    char before = '{';
    for (const auto& [name, value] : map) {
        out.push_back(std::exchange(before, ','));
        append_json_string(out, name);
        out.push_back(':');
        append_plain_json(out, value);
    }
    out.append(before == '{' ? "{}" : "}");
}

void take_key_types(AttributeMap& item, const KeyTypes& keys) {
    for (const auto& [name, type] : keys) {
        AttributeValue* value = item.find(name);
        if (value == nullptr || value->type() == type) continue;
        if (auto converted = with_type(*value, type)) *value = std::move(*converted);
    }
}

}  // namespace tailrace::server
