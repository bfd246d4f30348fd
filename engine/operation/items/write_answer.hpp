#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/operation/items/write_request.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::operation {

/// The result of one write, for the response. It stays valid when the table changes.
struct WrittenItem {
    table::WriteOutcome outcome;
    /// ConsumedCapacity and ItemCollectionMetrics, if they are requested.
    std::optional<boost::json::object> consumed = {};
    std::optional<boost::json::object> metrics = {};
};

/// Carries out the write. `key` is the item or its key. Throws ConditionalCheckFailedException if the
/// condition does not hold.
WrittenItem write_item(table::WriteSession& session, const table::WriteRequest& write,
                       const AttributeMap& key, const WriteReport& report);

/// The old item in wire JSON; empty if there was none.
std::string_view old_item_json(const table::WriteOutcome& outcome);

/// The response to a request that wrote one item: Attributes (if `attributes_json` is not empty),
/// ConsumedCapacity and ItemCollectionMetrics.
std::string write_answer(const WrittenItem& written, std::string_view attributes_json);

}  // namespace tailrace::operation
