#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/validation/shape_table.hpp"

namespace tailrace::inputs {

enum class Members { required, all };

/// A value that is valid for a shape of the service model, for the member `name` of a request; it names
/// SampleServer's tables where it can. A whole request made from such values may contradict itself.
boost::json::value sample_value(const validation::Shape& shape, std::string_view name, Members members,
                                int depth = 0);

}  // namespace tailrace::inputs
