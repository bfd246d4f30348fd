#include "conformance/runner/case/matcher.hpp"

#include <zlib.h>

#include <algorithm>
#include <boost/regex.hpp>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

#include "conformance/runner/wire/json_text.hpp"
#include "conformance/runner/wire/printable_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr std::size_t shown_bytes = 300;

std::string shown(const json::value* value) {
    if (!value) return "nothing";
    return shortened(json::serialize(*value), shown_bytes);
}

bool is_set(std::string_view name) {
    return name == "SS" || name == "NS" || name == "BS";
}

std::optional<double> number_of(const json::value& value) {
    if (value.is_number()) return value.to_number<double>();
    if (!value.is_string()) return std::nullopt;
    const auto& text = value.get_string();
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// The number of characters of a UTF-8 string, or of members of a list or map.
std::optional<std::size_t> length_of(const json::value& value) {
    if (value.is_array()) return value.get_array().size();
    if (value.is_object()) return value.get_object().size();
    if (!value.is_string()) return std::nullopt;
    const auto& text = value.get_string();
    return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

/// Assigns expected members to members of a list that match them, each to a different one, and as many as
/// possible.
class Pairing {
  public:
    using Fits = std::function<bool(std::size_t expected, std::size_t got)>;

    Pairing(std::size_t expected, std::size_t got, const Fits& fits) : owner_(got, none) {
        for (std::size_t each = 0; each < expected; ++each) {
            seen_.assign(got, false);
            if (!place(each, fits)) unplaced_.push_back(each);
        }
    }
    const std::vector<std::size_t>& unplaced() const { return unplaced_; }

  private:
    static constexpr std::size_t none = ~std::size_t{0};

    bool place(std::size_t expected, const Fits& fits) {
        for (std::size_t got = 0; got < owner_.size(); ++got) {
            if (seen_[got] || !fits(expected, got)) continue;
            seen_[got] = true;
            if (owner_[got] == none || place(owner_[got], fits)) {
                owner_[got] = expected;
                return true;
            }
        }
        return false;
    }

    std::vector<std::size_t> owner_;
    std::vector<bool> seen_;
    std::vector<std::size_t> unplaced_;
};

class Comparison {
  public:
    explicit Comparison(const MatchContext& context) : context_(context) {}

    void compare(const std::string& place, const json::value& expected, const json::value* got) {
        if (expected.is_object() && expected.get_object().contains("$match")) {
            if (expected.get_object().size() != 1)
                throw MatcherError("$match must be the only member of its object");
            return match(place, expected.get_object().at("$match"), got);
        }
        if (got && expected.is_object() && got->is_object()) {
            return compare_maps(place, expected.get_object(), got->get_object());
        }
        if (got && expected.is_array() && got->is_array()) {
            return compare_lists(place, expected.get_array(), got->get_array());
        }
        if (!got || !equal_scalars(expected, *got)) differ(place, shown(&expected), got);
    }
    std::vector<std::string> take() { return std::move(found_); }

  private:
    static bool equal_scalars(const json::value& left, const json::value& right) {
        // Whole numbers are compared as integers, since a double cannot represent all of them.
        const bool is_fraction = left.is_double() || right.is_double();
        if (is_fraction && left.is_number() && right.is_number()) return number_of(left) == number_of(right);
        return left == right;
    }
    static std::string within(const std::string& place, std::string_view name) {
        return place.empty() ? std::string(name) : place + "." + std::string(name);
    }
    void differ(const std::string& place, const std::string& expected, const json::value* got) {
        found_.push_back((place.empty() ? "the body" : place) + ": expected " + expected + ", got " +
                         shown(got));
    }
    bool holds(const json::value& expected, const json::value& got) const {
        Comparison inner(context_);
        inner.compare("", expected, &got);
        return inner.found_.empty();
    }

    void compare_maps(const std::string& place, const json::object& expected, const json::object& got) {
        for (const auto& each : expected) {
            const json::value* value = got.if_contains(each.key());
            const std::string inner = within(place, each.key());
            if (is_set(each.key()) && each.value().is_array() && value) {
                match_unordered(inner, each.value(), value);
            } else {
                compare(inner, each.value(), value);
            }
        }
        for (const auto& each : got) {
            if (!expected.contains(each.key())) differ(within(place, each.key()), "nothing", &each.value());
        }
    }
    void compare_lists(const std::string& place, const json::array& expected, const json::array& got) {
        for (std::size_t i = 0; i < std::max(expected.size(), got.size()); ++i) {
            const std::string inner = within(place, std::to_string(i));
            if (i < expected.size()) {
                compare(inner, expected[i], i < got.size() ? &got[i] : nullptr);
            } else {
                differ(inner, "nothing", &got[i]);
            }
        }
    }

    void match(const std::string& place, const json::value& matcher, const json::value* got) {
        if (matcher.is_string()) return match_kind(place, std::string(matcher.get_string()), got);
        if (!matcher.is_object() || matcher.get_object().size() != 1) {
            throw MatcherError("$match must be a word or an object with one member, not " +
                               json::serialize(matcher));
        }
        using Rule = void (Comparison::*)(const std::string&, const json::value&, const json::value*);
        static const std::map<std::string, Rule, std::less<>> rules = {
            {"range", &Comparison::match_range},       {"regex", &Comparison::match_regex},
            {"length", &Comparison::match_length},     {"unordered", &Comparison::match_unordered},
            {"contains", &Comparison::match_contains}, {"includes", &Comparison::match_includes},
            {"optional", &Comparison::match_optional}, {"one-of", &Comparison::match_one_of},
            {"not", &Comparison::match_not},           {"each", &Comparison::match_each},
            {"same-as", &Comparison::match_same_as},   {"ordered", &Comparison::match_ordered},
        };
        const auto& rule = *matcher.get_object().begin();
        const auto found = rules.find(std::string_view(rule.key().data(), rule.key().size()));
        if (found == rules.end()) throw MatcherError("unknown matcher '" + std::string(rule.key()) + "'");
        (this->*found->second)(place, rule.value(), got);
    }

    void match_kind(const std::string& place, const std::string& kind, const json::value* got) {
        static const boost::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
        static const std::map<std::string, bool (*)(const json::value&)> kinds = {
            {"any", [](const json::value&) { return true; }},
            {"absent", [](const json::value&) { return false; }},
            {"string", [](const json::value& value) { return value.is_string(); }},
            {"number", [](const json::value& value) { return value.is_number(); }},
            {"boolean", [](const json::value& value) { return value.is_bool(); }},
            {"list", [](const json::value& value) { return value.is_array(); }},
            {"map", [](const json::value& value) { return value.is_object(); }},
            {"uuid", [](const json::value& value) {
                 return value.is_string() && boost::regex_match(value.get_string().c_str(), uuid);
             }}};
        constexpr double day_seconds = 86400;
        bool held = false;
        if (const auto found = kinds.find(kind); found != kinds.end()) {
            held = got ? found->second(*got) : kind == "absent";
        } else if (kind == "timestamp") {
            held = got && got->is_number() &&
                   std::abs(*number_of(*got) - static_cast<double>(context_.now)) <= day_seconds;
        } else if (kind == "crc32") {
            const auto sum = crc32(0, reinterpret_cast<const Bytef*>(context_.body.data()),
                                   static_cast<uInt>(context_.body.size()));
            held = got && got->is_string() && got->get_string() == std::to_string(sum);
            if (!held) return differ(place, "the body's CRC32, \"" + std::to_string(sum) + "\"", got);
        } else {
            throw MatcherError("unknown matcher '" + kind + "'");
        }
        if (!held) differ(place, kind == "absent" ? "nothing" : "<" + kind + ">", got);
    }

    void match_range(const std::string& place, const json::value& range, const json::value* got) {
        if (!range.is_array() || range.get_array().size() != 2) throw MatcherError("range needs two numbers");
        const auto low = number_of(range.get_array()[0]);
        const auto high = number_of(range.get_array()[1]);
        if (!low || !high) throw MatcherError("range needs two numbers");
        const auto number = got ? number_of(*got) : std::nullopt;
        if (!number || *number < *low || *number > *high) {
            differ(place, "a number within " + json::serialize(range), got);
        }
    }
    void match_regex(const std::string& place, const json::value& pattern, const json::value* got) {
        if (!pattern.is_string()) throw MatcherError("regex needs a string");
        // Boost's regex, since the standard library's recurses once per character and overflows on long
        // messages.
        const boost::regex regex(pattern.get_string().c_str());
        if (!got || !got->is_string() || !boost::regex_search(std::string(got->get_string()), regex)) {
            differ(place, "a string with " + json::serialize(pattern), got);
        }
    }
    void match_length(const std::string& place, const json::value& length, const json::value* got) {
        const bool is_range = length.is_array() && length.get_array().size() == 2;
        const auto low = number_of(is_range ? length.get_array()[0] : length);
        const auto high = number_of(is_range ? length.get_array()[1] : length);
        if (!low || !high) throw MatcherError("length needs one or two numbers");
        const auto has = got ? length_of(*got) : std::nullopt;
        if (!has || static_cast<double>(*has) < *low || static_cast<double>(*has) > *high) {
            const std::string but = has ? " (its length is " + std::to_string(*has) + ")" : "";
            differ(place, "a length of " + json::serialize(length) + but, got);
        }
    }

    const json::array& list_of(const json::value& members, const char* matcher) const {
        if (!members.is_array()) throw MatcherError(std::string(matcher) + " needs a list");
        return members.get_array();
    }
    /// Pairs each expected member with a member of its own in `got` and reports those that have none. Returns
    /// false if `got` is not a list.
    bool pair(const std::string& place, const json::array& expected, const json::value* got) {
        if (!got || !got->is_array()) {
            differ(place, "a list", got);
            return false;
        }
        const json::array& list = got->get_array();
        const Pairing pairing(expected.size(), list.size(), [&](std::size_t left, std::size_t right) {
            return holds(expected[left], list[right]);
        });
        for (const std::size_t each : pairing.unplaced()) {
            differ(place, "among its members " + shown(&expected[each]), got);
        }
        return true;
    }
    void match_unordered(const std::string& place, const json::value& members, const json::value* got) {
        const json::array& expected = list_of(members, "unordered");
        if (!pair(place, expected, got)) return;
        if (got->get_array().size() > expected.size()) {
            differ(place, std::to_string(expected.size()) + " members", got);
        }
    }
    /// For the values of a set, whose order counts only with this matcher.
    void match_ordered(const std::string& place, const json::value& members, const json::value* got) {
        if (!got || !got->is_array()) return differ(place, "a list", got);
        compare_lists(place, list_of(members, "ordered"), got->get_array());
    }
    void match_contains(const std::string& place, const json::value& members, const json::value* got) {
        pair(place, list_of(members, "contains"), got);
    }
    void match_includes(const std::string& place, const json::value& members, const json::value* got) {
        if (!members.is_object()) throw MatcherError("includes needs an object");
        if (!got || !got->is_object()) return differ(place, "a map", got);
        for (const auto& each : members.get_object()) {
            compare(within(place, each.key()), each.value(), got->get_object().if_contains(each.key()));
        }
    }
    void match_optional(const std::string& place, const json::value& value, const json::value* got) {
        if (got) compare(place, value, got);
    }
    void match_one_of(const std::string& place, const json::value& choices, const json::value* got) {
        for (const json::value& each : list_of(choices, "one-of")) {
            if (got && holds(each, *got)) return;
        }
        differ(place, "one of " + shown(&choices), got);
    }
    void match_not(const std::string& place, const json::value& value, const json::value* got) {
        if (!got || holds(value, *got)) differ(place, "anything but " + shown(&value), got);
    }
    void match_each(const std::string& place, const json::value& value, const json::value* got) {
        if (!got || !got->is_array()) return differ(place, "a list", got);
        for (std::size_t i = 0; i < got->get_array().size(); ++i) {
            compare(within(place, std::to_string(i)), value, &got->get_array()[i]);
        }
    }
    void match_same_as(const std::string& place, const json::value& path, const json::value* got) {
        if (!path.is_string()) throw MatcherError("same-as needs a string");
        const json::value* other = context_.scope.find_answer(std::string(path.get_string()));
        if (!other) throw MatcherError("no step was answered at " + std::string(path.get_string()));
        compare(place, *other, got);
    }

    const MatchContext& context_;
    std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> differences(const json::value& expected, const json::value& got,
                                     const MatchContext& context) {
    return differences_at("", expected, &got, context);
}

std::vector<std::string> differences_at(const std::string& place, const json::value& expected,
                                        const json::value* got, const MatchContext& context) {
    Comparison comparison(context);
    comparison.compare(place, expected, got);
    return comparison.take();
}

}  // namespace tailrace::conformance
