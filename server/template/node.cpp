#include "server/template/node.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace tailrace::server {
namespace {

constexpr std::string_view digits = "0123456789";

std::string_view take_digits(std::string_view& rest) {
    const std::string_view taken = rest.substr(0, std::min(rest.find_first_not_of(digits), rest.size()));
    rest.remove_prefix(taken.size());
    return taken;
}

bool take(std::string_view& rest, std::string_view characters) {
    if (rest.empty() || characters.find(rest.front()) == std::string_view::npos) return false;
    rest.remove_prefix(1);
    return true;
}

/// This is JSON's grammar, except that YAML also allows a plus sign, and a decimal point without digits
/// before or after it.
bool is_number(std::string_view text) {
    take(text, "+-");
    const std::string_view whole = take_digits(text);
    if (whole.size() > 1 && whole.front() == '0') return false;
    std::string_view fraction;
    if (take(text, ".")) fraction = take_digits(text);
    if (whole.empty() && fraction.empty()) return false;
    if (take(text, "eE")) {
        take(text, "+-");
        if (take_digits(text).empty()) return false;
    }
    return text.empty();
}

template <typename Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

boost::json::value number_or_text(std::string_view text) {
    if (!is_number(text)) return boost::json::string(text);
    std::string_view number = text;
    if (number.front() == '+') number.remove_prefix(1);
    if (std::int64_t whole = 0; read_number(number, whole)) return whole;
    if (std::uint64_t whole = 0; read_number(number, whole)) return whole;
    if (double real = 0; read_number(number, real) && std::isfinite(real)) return real;
    return boost::json::string(text);
}

boost::json::value scalar_to_json(const Node& node) {
    const std::string_view text = node.text;
    if (node.is_quoted) return boost::json::string(text);
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    return number_or_text(text);
}

bool is_json(std::string_view file_name, std::string_view text) {
    if (file_name.ends_with(".json")) return true;
    if (file_name.ends_with(".yaml") || file_name.ends_with(".yml")) return false;
    const std::size_t first = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

TemplateError::TemplateError(int line, const std::string& message)
    : std::runtime_error("line " + std::to_string(line) + ": " + message) {}

TemplateError TemplateError::in_file(const std::string& file) const {
    const std::string_view message = what();
    constexpr std::string_view line = "line ";
    if (message.starts_with(line))
        return TemplateError(file + ":" + std::string(message.substr(line.size())));
    return TemplateError(message.starts_with(file) ? std::string(message)
                                                   : file + ": " + std::string(message));
}

const Node* Node::find(std::string_view name) const {
    const auto found = std::ranges::find(members, name, &Member::first);
    return found == members.end() ? nullptr : &found->second;
}

const std::string& Node::text_of(std::string_view name) const {
    static const std::string none;
    const Node* const found = find(name);
    return found != nullptr && found->is_scalar() ? found->text : none;
}

const std::vector<Node>& Node::items_of(std::string_view name) const {
    static const std::vector<Node> none;
    const Node* const found = find(name);
    return found != nullptr ? found->items : none;
}

Node read_tree(std::string_view file_name, std::string_view text) {
    return is_json(file_name, text) ? read_json(text) : read_yaml(text);
}

boost::json::value to_json(const Node& node) {
    if (!node.tag.empty()) throw TemplateError(node.line, node.tag + " has no meaning here");
    if (node.is_scalar()) return scalar_to_json(node);
    if (node.is_list()) {
        boost::json::array items;
        items.reserve(node.items.size());
        for (const Node& each : node.items) items.push_back(to_json(each));
        return items;
    }
    if (node.is_map()) {
        boost::json::object members;
        members.reserve(node.members.size());
        for (const auto& [name, value] : node.members) members.emplace(name, to_json(value));
        return members;
    }
    return nullptr;
}

}  // namespace tailrace::server
