#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/validation/shape_table.hpp"

namespace tailrace::inputs {

enum class Members { required, all };

/// A value that a shape of the service model takes, for the member `name` of a request; it names the tables
/// of SampleServer where it can. What it makes for a whole request need not be free of contradictions.
boost::json::value sample_value(const validation::Shape& shape, std::string_view name, Members members,
                                int depth = 0);

}  // namespace tailrace::inputs
