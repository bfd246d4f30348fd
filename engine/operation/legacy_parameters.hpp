#pragma once

#include <boost/json.hpp>

namespace tailrace::operation {

/// Ends a request that uses one of the parameters which expressions replaced in 2014 (Expected,
/// AttributesToGet, …). They are not carried out here, and to pass them over would make a conditional write
/// unconditional. Called after the rules on which parameters go together.
void refuse_legacy_parameters(const boost::json::object& request);

}  // namespace tailrace::operation
