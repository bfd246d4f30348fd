#pragma once

#include <boost/json.hpp>
#include <cstddef>

namespace tailrace::stream {

/// The lane, of so many, for a record: by its item's key, so that the records of one item share a lane.
std::size_t item_lane(const boost::json::value& record, std::size_t lanes);

}  // namespace tailrace::stream
