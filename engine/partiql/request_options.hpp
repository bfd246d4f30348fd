#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "engine/table/items/capacity.hpp"

/// Members that the requests with statements have in common. Their JSON types have been checked.
namespace tailrace::partiql {

std::optional<std::string_view> text_member(const boost::json::object& request, std::string_view name);

/// Limit; a fraction is cut off, as AWS does.
std::optional<std::size_t> read_limit(const boost::json::object& request);

table::Consistency read_consistency(const boost::json::object& request);

/// Whether ReturnValuesOnConditionCheckFailure asks for the item.
bool returns_failed_item(const boost::json::object& request);

}  // namespace tailrace::partiql
