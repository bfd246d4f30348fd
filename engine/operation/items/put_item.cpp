#include <span>

#include "engine/operation/items/write_answer.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/items/item_rules.hpp"
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

PutItemRequest read_put(const Request& request, std::span<ItemJson> read_apart) {
    PutItemRequest put;
    put.table_name = request.table_name();
    AttributeMap item;
    validation::detecting(request, [&] {
        if (read_apart.empty()) item = request.attributes("Item");
        put.returns_old = returns_old_item(request);
    });
    put.image = read_apart.empty() ? put_image(std::move(item)) : put_image(std::move(read_apart.front()));
    put.condition = validation::detecting(request, [&] { return read_condition(request); });
    put.report = WriteReport::read(request);
    return put;
}

}  // namespace

std::string put_item(OperationContext& context, const Request& request) {
    const PutItemRequest put = read_put(request, context.body.items());
    const table::PutStep step(put.image);

    const WrittenItem written = context.write_items([&](table::WriteSession& session) {
        const table::TableDefinition& table = session.table(put.table_name);
        const table::ImageAttributes item(*put.image, table);
        table::check_item(table, item.map());
        return write_item(session, table, item.map(), {step, put.condition, put.report});
    });
    return write_answer(context, written,
                        put.returns_old ? old_item_json(written.outcome) : std::string_view());
}

}  // namespace tailrace::operation
