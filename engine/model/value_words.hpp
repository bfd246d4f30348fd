#pragma once

#include <cstdint>

namespace tailrace {

/// The two ways in which AWS reads the values of a request. They differ in how they refuse a number, or a set
/// with duplicates, and in how large a number's exponent may be before the text is not a number at all. The
/// table of operations says which operation reads in which way.
/// Source: the observations of AWS in paritysuite/dynamodb-conformance, valueLayers.test.ts, October 2026.
enum class ValueWords : std::uint8_t { older, newer };

}  // namespace tailrace
