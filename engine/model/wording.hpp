#pragma once

#include <cstdint>

#include "engine/model/value_words.hpp"

namespace tailrace {

/// How much of a request an operation judges as it judges the request's shape: AWS then puts
/// "1 validation error detected: " in front of what is wrong. Each reach includes those before it.
///
/// Sources: the observations of AWS in paritysuite/dynamodb-conformance, valueLayers.test.ts and
/// deleteItem.test.ts (October 2026), and in nubo-db/dynamodb-conformance, putItem.test.ts and
/// updateItem.test.ts (May 2026).
enum class Detection : std::uint8_t {
    none,
    /// The values and conditions in its members. Of an Item these are numbers and sets alone.
    members,
    /// Whether its expressions use all placeholders.
    placeholder_use,
    /// Which of its members go together.
    combinations,
};

/// How AWS words what is wrong with an operation's request. The table of operations says it; what reads a
/// request takes it from there.
struct Wording {
    /// The way in which attribute values are read.
    ValueWords values = ValueWords::older;
    /// The same for the values of an Item.
    ValueWords item = ValueWords::older;
    Detection detection = Detection::none;

    /// Whether a fault that is found at `reach` is worded as one of the shape.
    bool detects(Detection reach) const { return reach != Detection::none && reach <= detection; }
};

}  // namespace tailrace
