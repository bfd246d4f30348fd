#pragma once

#include <boost/json.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/model/item_json.hpp"

namespace tailrace {

/// The way from the root of an operation's request to the items that it puts: the name of a member for each
/// level. An empty name matches every element of a list and every member of a map.
using ItemPath = std::span<const std::string_view>;

/// The JSON of a request. If its items could be read separately, directly into their stored form, the JSON
/// has an empty object in place of each item, and items() has them in the same order. Either all items are
/// read separately or none. A check of the request's shape then gives the same result for this JSON as for
/// the original, except that some messages would show the items.
class RequestBody {
  public:
    /// A body that has been parsed by somebody else. `json` must outlive it.
    explicit RequestBody(const boost::json::object& json) : given_(&json) {}
    /// Parses the text. An empty text is null. Throws ApiError if the text is not JSON or is nested too deep.
    /// The operation's items are read separately if a path to them is given; the text must then outlive the
    /// body.
    RequestBody(std::string_view text, boost::json::storage_ptr memory, ItemPath items = {});

    bool is_object() const { return given_ != nullptr || parsed_.is_object(); }
    /// The body must be an object; see is_object().
    const boost::json::object& json() const { return given_ != nullptr ? *given_ : parsed_.get_object(); }
    boost::json::object& parsed() { return parsed_.get_object(); }
    /// Empty if the JSON has the items.
    std::span<ItemJson> items() { return items_; }

    /// The JSON with its items. If the items were read separately, this parses the text again, so only rare
    /// requests may call it.
    const boost::json::object& whole();

  private:
    const boost::json::object* given_ = nullptr;
    std::string_view text_;
    boost::json::value parsed_;
    std::vector<ItemJson> items_;
    std::optional<boost::json::value> whole_;
};

}  // namespace tailrace
