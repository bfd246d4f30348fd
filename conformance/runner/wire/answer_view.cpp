#include "conformance/runner/wire/answer_view.hpp"

#include <algorithm>
#include <boost/regex.hpp>

namespace tailrace::conformance {

namespace json = boost::json;

namespace {

/// The value with each N, and each member of an NS, in canonical form.
json::value with_canonical_numbers(const json::value& value) {
    const auto canonical = [](const json::value& number) -> json::value {
        return number.is_string() ? json::value(canonical_number(std::string(number.get_string()))) : number;
    };
    if (value.is_array()) {
        json::array list;
        for (const json::value& each : value.get_array()) list.push_back(with_canonical_numbers(each));
        return list;
    }
    if (!value.is_object()) return value;
    json::object object;
    for (const auto& each : value.get_object()) {
        json::value& member = object[each.key()];
        if (each.key() == "NS" && each.value().is_array()) {
            json::array set;
            for (const json::value& number : each.value().get_array()) set.push_back(canonical(number));
            member = std::move(set);
        } else {
            member = each.key() == "N" ? canonical(each.value()) : with_canonical_numbers(each.value());
        }
    }
    return object;
}

}  // namespace

std::string canonical_number(const std::string& text) {
    static const boost::regex form("([+-]?)([0-9]*)\\.?([0-9]*)(?:[eE]([+-]?[0-9]{1,3}))?");
    boost::smatch parts;
    if (text.empty() || !boost::regex_match(text, parts, form)) return text;
    std::string digits = parts[2].str() + parts[3].str();
    long point = static_cast<long>(parts[2].length());
    if (parts[4].matched) point += std::stol(parts[4].str());
    const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size());
    digits.erase(0, first);
    point -= static_cast<long>(first);
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.empty()) return "0";
    if (point <= 0) digits.insert(0, static_cast<std::size_t>(1 - point), '0');
    point = std::max(point, 1L);
    const auto whole = static_cast<std::size_t>(point);
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    if (digits.size() > whole) digits.insert(whole, ".");
    return (parts[1] == "-" ? "-" : "") + digits;
}

json::value AnswerView::apply(const json::value& body) const {
    if (!body.is_object()) return body;
    json::object seen = body.get_object();
    const json::value* type = seen.if_contains("__type");
    if (as_sdk && type) {
        if (type->is_string()) {
            const std::string name(type->get_string());
            seen["__type"] = name.substr(name.find('#') + 1);
        }
        if (const json::value* message = seen.if_contains("Message")) {
            seen["message"] = json::value(*message);
            seen.erase("Message");
        }
    }
    for (const std::string& name : ignored) seen.erase(name);
    return numbers_by_value ? with_canonical_numbers(seen) : json::value(seen);
}

}  // namespace tailrace::conformance
