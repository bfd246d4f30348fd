#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

/// The shapes of every operation's request as constant data. The tables are generated while building, from
/// service_model.json (what AWS publishes) and observed_answers.json (where AWS was seen to answer
/// otherwise), so that nothing is parsed or allocated at start-up.
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
    /// Checked by AWS after all others, alone, and reported under `name` as it is, without the value.
    bool late;
    /// AWS's whole answer, given before any other constraint is looked at, when the member is absent.
    std::string_view when_missing;
    /// AWS's whole answer when the member is empty, given after all other constraints; of the name of the
    /// request's table before them, unless the request lacks something.
    std::string_view when_empty;
    /// AWS's whole answer when the member's value is none of its set, the request lacks nothing, and no other
    /// constraint is broken.
    std::string_view when_unknown;
    /// The same answer is given whatever other constraints are broken.
    bool unknown_alone;
};

inline constexpr std::int64_t no_minimum = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t no_maximum = std::numeric_limits<std::int64_t>::max();

/// One shape. `minimum` and `maximum` bound a number's value, or the length of anything else.
struct Shape {
    std::string_view name;
    Kind kind;
    /// The name or the ARN of a table.
    bool table_name;
    /// AWS reports a wrong length before a wrong pattern.
    bool length_first;
    /// AWS shows the value as the JSON that was sent, not in the notation of its classes.
    bool shown_as_json;
    /// Of a map: AWS says nothing of its keys where something before the map is at fault, too.
    bool keys_give_way;
    /// Of a list: nulls among its elements are for a later rule to answer.
    bool nulls;
    std::int64_t minimum;
    std::int64_t maximum;
    const Pattern* pattern;
    std::span<const std::string_view> allowed;
    /// Of a structure, in the order in which AWS reports them; `required` has one bit for each.
    std::span<const Member> members;
    std::uint64_t required;
    /// Of a structure that AWS shows other than by its members: the names it shows, of which some may be no
    /// members and have no value.
    std::span<const std::string_view> shown;
    /// Of a map.
    const Shape* key;
    /// Of a map or a list.
    const Shape* element;

    bool bounded() const { return minimum != no_minimum || maximum != no_maximum; }
    bool constrained() const { return bounded() || pattern != nullptr || !allowed.empty() || table_name; }
};

struct OperationShape {
    std::string_view operation;
    const Shape* input;
};

/// Sorted by name; defined by the generated file.
extern const std::span<const OperationShape> operation_shapes;

/// The shape of `operation`'s request, or null when there is no such operation.
const Shape* find_input_shape(std::string_view operation);

}  // namespace tailrace::validation
