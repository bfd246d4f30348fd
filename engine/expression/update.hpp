#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/path.hpp"
#include "engine/expression/placeholders.hpp"
#include "engine/expression/projection.hpp"
#include "engine/expression/update_clause.hpp"
#include "engine/model/attribute_value.hpp"

namespace tailrace::expression {

/// The right-hand side of an action, bound.
class UpdateValue {
  public:
    enum class Kind { constant, attribute, if_not_exists, list_append, sum, difference };

    static UpdateValue constant(AttributeValue value);
    static UpdateValue attribute(Path path);
    /// What `path` leads to, or `otherwise` when that is nothing.
    static UpdateValue if_not_exists(Path path, UpdateValue otherwise);
    static UpdateValue list_append(UpdateValue first, UpdateValue second);
    static UpdateValue sum(UpdateValue left, UpdateValue right);
    static UpdateValue difference(UpdateValue left, UpdateValue right);

    /// The value for `item`. Throws ApiError::validation for an attribute that is not there and for operands
    /// of a wrong type.
    AttributeValue evaluate(const AttributeMap& item) const;

    /// The type of the result as far as it shows without an item.
    std::optional<AttributeType> known_type() const;

    /// Adds the paths that it refers to, in order.
    void collect_paths(std::vector<const Path*>& paths) const;

    /// What AWS counts for it in a statement: constants by their sizes, at each use, and paths by their
    /// names.
    std::size_t statement_bytes() const;
    /// The same of the constant that ADD adds to `existing`, which is null when there is nothing: of a set
    /// the new members alone.
    std::size_t added_bytes(const AttributeValue* existing) const;

  private:
    UpdateValue(Kind kind, AttributeValue value) : kind_(kind), value_(std::move(value)) {}
    static UpdateValue binary(Kind kind, UpdateValue left, UpdateValue right);

    Kind kind_;
    AttributeValue value_;
    Path path_;
    std::vector<UpdateValue> operands_;
};

/// One change of one path. Only REMOVE has no value; ADD and DELETE have a constant.
struct UpdateAction {
    UpdateClause clause;
    Path path;
    std::optional<UpdateValue> value;
};

/// UpdateExpression, and what the legacy AttributeUpdates are lowered to: old item in, new item out.
/// Immutable; may be applied from any thread.
class Update {
  public:
    /// Which of the two dialects the update was written in. They differ in the message for an attribute of a
    /// wrong type, and in ADD, which appends to lists in AttributeUpdates alone.
    enum class Dialect { update_expression, attribute_updates };

    /// From code. No path may be or contain another.
    Update(std::vector<UpdateAction> actions, Dialect dialect);

    /// Parses, checks and binds an expression. Throws ApiError::validation in AWS's words.
    static Update parse(std::string_view text, Placeholders& placeholders);

    /// The item that the update makes of `old_item`. Every value and every list index refers to the old item,
    /// whatever the order of the actions. Throws ApiError::validation when the item has no place for a path
    /// or no value, or one of a wrong type, where one is needed.
    AttributeMap apply(const AttributeMap& old_item) const { return changed(old_item, true); }

    /// The item that the update makes where there is none: `key` are its key attributes, which values may
    /// refer to. A REMOVE that reaches into an attribute does nothing then, instead of failing.
    AttributeMap create(const AttributeMap& key) const { return changed(key, false); }

    /// What ReturnValues UPDATED_OLD and UPDATED_NEW show of the old or the new item: the paths that the
    /// update names, inside the maps and lists they stand in.
    AttributeMap touched(const AttributeMap& item) const { return targets_.apply(item); }

    /// What AWS counts of the statement itself towards the limit of an item: what it writes, and a cost for
    /// each of its parts. No `old_item` makes it count more than an empty one does.
    std::size_t statement_bytes(const AttributeMap& old_item) const;

    /// Whether it only takes away: REMOVE and DELETE. It then makes no item where there is none.
    /// Source: the observations of AWS in ScyllaDB Alternator's test_item.py.
    bool only_removes() const;

    /// The top-level attributes it changes, each once, in order.
    std::vector<std::string> attribute_names() const { return targets_.attribute_names(); }
    /// Those that it reaches into with "." or "[", to change them or for a value.
    std::vector<std::string> nested_attribute_names() const;

    /// The type that the update gives to a top-level attribute as a whole, as far as it shows without an
    /// item.
    std::optional<AttributeType> assigned_type(std::string_view attribute) const;

  private:
    AttributeMap changed(const AttributeMap& old_item, bool exists) const;

    std::vector<UpdateAction> actions_;
    Projection targets_;
    Dialect dialect_;
};

}  // namespace tailrace::expression
