#pragma once

#include "conformance/runner/random/random_data.hpp"

namespace tailrace::conformance {

/// A request with PartiQL statements: a single one, a batch or a transaction.
RandomRequest random_statement_request(RandomData& data);

}  // namespace tailrace::conformance
