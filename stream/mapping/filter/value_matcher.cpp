#include "stream/mapping/filter/value_matcher.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/ascii_case.hpp"
#include "stream/mapping/filter/address_range.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

/// A test of a string. A value that is not a string fails it.
using TextTest = std::function<bool(std::string_view)>;

ValueMatcher for_text(TextTest test) {
    return [test = std::move(test)](const json::value& value) {
        return value.is_string() && test(std::string_view(value.get_string()));
    };
}

std::string text_in(const json::value& value) {
    if (!value.is_string()) throw InvalidFilterPattern();
    return std::string(value.get_string());
}

/// Returns the object's only member.
const json::key_value_pair& only_member(const json::object& object) {
    if (object.size() != 1) throw InvalidFilterPattern();
    return *object.begin();
}

TextTest equals_ignore_case(const json::value& operand) {
    return
        [wanted = lower_case(text_in(operand))](std::string_view text) { return lower_case(text) == wanted; };
}

/// The text to begin or end with, or {"equals-ignore-case": text}.
struct Affix {
    std::string text;
    bool ignores_case = false;

    explicit Affix(const json::value& operand) {
        if (!operand.is_object()) {
            text = text_in(operand);
            return;
        }
        const json::key_value_pair& member = only_member(operand.get_object());
        if (member.key() != "equals-ignore-case") throw InvalidFilterPattern();
        text = lower_case(text_in(member.value()));
        ignores_case = true;
    }

    bool is(std::string_view part) const { return ignores_case ? lower_case(part) == text : part == text; }
};

TextTest prefix(const json::value& operand) {
    return [wanted = Affix(operand)](std::string_view text) {
        return text.size() >= wanted.text.size() && wanted.is(text.substr(0, wanted.text.size()));
    };
}

TextTest suffix(const json::value& operand) {
    return [wanted = Affix(operand)](std::string_view text) {
        return text.size() >= wanted.text.size() && wanted.is(text.substr(text.size() - wanted.text.size()));
    };
}

/// Returns the texts between the asterisks, in which "\*" and "\\" are one character each. Two asterisks in a
/// row are an error, and so is a backslash before anything else.
std::vector<std::string> pieces_of(std::string_view pattern) {
    std::vector<std::string> pieces(1);
    bool after_asterisk = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '*') {
            if (after_asterisk) throw InvalidFilterPattern();
            pieces.emplace_back();
            after_asterisk = true;
            continue;
        }
        after_asterisk = false;
        if (pattern[i] == '\\') {
            ++i;
            if (i == pattern.size() || (pattern[i] != '*' && pattern[i] != '\\'))
                throw InvalidFilterPattern();
        }
        pieces.back().push_back(pattern[i]);
    }
    return pieces;
}

bool matches_pieces(const std::vector<std::string>& pieces, std::string_view text) {
    if (pieces.size() == 1) return text == pieces.front();
    if (!text.starts_with(pieces.front())) return false;
    text.remove_prefix(pieces.front().size());
    for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
        const std::size_t found = text.find(pieces[i]);
        if (found == std::string_view::npos) return false;
        text.remove_prefix(found + pieces[i].size());
    }
    return text.ends_with(pieces.back());
}

TextTest wildcard(const json::value& operand) {
    return [pieces = pieces_of(text_in(operand))](std::string_view text) {
        return matches_pieces(pieces, text);
    };
}

TextTest cidr(const json::value& operand) {
    const auto range = AddressRange::parse(text_in(operand));
    if (!range) throw InvalidFilterPattern();
    return [range = *range](std::string_view text) { return range.contains(text); };
}

TextTest exactly(const json::value& operand) {
    return [wanted = text_in(operand)](std::string_view text) { return text == wanted; };
}

struct TextOperator {
    std::string_view name;
    TextTest (*make)(const json::value& operand);
    bool may_be_negated;
};

constexpr std::array<TextOperator, 6> text_operators = {{
    {"prefix", prefix, true},
    {"suffix", suffix, true},
    {"equals-ignore-case", equals_ignore_case, true},
    {"wildcard", wildcard, true},
    {"cidr", cidr, false},
    {"exactly", exactly, false},
}};

const TextOperator* find_text_operator(std::string_view name) {
    const auto* const found = std::ranges::find(text_operators, name, &TextOperator::name);
    return found == text_operators.end() ? nullptr : found;
}

