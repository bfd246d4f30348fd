#include <span>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/consumed_capacity.hpp"
#include "engine/operation/items/item_collection_metrics.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/items/distinct_items.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/validation/parameter_rules.hpp"

namespace tailrace::operation {
namespace {

/// Source: "Constraints", and API_BatchWriteItem.
constexpr std::size_t max_requests = 25;

/// One PutRequest or DeleteRequest.
struct BatchMember {
    std::string_view table_name;
    std::unique_ptr<const table::WriteStep> step;
    /// The item to be put; null for a delete.
    table::ItemImagePtr image;
    /// The key to be deleted.
    AttributeMap deleted;
};

/// Calls `take` with the table and the request of each member.
template <typename Take>
void each_member(const Request& request, Take take) {
    for (const auto& table : *request.map("RequestItems")) {
        const auto* requests = table.value().if_array();
        if (requests == nullptr) continue;
        for (const auto& each : *requests) {
            if (each.is_object()) take(std::string_view(table.key()), request.element(each));
        }
    }
}

BatchMember read_member(const Request& request, std::span<ItemJson>& read_apart) {
    BatchMember member;
    const auto put = request.structure("PutRequest");
    if (!put) {
        member.deleted = request.structure("DeleteRequest")->attributes("Key");
        member.step = std::make_unique<table::DeleteStep>();
        return member;
    }
    if (read_apart.empty()) {
        member.image = put_image(put->attributes("Item"));
    } else {
        member.image = put_image(std::move(read_apart.front()));
        read_apart = read_apart.subspan(1);
    }
    member.step = std::make_unique<table::PutStep>(member.image);
    return member;
}

std::vector<BatchMember> read_members(const Request& request, std::span<ItemJson> read_apart) {
    validation::check_batch_write_item(request);
    std::vector<BatchMember> members;
    members.reserve(max_requests);
    each_member(request, [&](std::string_view table_name, const Request& member) {
        members.push_back(read_member(member, read_apart));
        members.back().table_name = table_name;
    });
    if (members.size() > max_requests) {
        throw ApiError::validation("Too many items requested for the BatchWriteItem call");
    }
    return members;
}

/// The key of a member that has passed the table's rules.
std::string checked_row_key(const table::TableDefinition& definition, const BatchMember& member) {
    if (!member.image) {
        table::check_key(definition, member.deleted);
        return table::base_row_key(definition, member.deleted);
    }
    const table::ImageAttributes item(*member.image, definition);
    // Unlike in PutItem, a fault in the key of an item gets the message for keys here.
    table::check_key_attributes(definition.keys, item.map());
    table::check_item(definition, item.map());
    return table::base_row_key(definition, item.map());
}

std::vector<table::WriteRequest> plan(table::WriteSession& session, const std::vector<BatchMember>& members) {
    std::vector<table::WriteRequest> writes;
    writes.reserve(members.size());
    table::DistinctItems items(table::repeated_in_batch);
    for (const BatchMember& member : members) {
        const table::TableDefinition& table = session.table(member.table_name);
        std::string row = checked_row_key(table, member);
        items.add(table, row);
        items.require_distinct();
        writes.push_back({table, std::move(row), member.step.get()});
    }
    return writes;
}

void note_collection(ItemCollections& collections, const table::TableDefinition& table,
                     const BatchMember& member) {
    if (!member.image) return collections.add(table, member.deleted);
    collections.add(table, table::ImageAttributes(*member.image, table).map());
}

/// The result of the writes, for the response.
struct BatchWrites {
    /// The places of the members whose items a gate refused.
    std::vector<std::size_t> unprocessed;
    boost::json::object metrics;
    RequestCost cost;
    std::optional<boost::json::array> consumed;
};

/// Throws the last refusal if everything is refused for lack of throughput. Source: API_BatchWriteItem, which
/// names only ProvisionedThroughputExceededException.
BatchWrites write_members(table::WriteSession& session, const std::vector<BatchMember>& members,
                          const WriteReport& report) {
    const auto writes = plan(session, members);
    BatchWrites written;
    table::ConsumedCapacities consumed;
    ItemCollections collections;
    table::ItemWriter writer(session);
    writer.expect(writes);
    for (std::size_t i = 0; i < writes.size(); ++i) {
        try {
            consumed.add(writes[i].table, writer.write(writes[i]).capacity);
        } catch (const table::ItemRefused& refused) {
            written.unprocessed.push_back(i);
            if (written.unprocessed.size() == writes.size() && refused.is_throttling()) throw;
            continue;
        }
        if (report.metrics) note_collection(collections, writes[i].table, members[i]);
    }
    written.metrics = std::move(collections).json();
    written.cost.items_written = writes.size() - written.unprocessed.size();
    written.cost.capacity_units = consumed.total();
    written.consumed = consumed.json(report.capacity);
    return written;
}

/// The members of the request at these places, which are in order.
boost::json::object unprocessed_items(const Request& request, std::span<const std::size_t> places) {
    boost::json::object unprocessed;
    std::size_t place = 0;
    each_member(request, [&](std::string_view table_name, const Request& member) {
        if (places.empty() || places.front() != place++) return;
        places = places.subspan(1);
        boost::json::value& requests = unprocessed[table_name];
        if (!requests.is_array()) requests.emplace_array();
        requests.get_array().push_back(member.json());
    });
    return unprocessed;
}

}  // namespace

std::string batch_write_item(OperationContext& context, const Request& request) {
    const auto members = read_members(request, context.body.items());
    const WriteReport report = WriteReport::read(request);

    const BatchWrites written = context.write_items(
        [&](table::WriteSession& session) { return write_members(session, members, report); });

    context.cost = written.cost;
    ResponseBody body;
    boost::json::object unprocessed;
    if (!written.unprocessed.empty()) {
        unprocessed = unprocessed_items(Request(context.body.whole()), written.unprocessed);
    }
    body.member("UnprocessedItems", unprocessed);
    if (report.metrics) body.member("ItemCollectionMetrics", written.metrics);
    if (written.consumed) body.member("ConsumedCapacity", *written.consumed);
    return std::move(body).take();
}

}  // namespace tailrace::operation
