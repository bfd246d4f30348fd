#pragma once

#include <cstdint>

namespace tailrace {

/// The two ways in which AWS reads the values of a request. They differ in how a number, or a set with a
/// member twice, is refused, and in how far the exponent of a number may go before the number counts as none.
/// The table of operations says which operation reads in which way.
///
/// Of texts that are twice in a set of its item PutItem tells in the older way in some of AWS's regions and
/// in the newer one in others; here in the older one, and as of no ValueFault. Source: the observations of
/// AWS in paritysuite/dynamodb-conformance, valueLayers.test.ts and putItem.test.ts, October 2026.
enum class ValueWords : std::uint8_t { older, newer, newer_with_plain_texts };

}  // namespace tailrace