double number_in(const json::value& value) {
    constexpr double largest = 5e9;
    json::error_code error;
    const auto number = value.to_number<double>(error);
    if (error || number < -largest || number > largest) throw InvalidFilterPattern();
    return number;
}

using NumberTest = std::function<bool(double)>;

NumberTest compare(std::string_view comparison, double bound) {
    if (comparison == "=") return [bound](double number) { return number == bound; };
    if (comparison == "<") return [bound](double number) { return number < bound; };
    if (comparison == "<=") return [bound](double number) { return number <= bound; };
    if (comparison == ">") return [bound](double number) { return number > bound; };
    if (comparison == ">=") return [bound](double number) { return number >= bound; };
    throw InvalidFilterPattern();
}

/// ["=", 5], [">", 5], ["<=", 5] and the like, or a range, [">", 0, "<=", 5].
ValueMatcher numeric(const json::value& operand) {
    constexpr std::size_t one_bound = 2;
    constexpr std::size_t two_bounds = 4;
    if (!operand.is_array()) throw InvalidFilterPattern();
    const json::array& terms = operand.get_array();
    if (terms.size() != one_bound && terms.size() != two_bounds) throw InvalidFilterPattern();
    std::vector<NumberTest> tests;
    for (std::size_t i = 0; i < terms.size(); i += one_bound) {
        tests.push_back(compare(text_in(terms[i]), number_in(terms[i + 1])));
    }
    if (terms.size() == two_bounds) {
        const bool is_range = text_in(terms[0]).starts_with('>') && text_in(terms[2]).starts_with('<');
        if (!is_range || number_in(terms[1]) >= number_in(terms[3])) throw InvalidFilterPattern();
    }
    return [tests = std::move(tests)](const json::value& value) {
        if (!value.is_number()) return false;
        const auto number = value.to_number<double>();
        return std::ranges::all_of(tests, [number](const NumberTest& test) { return test(number); });
    };
}

ValueMatcher equal_to(const json::value& wanted) {
    if (wanted.is_structured()) throw InvalidFilterPattern();
    if (!wanted.is_number()) return [wanted](const json::value& value) { return value == wanted; };
    return [number = wanted.to_number<double>()](const json::value& value) {
        return value.is_number() && value.to_number<double>() == number;
    };
}

/// Returns the operand's elements, or the operand itself if it is not a list.
std::vector<json::value> one_or_many(const json::value& operand) {
    if (!operand.is_array()) return {operand};
    const json::array& list = operand.get_array();
    if (list.empty()) throw InvalidFilterPattern();
    return {list.begin(), list.end()};
}

/// `operand` is a string, a number, a list of either, or an object with an operator and one or more strings.
ValueMatcher anything_but(const json::value& operand) {
    std::vector<ValueMatcher> excluded;
    if (operand.is_object()) {
        const json::key_value_pair& member = only_member(operand.get_object());
        const TextOperator* text_operator = find_text_operator(member.key());
        if (text_operator == nullptr || !text_operator->may_be_negated) throw InvalidFilterPattern();
        for (const json::value& each : one_or_many(member.value())) {
            excluded.push_back(for_text(text_operator->make(each)));
        }
    } else {
        const std::vector<json::value> values = one_or_many(operand);
        for (const json::value& each : values) {
            const bool is_of_one_kind = values.front().is_string()
                                            ? each.is_string()
                                            : values.front().is_number() && each.is_number();
            if (!is_of_one_kind) throw InvalidFilterPattern();
            excluded.push_back(equal_to(each));
        }
    }
    return [excluded = std::move(excluded)](const json::value& value) {
        return std::ranges::none_of(excluded, [&](const ValueMatcher& matches) { return matches(value); });
    };
}

ValueMatcher exists(const json::value& operand) {
    if (!operand.is_bool()) throw InvalidFilterPattern();
    return [wanted = operand.get_bool()](const json::value&) { return wanted; };
}

}  // namespace

ValueMatcher make_value_matcher(const json::value& alternative) {
    if (!alternative.is_object()) return equal_to(alternative);
    const json::key_value_pair& member = only_member(alternative.get_object());
    if (const TextOperator* text_operator = find_text_operator(member.key()))
        return for_text(text_operator->make(member.value()));
    if (member.key() == "numeric") return numeric(member.value());
    if (member.key() == "anything-but") return anything_but(member.value());
    if (member.key() == "exists") return exists(member.value());
    throw InvalidFilterPattern();
}

}  // namespace tailrace::stream
