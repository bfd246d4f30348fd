#pragma once

#include <boost/json.hpp>

#include "stream/dispatcher.hpp"

namespace tailrace::server {

/// Returns a mapping with its parameters and its state.
boost::json::object to_json(const stream::MappingStatus& status);

/// Returns only the members that say how far a mapping has come, and why it has not come further.
boost::json::object progress_json(const stream::MappingStatus& status);

/// How to show the records of a call: by their number or range, or as whole events.
enum class ShownRecords { numbers, whole };
/// Returns one call of a mapping's function, with the records of the call if `records` is `whole`.
boost::json::object to_json(const stream::Invocation& invocation, ShownRecords records);

/// Returns a batch that was given up.
boost::json::object to_json(const stream::DiscardedBatch& batch);

boost::json::object to_json(const stream::Resending& resending);

}  // namespace tailrace::server
