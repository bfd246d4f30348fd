#pragma once

#include "engine/model/value_words.hpp"

namespace tailrace {

/// How AWS words the faults of an operation's request. It is set in the table of operations and passed to the
/// code that reads the request.
struct Wording {
    /// The way in which attribute values are read.
    ValueWords values = ValueWords::older;
    /// True if faults in the values, the expressions and the combination of members are worded like faults in
    /// the request's shape: with "1 validation error detected: " in front.
    ///
    /// Sources: the observations of AWS in paritysuite/dynamodb-conformance, cross-region-latest.json
    /// (September 2026), putItem.test.ts, deleteItem.test.ts and valueLayers.test.ts (October 2026), and in
    /// getmoto/moto, test_dynamodb_exceptions.py (August 2026).
    bool counts_faults = false;
};

}  // namespace tailrace
