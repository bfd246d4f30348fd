#include "engine/model/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "engine/model/json_writer.hpp"

namespace tailrace {
namespace {

namespace json = boost::json;

json::parse_options options() {
    json::parse_options options;
    options.max_depth = max_json_depth;
    return options;
}

/// Appends the shortest digits that are read back as the same double, always with a fraction. The number has
/// an exponent if it is at least 10^7 or less than 10^-3. Source: java.lang.Double.toString, whose form AWS's
/// responses have.
void append_double(std::string& out, double number) {
    constexpr double first_with_exponent = 1e7;
    constexpr double last_with_exponent = 1e-3;
    const double size = std::abs(number);
    const bool plain = size == 0 || (size >= last_with_exponent && size < first_with_exponent);
    std::array<char, 32> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                            plain ? std::chars_format::fixed : std::chars_format::scientific);
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    const std::string_view mantissa = text.substr(0, text.find('e'));
    out.append(mantissa);
    if (mantissa.find('.') == std::string_view::npos) out.append(".0");
    if (mantissa.size() == text.size()) return;
    std::string_view exponent = text.substr(mantissa.size() + 1);
    out.append(exponent.front() == '-' ? "E-" : "E");
    exponent.remove_prefix(1);
    exponent.remove_prefix(std::min(exponent.find_first_not_of('0'), exponent.size() - 1));
    out.append(exponent);
}

void append_array(std::string& out, const json::array& array) {
    char before = '[';
    for (const json::value& element : array) {
        out.push_back(std::exchange(before, ','));
        append_json(out, element);
    }
    out.append(before == '[' ? "[]" : "]");
}

}  // namespace

void append_json(std::string& out, const json::object& object) {
    char before = '{';
    for (const json::key_value_pair& member : object) {
        out.push_back(std::exchange(before, ','));
        append_json_string(out, {member.key().data(), member.key().size()});
        out.push_back(':');
        append_json(out, member.value());
    }
    out.append(before == '{' ? "{}" : "}");
}

void append_json(std::string& out, const json::value& value) {
    switch (value.kind()) {
        case json::kind::object:
            return append_json(out, value.get_object());
        case json::kind::array:
            return append_array(out, value.get_array());
        case json::kind::string:
            return append_json_string(out, {value.get_string().data(), value.get_string().size()});
        case json::kind::double_:
            return append_double(out, value.get_double());
        default:
            out.append(json::serialize(value));
    }
}

json::value parse_json(std::string_view text, json::storage_ptr memory) {
    return json::parse(text, std::move(memory), options());
}

json::value parse_json(std::string_view text, json::error_code& error) {
    return json::parse(text, error, {}, options());
}

std::string place_of_json_fault(std::string_view text) {
    json::stream_parser parser({}, options());
    json::error_code error;
    const std::string_view read = text.substr(0, parser.write_some(text.data(), text.size(), error));
    const std::size_t line_start = read.rfind('\n') + 1;
    return "line " + std::to_string(std::ranges::count(read, '\n') + 1) + ", column " +
           std::to_string(read.size() - line_start + 1);
}

}  // namespace tailrace
