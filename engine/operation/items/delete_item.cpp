#include "engine/operation/items/write_answer.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/validation/detected_fault.hpp"

namespace tailrace::operation {
namespace {

struct DeleteItemRequest {
    std::string_view table_name;
    AttributeMap key;
    std::optional<expression::Condition> condition;
    bool returns_old = false;
    WriteReport report;
};

DeleteItemRequest read_delete(const Request& request) {
    DeleteItemRequest wanted;
    wanted.table_name = request.table_name();
    validation::detecting(request, [&] {
        wanted.key = request.attributes("Key");
        wanted.returns_old = returns_old_item(request);
        wanted.condition = read_condition(request);
    });
    wanted.report = WriteReport::read(request);
    return wanted;
}

}  // namespace

std::string delete_item(OperationContext& context, const Request& request) {
    const DeleteItemRequest wanted = read_delete(request);
    const table::DeleteStep step;

    const WrittenItem written = context.write_items([&](table::WriteSession& session) {
        const table::TableDefinition& table = session.table(wanted.table_name);
        table::check_key(table, wanted.key);
        return write_item(session, table, wanted.key, {step, wanted.condition, wanted.report});
    });
    return write_answer(context, written,
                        wanted.returns_old ? old_item_json(written.outcome) : std::string_view());
}

}  // namespace tailrace::operation
