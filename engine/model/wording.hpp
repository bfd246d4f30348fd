#pragma once

#include "engine/model/value_words.hpp"

namespace tailrace {

/// How AWS words what is wrong with an operation's request. The table of operations says it; what reads a
/// request takes it from there.
struct Wording {
    /// The way in which attribute values are read.
    ValueWords values = ValueWords::older;
    /// Whether what is wrong with the values, the expressions and the combination of members is worded as
    /// what is wrong with the request's shape: "1 validation error detected: " is in front of it.
    ///
    /// Sources: the observations of AWS in paritysuite/dynamodb-conformance, cross-region-latest.json
    /// (September 2026), putItem.test.ts, deleteItem.test.ts and valueLayers.test.ts (October 2026), and in
    /// getmoto/moto, test_dynamodb_exceptions.py (August 2026).
    bool counts_faults = false;
};

}  // namespace tailrace
