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

/// The bound right-hand side of an action.
class UpdateValue {
  public:
    enum class Kind { constant, attribute, if_not_exists, list_append, sum, difference };

    static UpdateValue constant(AttributeValue value);
    static UpdateValue attribute(Path path);
    /// The value at `path`, or `otherwise` if there is none.
    static UpdateValue if_not_exists(Path path, UpdateValue otherwise);
    static UpdateValue list_append(UpdateValue first, UpdateValue second);
    static UpdateValue sum(UpdateValue left, UpdateValue right);
    static UpdateValue difference(UpdateValue left, UpdateValue right);

    /// The value for `item`. Throws ApiError::validation for a missing attribute and for operands of a wrong
    /// type.
    AttributeValue evaluate(const AttributeMap& item) const;

    /// The type of the result, if it is known without an item.
    std::optional<AttributeType> known_type() const;

    /// Adds the paths that the value refers to, in order.
    void collect_paths(std::vector<const Path*>& paths) const;

    /// The value's share of a statement's size, as AWS counts it: each use of a constant counts its size, and
    /// a path counts the size of its names.
    std::size_t statement_bytes() const;
    /// The same for the constant that ADD adds to `existing`, which is null if there is no such attribute. In
    /// a set, only the new members count.
    std::size_t added_bytes(const AttributeValue* existing) const;

  private:
    UpdateValue(Kind kind, AttributeValue value) : kind_(kind), value_(std::move(value)) {}
    static UpdateValue binary(Kind kind, UpdateValue left, UpdateValue right);

    Kind kind_;
    AttributeValue value_;
    Path path_;
    std::vector<UpdateValue> operands_;
};

/// One change of one path. REMOVE has no value; ADD and DELETE have a constant.
struct UpdateAction {
    UpdateClause clause;
    Path path;
    std::optional<UpdateValue> value;
};

/// UpdateExpression, and the form to which the legacy AttributeUpdates are lowered: turns an old item into a
/// new one. Immutable; may be applied from any thread.
class Update {
  public:
    /// The dialect in which the update was written. The dialects differ in the message for an attribute of a
    /// wrong type, and in ADD, which appends to lists only in AttributeUpdates.
    enum class Dialect { update_expression, attribute_updates };

    /// An update built by code. No path may be equal to or contain another.
    Update(std::vector<UpdateAction> actions, Dialect dialect);

    /// Parses, checks and binds an expression. Throws ApiError::validation in AWS's words.
    static Update parse(std::string_view text, Placeholders& placeholders);

    /// Returns the item after the update. Every value and every list index refers to the old item, whatever
    /// the order of the actions. Throws ApiError::validation if the item has no map or list for a path, or if
    /// a required value is missing or has a wrong type.
    AttributeMap apply(const AttributeMap& old_item) const { return changed(old_item, true); }

    /// Returns the item that the update creates if there is no old one. `key` holds its key attributes; the
    /// right-hand sides of the actions may refer to them. A REMOVE that reaches into an attribute then does
    /// nothing instead of failing.
    AttributeMap create(const AttributeMap& key) const { return changed(key, false); }

    /// The parts of the old or the new item that ReturnValues UPDATED_OLD and UPDATED_NEW show: the paths
    /// that the update names, inside their maps and lists.
    AttributeMap touched(const AttributeMap& item) const { return targets_.apply(item); }

    /// The statement's own share of the item size limit, as AWS counts it: the values that it writes, and a
    /// cost for each of its parts. The result is largest for an empty `old_item`.
    std::size_t statement_bytes(const AttributeMap& old_item) const;

    /// True if the update contains only REMOVE and DELETE. It then does not create a missing item.
    /// Source: the observations of AWS in ScyllaDB Alternator's test_item.py.
    bool only_removes() const;

    /// The top-level attributes that the update changes, each once, in order.
    std::vector<std::string> attribute_names() const { return targets_.attribute_names(); }
    /// The top-level attributes that the update reaches into with "." or "[", to change them or to read a
    /// value.
    std::vector<std::string> nested_attribute_names() const;

    /// The type that the update gives to a top-level attribute as a whole, if it is known without an item.
    std::optional<AttributeType> assigned_type(std::string_view attribute) const;

  private:
    AttributeMap changed(const AttributeMap& old_item, bool exists) const;

    std::vector<UpdateAction> actions_;
    Projection targets_;
    Dialect dialect_;
};

}  // namespace tailrace::expression
