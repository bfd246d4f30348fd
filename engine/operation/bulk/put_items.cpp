#include "engine/operation/bulk/put_items.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/model/hold_budget.hpp"
#include "engine/model/value_fault.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/validation/detected_fault.hpp"
#include "engine/validation/shape_check.hpp"

namespace tailrace::operation {
namespace {

constexpr int max_nesting_levels = 32;

/// A commit costs as much as writing several items, so each commit has at least this many items, even if the
/// time is up. They take one to two milliseconds.
constexpr std::size_t least_items_of_commit = 128;

/// Throws NestingFault, or ApiError::validation for a name. `levels` is the nesting level of `value`: 1 for
/// the value of an item's attribute.
void check_value_form(const AttributeValue& value, int levels) {
    if (levels > max_nesting_levels) throw NestingFault();
    if (const auto* list = value.get_if<AttributeList>()) {
        for (const AttributeValue& each : *list) check_value_form(each, levels + 1);
    } else if (const auto* map = value.get_if<AttributeMap>()) {
        for (const auto& [name, each] : *map) {
            if (!name.empty()) check_attribute_name(name);
            check_value_form(each, levels + 1);
        }
    }
}

/// One of the items, on its way into the table.
struct BulkItem {
    std::size_t place;
    table::ItemImagePtr image;
    std::string row_key = {};
};

/// Sorts the items into the order of their rows. Neighbouring rows are in the same pages, so a commit then
/// writes fewer pages. Items with the same key keep their order. Removes items that the table does not
/// accept.
void order_by_row(const table::TableDefinition& table, std::vector<BulkItem>& items,
                  std::vector<RefusedItem>& refused) {
    std::erase_if(items, [&](BulkItem& each) {
        try {
            table::check_item(table, each.image->item);
        } catch (const ApiError& error) {
            refused.push_back({each.place, error.message()});
            return true;
        }
        each.row_key = table::base_row_key(table, each.image->item);
        return false;
    });
    std::ranges::stable_sort(items, {}, &BulkItem::row_key);
}

/// What one slice has done.
struct BulkSlice {
    std::size_t taken = 0;
    PutItems done;
};

BulkSlice put_slice(table::WriteSession& session, std::string_view table_name,
                    std::span<const BulkItem> items, const SliceLimits& limits) {
    BulkSlice slice;
    const table::TableDefinition& table = session.table(table_name);
    table::ItemWriter writer(session);
    SliceLimits bulk_limits = limits;
    bulk_limits.least_rows = std::max(limits.least_rows, least_items_of_commit);
    TimeSlice time(bulk_limits);
    while (slice.taken < items.size() && time.takes_row()) {
        const BulkItem& each = items[slice.taken++];
        try {
            table::check_item(table, each.image->item);
            const table::PutStep step(each.image);
            writer.write(
                {.table = table, .row_key = table::base_row_key(table, each.image->item), .step = &step});
            ++slice.done.count;
        } catch (const ApiError& error) {
            // By now the name may belong to another table. An item is checked before any part of it is
            // written.
            slice.done.refused.push_back({each.place, error.message()});
        }
    }
    return slice;
}

}  // namespace

AttributeMap read_item(boost::json::value item) {
    static const Operation& put_item = *find_operation("PutItem");
    boost::json::object request(item.storage());
    request.reserve(2);
    request["TableName"] = "table";
    request["Item"] = std::move(item);
    validation::check_shape(*put_item.input, request);
    const Request checked(request, put_item.wording);
    return validation::detecting(checked, [&] { return checked.attributes("Item"); });
}

void check_item_form(const AttributeMap& item) {
    for (const auto& [name, value] : item) {
        check_attribute_name(name);
        check_value_form(value, 1);
    }
}

PutItems put_items(Engine& engine, std::string_view table_name, std::vector<AttributeMap> items) {
    PutItems done;
    std::vector<BulkItem> bulk;
    bulk.reserve(items.size());
    for (std::size_t place = 0; place < items.size(); ++place) {
        try {
            bulk.push_back({place, put_image(std::move(items[place]))});
        } catch (const ApiError& error) {
            done.refused.push_back({place, error.message()});
        }
    }
    engine.database().read([&](const table::ReadSession& session) {
        order_by_row(session.described_table(table_name), bulk, done.refused);
    });
    HoldBudget budget(engine.options().slice);
    std::span<const BulkItem> rest = bulk;
    while (!rest.empty()) {
        BulkSlice slice = engine.database().write_slice(
            budget, [&](table::WriteSession& session, const SliceLimits& limits) {
                return put_slice(session, table_name, rest, limits);
            });
        rest = rest.subspan(slice.taken);
        done.count += slice.done.count;
        std::ranges::move(slice.done.refused, std::back_inserter(done.refused));
    }
    std::ranges::sort(done.refused, {}, &RefusedItem::place);
    return done;
}

}  // namespace tailrace::operation
