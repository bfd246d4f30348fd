#pragma once

namespace tailrace {

/// The two ways in which AWS reads the values of a request. They differ in how a number, or a set with a
/// member twice, is refused, and in how far the exponent of a number may go before the number counts as none.
///
/// PutItem, UpdateItem, DeleteItem, GetItem, BatchGetItem and Query read in the newer way; BatchWriteItem,
/// the transactions, Scan and PartiQL in the older one. Of texts that are twice in a set of its item PutItem
/// tells in the older way in some of AWS's regions and in the newer one in others; here in the older one, and
/// as of no ValueFault. Source:
/// the observations of AWS in paritysuite/dynamodb-conformance, valueLayers.test.ts and putItem.test.ts,
/// October 2026.
enum class ValueWords { older, newer, newer_with_plain_texts };

}  // namespace tailrace
