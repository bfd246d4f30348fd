#include "engine/model/attribute_json.hpp"
#include "engine/operation/items/update_step.hpp"
#include "engine/operation/items/write_answer.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/legacy_parameters.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/validation/detected_fault.hpp"

namespace tailrace::operation {
namespace {

struct UpdateItemRequest {
    std::string_view table_name;
    AttributeMap key;
    /// Nullopt if the request only creates the item.
    std::optional<expression::Update> update;
    /// True if the statement alone may be too large.
    bool is_large = false;
    std::optional<expression::Condition> condition;
    ReturnValues returned = ReturnValues::none;
    WriteReport report;
};

UpdateItemRequest read_update(const Request& request) {
    UpdateItemRequest wanted;
    wanted.table_name = request.table_name();
    validation::detecting(request, [&] {
        wanted.key = request.attributes("Key");
        auto placeholders = expression::Placeholders::read(request);
        const auto text = request.text("UpdateExpression");
        wanted.update =
            text ? expression::Update::parse(*text, placeholders) : lower_attribute_updates(request);
        wanted.condition = read_condition(request, placeholders);
        placeholders.require_all_used();
    });
    wanted.is_large =
        request.has("UpdateExpression") && wanted.update->statement_bytes({}) > table::max_item_bytes;
    wanted.returned = read_return_values(request);
    wanted.report = WriteReport::read(request);
    return wanted;
}

/// In most of its regions AWS checks the statement's size before the condition, and the finished item's size
/// later. It does so only in this operation, and only for an UpdateExpression. Source: the observations of
/// AWS in paritysuite/dynamodb-conformance, itemSizeBySurface.test.ts, October 2026.
void check_statement_size(table::WriteSession& session, const table::TableDefinition& table,
                          const UpdateItemRequest& wanted) {
    table::ItemReader reader(session, table::Consistency::strong);
    const auto read = reader.read_admitted(table, table::base_row_key(table, wanted.key));
    const AttributeMap old_item = read.stored ? parse_stored_item(read.stored->bytes) : AttributeMap();
    if (wanted.update->statement_bytes(old_item) > table::max_item_bytes) throw update_too_large();
}

}  // namespace

std::string update_item(OperationContext& context, const Request& request) {
    const UpdateItemRequest wanted = read_update(request);
    const expression::Update* const update = wanted.update ? &*wanted.update : nullptr;

    const WrittenItem written = context.write_items([&](table::WriteSession& session) {
        const table::TableDefinition& table = session.table(wanted.table_name);
        table::check_key(table, wanted.key);
        if (update != nullptr) table::check_update(table, *update);
        if (wanted.is_large) check_statement_size(session, table, wanted);
        const UpdateStep step(table, wanted.key, update);
        return write_item(session, table, wanted.key, {step, wanted.condition, wanted.report});
    });
    return write_answer(context, written,
                        returned_attributes(wanted.returned, written.outcome, wanted.update));
}

}  // namespace tailrace::operation
