#include "engine/partiql/value_binding.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

#include "engine/model/api_error.hpp"
#include "engine/model/listed.hpp"

namespace tailrace::partiql {
namespace {

using Kind = Expression::Kind;

// Source: "Service, account, and table quotas", nested attribute depth.
constexpr int max_nesting = 32;

/// DynamoDB's word for an expression that is not a value. `is_inside` is true inside a collection.
std::string kind_name(const Expression& expression, bool is_inside) {
    switch (expression.kind) {
        case Kind::parameter:
            return "Parameter";
        case Kind::path:
            if (!is_inside) return expression.text;
            return expression.operands.empty() ? "VariableReference" : "Path";
        case Kind::missing:
            return "MISSING";
        case Kind::string:
            return "String";
        case Kind::number:
        case Kind::boolean:
        case Kind::null:
            return "Literal";
        case Kind::list:
        case Kind::bag:
            return "Seq";
        case Kind::tuple:
            return "Struct";
        default:
            return expression.text;
    }
}

/// The type of an Ion literal, judged by its first character.
std::string_view ion_type(std::string_view text) {
    const char first = text.empty() ? ' ' : text.front();
    if (first == '{') return text.starts_with("{{") ? "BLOB" : "STRUCT";
    if (first == '[') return "LIST";
    if (first == '(') return "SEXP";
    if (first == '"') return "STRING";
    return (first >= '0' && first <= '9') || first == '-' ? "INT" : "SYMBOL";
}

Number number(const std::string& text, const std::string& place) {
    try {
        return Number::parse(text);
    } catch (const ApiError& error) {
        throw ApiError::validation(error.message() + " under " + place);
    }
}

/// A bag is a set of strings or of numbers.
AttributeValue bag_value(const Expression& bag, const std::string& place) {
    if (bag.operands.empty()) throw ApiError::validation("Empty bags are not supported");
    const Kind kind = bag.operands.front().kind;
    const bool is_of_one_kind =
        std::ranges::all_of(bag.operands, [kind](const Expression& each) { return each.kind == kind; });
    if (!is_of_one_kind || (kind != Kind::string && kind != Kind::number)) {
        throw ApiError::validation(
            "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags");
    }
    const std::string repeated = "One or more parameter values were invalid: Input collection [" +
                                 listed(bag.operands, &Expression::text) + "] contains duplicates";
    if (kind == Kind::string) {
        StringSet set;
        for (const Expression& each : bag.operands) set.values.push_back(each.text);
        if (!set.sort()) throw ApiError::validation(repeated + ".");
        return set;
    }
    NumberSet set;
    for (const Expression& each : bag.operands) set.values.push_back(number(each.text, place));
    if (!set.sort()) throw ApiError::validation(repeated + "! under " + place);
    return set;
}

/// How messages describe a tuple. AWS words them differently for the item of an INSERT and for a tuple inside
/// a value.
struct TupleWords {
    const std::string& place;
    std::string (*kind_of_key)(const Expression& key);
    /// True if a repeated key is reported at its own position, false if at the tuple's.
    bool blames_key;
};

/// Reads each member's value with `read_value(key, value)`.
template <typename ReadValue>
AttributeMap read_tuple(const Expression& tuple, const TupleWords& words, ReadValue&& read_value) {
    AttributeMap map;
    for (std::size_t i = 0; i < tuple.operands.size(); i += 2) {
        const Expression& key = tuple.operands[i];
        if (key.kind != Kind::string) {
            throw ApiError::validation("Tuple keys must be of type String. Actual type: " +
                                       words.kind_of_key(key) + " under " + words.place + key.position.at());
        }
        if (map.contains(require_name(key.text))) {
            const Expression& blamed = words.blames_key ? key : tuple;
            throw ApiError::validation("Duplicate keys in tuple. Key: " + key.text + " under " + words.place +
                                       blamed.position.at());
        }
        map.set(key.text, read_value(key.text, tuple.operands[i + 1]));
    }
    return map;
}

/// Converts a literal to a value, and refuses every other expression.
class LiteralReader {
  public:
    AttributeValue read(const Expression& literal, const std::string& place, int depth) const {
        if (depth >= max_nesting) {
            throw ApiError::validation("Nesting Levels have exceeded supported limits under " + place);
        }
        switch (literal.kind) {
            case Kind::string:
                return literal.text;
            case Kind::number:
                return number(literal.text, place);
            case Kind::boolean:
                return literal.text == "true";
            case Kind::null:
                return Null{};
            case Kind::bag:
                return bag_value(literal, place);
            case Kind::list:
                return list(literal, place, depth);
            case Kind::tuple:
                return map(literal, place, depth);
            case Kind::ion:
                throw ApiError::validation(
                    "Ion Literals are not supported: " + std::string(ion_type(literal.text)) + " under key " +
                    place + literal.position.at());
            default:
                throw ApiError::validation("Unsupported data type: " + kind_name(literal, depth > 0) +
                                           " under key " + place + literal.position.at());
        }
    }

