#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

/// The shapes of every operation's request as constant data. The tables are generated during the build from
/// service_model.json (what AWS publishes) and observed_answers.json (where AWS was seen to answer
/// differently), so that nothing is parsed or allocated at start-up.
namespace tailrace::validation {

/// A character class and how often it may repeat.
struct PatternSegment {
    std::array<std::uint64_t, 2> ascii;
    bool beyond_ascii;
    std::uint32_t least;
    std::uint32_t most;
};

/// A regular expression of the model: a sequence of character classes, the whole possibly repeated.
struct Pattern {
    std::string_view text;
    std::span<const PatternSegment> segments;
    bool repeated;
};

enum class Kind : std::uint8_t {
    structure,
    map,
    list,
    string,
    blob,
    boolean,
    integer,
    long_integer,
    decimal,
    timestamp,
};

struct Shape;

struct Member {
    std::string_view name;
    const Shape* shape;
    bool required;
    /// AWS checks the member after all others. It reports the fault alone, shows the member's `name`
    /// unchanged, and does not show the value.
    bool late;
    /// AWS's whole message if the member is absent. It comes before all other checks.
    std::string_view when_missing;
    /// AWS's whole message if the member is empty. It comes after all other constraints. For the name of the
    /// request's table it comes before them, unless the request lacks a required member.
    std::string_view when_empty;
    /// AWS's whole message if the member's value is not allowed, no required member is missing, and no other
    /// constraint is broken.
    std::string_view when_unknown;
    /// The same message is given even if other constraints are broken.
    bool unknown_alone;
};

inline constexpr std::int64_t no_minimum = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t no_maximum = std::numeric_limits<std::int64_t>::max();

/// One shape. `minimum` and `maximum` limit a number's value, or the length of anything else.
struct Shape {
    std::string_view name;
    /// The package of the Java class of that name, with a dot at its end.
    std::string_view package;
    Kind kind;
    /// True for the name or the ARN of a table.
    bool table_name;
    /// AWS reports a wrong length before a wrong pattern.
    bool length_first;
    /// AWS shows the value as the JSON that was sent, not in the notation of its Java classes.
    bool shown_as_json;
    /// For a map: AWS does not report its keys if there is a fault before the map.
    bool keys_give_way;
    /// For a list: null elements are left to a later rule.
    bool nulls;
    /// AWS never shows the value.
    bool sensitive;
    std::int64_t minimum;
    std::int64_t maximum;
    const Pattern* pattern;
    std::span<const std::string_view> allowed;
    /// For a structure, in the order in which AWS reports them; `required` has one bit for each.
    std::span<const Member> members;
    std::uint64_t required;
    /// For a structure: the names that AWS shows, in order, if they differ from `members`. A name that is not
    /// a member is shown as null.
    std::span<const std::string_view> shown;
    /// For a map.
    const Shape* key;
    /// For a map or a list.
    const Shape* element;

    bool bounded() const { return minimum != no_minimum || maximum != no_maximum; }
    bool constrained() const { return bounded() || pattern != nullptr || !allowed.empty() || table_name; }
};

struct OperationShape {
    std::string_view operation;
    const Shape* input;
};

/// Sorted by name. The generated file defines it.
extern const std::span<const OperationShape> operation_shapes;

/// The shape of the operation's request, or null if there is no such operation.
const Shape* find_input_shape(std::string_view operation) noexcept;

}  // namespace tailrace::validation
