#pragma once

#include "conformance/runner/random/random_data.hpp"

namespace tailrace::conformance {

/// A request with the parameters that preceded expressions: Expected, AttributeUpdates, AttributesToGet,
/// KeyConditions, QueryFilter and ScanFilter.
RandomRequest random_legacy_request(RandomData& data);

}  // namespace tailrace::conformance
