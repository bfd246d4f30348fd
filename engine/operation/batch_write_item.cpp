#include <set>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/consumed_capacities.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/item_rules.hpp"
#include "engine/table/item_writer.hpp"
#include "engine/table/row_key.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

/// Source: "Constraints", and API_BatchWriteItem.
constexpr std::size_t max_requests = 25;

/// One PutRequest or DeleteRequest.
struct BatchMember {
    std::string table_name;
    std::unique_ptr<const table::WriteStep> step;
    /// The item that is put; null for a delete.
    table::ItemImagePtr image;
    /// The key that is deleted.
    AttributeMap key;
};

BatchMember read_member(std::string_view table_name, const boost::json::object& request) {
    const auto* put = validation::object_member(request, "PutRequest");
    const auto* erase = validation::object_member(request, "DeleteRequest");
    if ((put == nullptr) == (erase == nullptr)) {
        throw ApiError::validation(
            put != nullptr
                ? "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                  "supported datatypes"
                : "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    }
    BatchMember member;
    member.table_name = table_name;
    if (put == nullptr) {
        member.key = parse_attribute_map(erase->at("Key").as_object());
        member.step = std::make_unique<table::DeleteStep>();
        return member;
    }
    member.image = std::make_shared<table::ItemImage>(parse_attribute_map(put->at("Item").as_object()));
    if (member.image->size_bytes > table::max_item_bytes) {
        throw ApiError::validation("Item size has exceeded the maximum allowed size");
    }
    member.step = std::make_unique<table::PutStep>(member.image);
    return member;
}

std::vector<BatchMember> read_members(const boost::json::object& request_items) {
    std::vector<BatchMember> members;
    for (const auto& table : request_items) {
        for (const auto& each : table.value().as_array())
            members.push_back(read_member(table.key(), each.as_object()));
    }
    if (members.size() > max_requests) {
        throw ApiError::validation("Too many items requested for the BatchWriteItem call");
    }
    return members;
}

}  // namespace

std::string batch_write_item(OperationContext& context, const boost::json::object& request) {
    const auto members = read_members(request.at("RequestItems").as_object());
    const auto wanted = table::read_return_consumed_capacity(request);

    return context.database.write([&](table::WriteSession& session) {
        std::vector<table::WriteRequest> writes;
        std::set<std::pair<const table::Table*, std::string>> seen;
        for (const BatchMember& member : members) {
            const table::Table& table = session.table(member.table_name);
            if (member.image) {
                table::check_item(table.definition, member.image->item);
            } else {
                table::check_key(table.definition, member.key);
            }
            std::string row =
                table::base_row_key(table.definition, member.image ? member.image->item : member.key);
            if (!seen.emplace(&table, row).second) {
                throw ApiError::validation("Provided list of item keys contains duplicates");
            }
            writes.push_back({table, std::move(row), *member.step});
        }
        ConsumedCapacities consumed;
        table::ItemWriter writer(session);
        for (const auto& write : writes) consumed.add(write.table, writer.write(write).capacity);

        ResponseBody body;
        body.member("UnprocessedItems", boost::json::object());
        if (wanted != table::ReturnConsumedCapacity::none)
            body.member("ConsumedCapacity", consumed.json(wanted));
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
