#include "engine/operation/response_body.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "engine/model/json_writer.hpp"

namespace tailrace::operation {
namespace {

namespace json = boost::json;

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

void append_value(std::string& out, const json::value& value) {
    switch (value.kind()) {
        case json::kind::object: {
            char before = '{';
            for (const auto& member : value.get_object()) {
                out.push_back(std::exchange(before, ','));
                append_json_string(out, {member.key().data(), member.key().size()});
                out.push_back(':');
                append_value(out, member.value());
            }
            out.append(before == '{' ? "{}" : "}");
            return;
        }
        case json::kind::array: {
            char before = '[';
            for (const json::value& element : value.get_array()) {
                out.push_back(std::exchange(before, ','));
                append_value(out, element);
            }
            out.append(before == '[' ? "[]" : "]");
            return;
        }
        case json::kind::string:
            append_json_string(out, {value.get_string().data(), value.get_string().size()});
            return;
        case json::kind::double_:
            append_double(out, value.get_double());
            return;
        default:
            out.append(json::serialize(value));
    }
}

}  // namespace

void ResponseBody::member(std::string_view name, const json::value& value) {
    open_member(name);
    append_value(text_, value);
}

}  // namespace tailrace::operation
