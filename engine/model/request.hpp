#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/model/attribute_value.hpp"
#include "engine/model/wording.hpp"

namespace tailrace {

/// A view of the JSON object of a request, or of a structure inside one, whose shape has been checked. A
/// member counts as absent if it is missing, is JSON null, or has the wrong JSON type. Only members that the
/// operation does not know can have the wrong type.
///
/// An operation reads its request once, into a structure of its own, before it uses the database, because
/// each look-up searches the members. The object must outlive the view and every text and view taken from it.
class Request {
  public:
    explicit Request(const boost::json::object& object, Wording wording = {})
        : object_(&object), wording_(wording) {}

    const boost::json::object& json() const { return *object_; }
    const Wording& wording() const { return wording_; }

    /// The member, or null if it is absent or JSON null.
    const boost::json::value* find(std::string_view name) const;
    bool has(std::string_view name) const { return find(name) != nullptr; }

    /// The required TableName: a name or an ARN.
    std::string_view table_name() const { return *text("TableName"); }
    /// The String member, or nullopt.
    std::optional<std::string_view> text(std::string_view name) const;
    /// The Integer or Long member, or nullopt. A fraction is rounded down.
    std::optional<std::int64_t> integer(std::string_view name) const;
    /// The Boolean member, or nullopt. Accepts the strings that AWS accepts.
    std::optional<bool> flag(std::string_view name) const;
    /// The list member, or null.
    const boost::json::array* list(std::string_view name) const;
    /// The map member, or null.
    const boost::json::object* map(std::string_view name) const;
    /// The structure member, or nullopt.
    std::optional<Request> structure(std::string_view name) const;
    /// A structure in one of the request's lists or maps. `json` must be an object.
    Request element(const boost::json::value& json) const { return Request(json.as_object(), wording_); }

    /// The required map of attributes, such as Key, read in the operation's wording. Throws
    /// ApiError::validation.
    AttributeMap attributes(std::string_view name) const;

  private:
    const boost::json::object* object_;
    Wording wording_;
};

}  // namespace tailrace
