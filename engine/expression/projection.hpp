#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/path.hpp"
#include "engine/expression/placeholders.hpp"
#include "engine/model/attribute_value.hpp"

namespace tailrace::expression {

/// ProjectionExpression: the parts of an item at some paths. Immutable.
class Projection {
  public:
    Projection() = default;
    /// A projection built by code. No path may be equal to or contain another.
    explicit Projection(std::vector<Path> paths);

    /// Parses, checks and binds an expression. Throws ApiError::validation in AWS's words.
    static Projection parse(std::string_view text, Placeholders& placeholders);

    /// The selected parts of `item`, inside their maps and lists. A list keeps the order of its elements and
    /// closes the gaps between them. A path that leads nowhere adds nothing.
    AttributeMap apply(const AttributeMap& item) const;

    /// The top-level attributes, each once, in order. nested_attribute_names() returns only those that the
    /// projection reaches into with "." or "[".
    std::vector<std::string> attribute_names() const;
    std::vector<std::string> nested_attribute_names() const;

    /// In the order written.
    const std::vector<Path>& paths() const { return paths_; }

  private:
    std::vector<Path> paths_;
    /// Sorted by their steps, so that paths with a common beginning are adjacent.
    std::vector<Path> sorted_;
};

}  // namespace tailrace::expression
