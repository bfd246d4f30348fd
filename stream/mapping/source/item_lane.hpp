#pragma once

#include <boost/json.hpp>
#include <cstddef>

namespace tailrace::stream {

/// Returns the lane of a record, below `lanes`. It depends on the item's key, so all records of an item share
/// a lane.
std::size_t item_lane(const boost::json::value& record, std::size_t lanes);

}  // namespace tailrace::stream
