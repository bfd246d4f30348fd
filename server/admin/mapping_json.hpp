#pragma once

#include <boost/json.hpp>

#include "stream/dispatcher.hpp"

namespace tailrace::server {

/// A mapping with its parameters and how it is doing.
boost::json::object to_json(const stream::MappingStatus& status);

/// Of these, what says how far it is and why it is no further.
boost::json::object progress_json(const stream::MappingStatus& status);

/// One call of a mapping's function; with the records that it was called with where they are asked for.
enum class ShownRecords { numbers, whole };
boost::json::object to_json(const stream::Invocation& invocation, ShownRecords records);

/// A batch that was given up.
boost::json::object to_json(const stream::DiscardedBatch& batch);

boost::json::object to_json(const stream::Resending& resending);

}  // namespace tailrace::server