  private:
    AttributeList list(const Expression& literal, const std::string& place, int depth) const {
        AttributeList list;
        for (const Expression& each : literal.operands) {
            list.push_back(read(each, place + "[" + std::to_string(list.size()) + "]", depth + 1));
        }
        return list;
    }

    AttributeMap map(const Expression& literal, const std::string& place, int depth) const {
        const TupleWords words{place, [](const Expression& key) { return kind_name(key, true); }, false};
        return read_tuple(literal, words, [&](const std::string& name, const Expression& value) {
            return read(value, place + "." + name, depth + 1);
        });
    }
};

/// The value of a whole number as it is written ("3", "-0" or "-1"); nullopt for every other number.
std::optional<std::int64_t> whole_number(const std::string& text) {
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ptr != end) return std::nullopt;
    return read.ec == std::errc() ? value : std::numeric_limits<std::int64_t>::max();
}

expression::Path::Step bind_step(const Expression& step) {
    switch (step.kind) {
        case Kind::member:
        case Kind::string:
            return require_name(step.text);
        case Kind::path:
            if (step.operands.empty()) return require_name(step.text);
            break;
        case Kind::number: {
            const auto index = whole_number(step.text);
            if (!index) break;
            if (*index >= 0 && *index <= std::numeric_limits<std::int32_t>::max()) {
                return static_cast<std::uint32_t>(*index);
            }
            throw ApiError::validation("List index is not within the allowable range; index: [" + step.text +
                                       "]" + step.position.at());
        }
        case Kind::every:
            throw ApiError::validation("Unpivot path component like a.*.b are not supported" +
                                       step.position.at());
        default:
            break;
    }
    reject_unexpected_path(step);
}

}  // namespace

std::optional<AttributeValue> bind_value(const Expression& expression, Parameters parameters,
                                         const std::string& place) {
    switch (expression.kind) {
        case Kind::parameter:
            return parameters[expression.parameter];
        case Kind::string:
        case Kind::number:
        case Kind::boolean:
        case Kind::null:
        case Kind::ion:
        case Kind::list:
        case Kind::bag:
        case Kind::tuple:
            return LiteralReader().read(expression, place, 0);
        default:
            return std::nullopt;
    }
}

AttributeValue require_value(const Expression& expression, Parameters parameters, const std::string& place) {
    if (auto value = bind_value(expression, parameters, place)) return std::move(*value);
    return LiteralReader().read(expression, place, 0);
}

AttributeMap bind_item(const Expression& item, Parameters parameters) {
    if (item.kind != Kind::tuple) {
        throw ApiError::validation(
            "Unsupported format in item expression. Please use struct format {...} to express item values "
            "for "
            "insert statement." +
            item.position.at());
    }
    const std::string place = "root";
    const auto kind_of_key = [](const Expression& key) -> std::string {
        return key.kind == Kind::parameter ? "Parameter" : "VariableReference";
    };
    return read_tuple(item, {place, kind_of_key, true}, [&](const std::string&, const Expression& value) {
        return require_value(value, parameters);
    });
}

expression::Path bind_path(const Expression& expression) {
    if (expression.kind != Kind::path) reject_unexpected_path(expression);
    expression::Path path(require_name(expression.text));
    for (const Expression& step : expression.operands) path.append(bind_step(step));
    operand_rules.require_depth(path);
    return path;
}

const std::string& require_name(const std::string& name) {
    if (name.empty()) throw ApiError::validation("Path component cannot be an empty string");
    return name;
}

void reject_unexpected_path(const Expression& expression) {
    throw ApiError::validation("Unexpected path component" + expression.position.at());
}

}  // namespace tailrace::partiql
