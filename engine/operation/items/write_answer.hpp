#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/expression/condition.hpp"
#include "engine/expression/update.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::operation {

/// The result of one write, for the response. It stays valid when the table changes.
struct WrittenItem {
    table::WriteOutcome outcome;
    /// ConsumedCapacity and ItemCollectionMetrics, if they are requested.
    std::optional<boost::json::object> consumed = {};
    std::optional<boost::json::object> metrics = {};
};

/// What a request does to the item that it names, under which condition, and which information it asks for.
struct ItemWrite {
    const table::WriteStep& step;
    const std::optional<expression::Condition>& condition;
    const WriteReport& report;
};

/// Carries out the write in the table. `key` is the item or its key. Throws ConditionalCheckFailedException
/// if the condition does not hold.
WrittenItem write_item(table::WriteSession& session, const table::TableDefinition& table,
                       const AttributeMap& key, const ItemWrite& write);

/// Throws ConditionalCheckFailedException, with the old item if `shows_item`, unless the condition held.
void require_condition_held(const table::WriteOutcome& outcome, bool shows_item);

/// The old item in wire JSON; empty if there was none.
std::string_view old_item_json(const table::WriteOutcome& outcome);

/// The attributes that ReturnValues requests, in wire JSON; empty if there are none.
std::string returned_attributes(ReturnValues wanted, const table::WriteOutcome& outcome,
                                const std::optional<expression::Update>& update);

/// The response to a request that wrote one item: Attributes (if `attributes_json` is not empty),
/// ConsumedCapacity and ItemCollectionMetrics. Notes the cost.
std::string write_answer(OperationContext& context, const WrittenItem& written,
                         std::string_view attributes_json);

}  // namespace tailrace::operation
