#pragma once

#include <boost/json.hpp>
#include <functional>
#include <random>
#include <string>
#include <string_view>

#include "engine/validation/shape_table.hpp"

namespace tailrace::inputs {

using TakeBody = std::function<void(const std::string& body)>;

/// Passes to `take` every body that differs from `request` in one place: each value removed, replaced by each
/// of hostile_values(), or given twice; each text damaged; each member that `shape` has and the request lacks
/// added; members with unknown names or in another case. `shape` may be null for requests that no model
/// describes.
void mutate_once_each(const boost::json::value& request, const validation::Shape* shape,
                      const TakeBody& take);

/// A body that differs from `request` in `places` random places.
std::string mutated(const boost::json::value& request, int places, std::mt19937& generator);

}  // namespace tailrace::inputs
