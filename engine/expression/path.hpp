#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/expression/expression_kind.hpp"
#include "engine/model/attribute_value.hpp"

namespace tailrace::expression {

/// A document path without placeholders: a top-level attribute and the steps into its maps and lists.
class Path {
  public:
    /// A member of a map by name, or an element of a list by position.
    using Step = std::variant<std::string, std::uint32_t>;

    Path() = default;
    /// A top-level attribute.
    explicit Path(std::string attribute) { steps_.emplace_back(std::move(attribute)); }

    void append(Step step) { steps_.push_back(std::move(step)); }

    const std::vector<Step>& steps() const { return steps_; }
    std::size_t size() const { return steps_.size(); }
    bool is_nested() const { return steps_.size() > 1; }
    const std::string& attribute() const { return std::get<std::string>(steps_.front()); }

    /// The value at the path in `item`; null if there is none.
    const AttributeValue* find(const AttributeMap& item) const;
    /// The same for the first `count` steps, of which there is at least one.
    const AttributeValue* find(const AttributeMap& item, std::size_t count) const;

    /// "[a, [3], b]", as messages show it.
    std::string text() const;

    friend bool operator==(const Path&, const Path&) = default;

  private:
    std::vector<Step> steps_;
};

/// The value one step below `value`; null if `value` is not a map or a list, or has no such member.
const AttributeValue* step_into(const AttributeValue& value, const Path::Step& step);

/// Two paths that cannot be used together.
struct PathClash {
    /// "overlap" if one path is the other or contains it, "conflict" if one treats a value as a map and the
    /// other as a list.
    const char* verb;
    const Path& earlier;
    const Path& later;

    /// AWS's sentence. It may show the paths in either order.
    static std::string text(const char* verb, const Path& one, const Path& two);
};

/// The first two of the paths that clash. Any overlap comes before any conflict.
std::optional<PathClash> find_clash(const std::vector<Path>& paths);

/// Throws in AWS's words if two of the paths clash.
void require_disjoint(const std::vector<Path>& paths, ExpressionKind kind);

/// The top-level attributes of `paths`, each once, in order.
std::vector<std::string> distinct_attributes(const std::vector<const Path*>& paths);

}  // namespace tailrace::expression
