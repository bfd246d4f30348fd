#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/model/attribute_value.hpp"
#include "engine/model/wording.hpp"

namespace tailrace {

/// A view on the JSON object of a request, or of a structure inside of one, whose shape has been checked. A
/// member that is absent, that is JSON null, or that is of another JSON type, as only members may be that the
/// operation does not know, is the same: it is not there.
///
/// An operation reads its request once, into a structure of its own, before it goes to the database: each
/// look-up goes over the members. The object outlives the view and every text and view taken from it.
class Request {
  public:
    explicit Request(const boost::json::object& object, Wording wording = {})
        : object_(&object), wording_(wording) {}

    const boost::json::object& json() const { return *object_; }
    const Wording& wording() const { return wording_; }

    /// The member, or null when it is absent or JSON null.
    const boost::json::value* find(std::string_view name) const;
    bool has(std::string_view name) const { return find(name) != nullptr; }

    /// TableName, which is required: a name or an ARN.
    std::string_view table_name() const { return *text("TableName"); }
    /// The String member, or nothing.
    std::optional<std::string_view> text(std::string_view name) const;
    /// The Integer or Long member, or nothing. A fraction is cut off, as AWS does.
    std::optional<std::int64_t> integer(std::string_view name) const;
    /// The Boolean member, or nothing. Takes the strings that AWS takes.
    std::optional<bool> flag(std::string_view name) const;
    /// The member that is a list, or null.
    const boost::json::array* list(std::string_view name) const;
    /// The member that is a map, or null.
    const boost::json::object* map(std::string_view name) const;
    /// The member that is a structure, or nothing.
    std::optional<Request> structure(std::string_view name) const;
    /// A structure in one of the request's lists or maps. `json` is an object.
    Request element(const boost::json::value& json) const { return Request(json.as_object(), wording_); }

    /// The required map of attributes, such as Key, read in the operation's way. Throws ApiError::validation.
    AttributeMap attributes(std::string_view name) const;

  private:
    const boost::json::object* object_;
    Wording wording_;
};

}  // namespace tailrace
