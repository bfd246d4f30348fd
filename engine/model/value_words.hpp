#pragma once

#include <cstdint>

namespace tailrace {

/// The two ways in which AWS reads the values of a request. They differ in how a number, or a set with a
/// member twice, is refused, and in how far the exponent of a number may go before the number counts as none.
/// The table of operations says which operation reads in which way.
/// Source: the observations of AWS in paritysuite/dynamodb-conformance, valueLayers.test.ts, October 2026.
enum class ValueWords : std::uint8_t { older, newer };

}  // namespace tailrace
