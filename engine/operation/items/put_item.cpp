#include "engine/model/attribute_json.hpp"
#include "engine/model/value_fault.hpp"
#include "engine/operation/items/write_answer.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/validation/detected_fault.hpp"

namespace tailrace::operation {
namespace {

struct PutItemRequest {
    std::string_view table_name;
    table::ItemImagePtr image;
    std::optional<expression::Condition> condition;
    bool returns_old = false;
    WriteReport report;
};

AttributeMap read_item(const Request& request) {
    const Wording& wording = request.wording();
    try {
        return parse_attribute_map(*request.map("Item"), wording.item);
    } catch (const ValueFault& fault) {
        if (!validation::is_detected(fault, wording, Detection::members)) throw;
        throw validation::detected(fault);
    }
}

PutItemRequest read_put(const Request& request) {
    PutItemRequest put;
    put.table_name = request.table_name();
    AttributeMap item = read_item(request);
    Detection reach = Detection::members;
    try {
        put.returns_old = returns_old_item(request);
        reach = Detection::none;
        put.image = put_image(std::move(item));
        reach = Detection::members;
        auto placeholders = expression::Placeholders::read(request);
        put.condition = read_condition(request, placeholders);
        reach = Detection::placeholder_use;
        placeholders.require_all_used();
    } catch (const ApiError& fault) {
        if (!validation::is_detected(fault, request.wording(), reach)) throw;
        throw validation::detected(fault);
    }
    put.report = WriteReport::read(request);
    return put;
}

}  // namespace

std::string put_item(OperationContext& context, const Request& request) {
    const PutItemRequest put = read_put(request);
    const AttributeMap& item = put.image->item;
    const table::PutStep step(put.image);

    const WrittenItem written = context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.table(put.table_name);
        table::check_item(table.definition, item);
        return write_item(session,
                          {table, table::base_row_key(table.definition, item), &step,
                           put.condition ? &*put.condition : nullptr},
                          item, put.report);
    });
    return write_answer(written, put.returns_old ? old_item_json(written.outcome) : std::string_view());
}

}  // namespace tailrace::operation
