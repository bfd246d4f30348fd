#pragma once

#include "conformance/runner/random/random_data.hpp"

namespace tailrace::conformance {

/// A request with statements of PartiQL: one by itself, in a batch or in a transaction.
RandomRequest random_statement_request(RandomData& data);

}  // namespace tailrace::conformance
