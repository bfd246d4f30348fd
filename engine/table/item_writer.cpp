#include "engine/table/item_writer.hpp"

#include <algorithm>

#include "engine/model/attribute_json.hpp"
#include "engine/table/change_record.hpp"
#include "engine/table/row_key.hpp"

namespace tailrace::table {
namespace {

bool needs_old_item(const WriteRequest& request) {
    return request.condition != nullptr || request.wants_old_item || request.step.reads_old_item() ||
           !request.table.definition.indexes.empty() || request.table.definition.streams();
}

bool unchanged(const WriteDecision& decision) {
    if (!decision.old_stored) return decision.new_image == nullptr;
    return decision.new_image != nullptr && decision.new_image->json == decision.old_stored->bytes;
}

std::uint32_t old_size(const WriteDecision& decision) {
    return decision.old_stored ? decision.old_stored->size_bytes : 0;
}

std::uint32_t new_size(const WriteDecision& decision) {
    return decision.new_image ? decision.new_image->size_bytes : 0;
}

/// An item's row in one index; `key` is empty when the item has none there.
struct IndexRow {
    std::string key;
    std::string json;
    std::uint32_t size_bytes = 0;
};

IndexRow index_row(const TableDefinition& definition, const IndexDefinition& index,
                   const AttributeMap* item) {
    IndexRow row;
    if (item == nullptr) return row;
    auto key = index_row_key(definition, index, *item);
    if (!key) return row;
    row.key = std::move(*key);
    const AttributeMap projected = project(definition, index, *item);
    row.json = to_json(projected);
    row.size_bytes = static_cast<std::uint32_t>(item_size_bytes(projected));
    return row;
}

}  // namespace

ItemImage::ItemImage(AttributeMap from)
    : item(std::move(from)),
      json(to_json(item)),
      size_bytes(static_cast<std::uint32_t>(item_size_bytes(item))) {}

ItemImagePtr CheckStep::new_image(const AttributeMap* old_item) const {
    return old_item == nullptr ? nullptr : std::make_shared<ItemImage>(*old_item);
}

WriteOutcome ItemWriter::write(const WriteRequest& request) {
    WriteDecision decision = decide(request);
    WriteOutcome outcome;
    outcome.condition_held = decision.condition_held;
    // A condition that does not hold is charged as the write would have been.
    if (decision.condition_held) {
        outcome.capacity = apply(decision);
    } else {
        outcome.capacity.table = write_units(old_size(decision));
    }
    outcome.old_item = std::move(decision.old_item);
    outcome.new_image = std::move(decision.new_image);
    return outcome;
}

WriteDecision ItemWriter::decide(const WriteRequest& request) {
    WriteDecision decision;
    decision.table = &request.table;
    decision.row_key = request.row_key;
    decision.old_stored = session_.transaction().get(request.table.definition.space, request.row_key);
    if (decision.old_stored && needs_old_item(request)) {
        decision.old_item = parse_stored_item(decision.old_stored->bytes);
    }
    if (request.condition != nullptr) {
        static const AttributeMap absent;
        decision.condition_held = request.condition->holds(decision.old_item ? *decision.old_item : absent);
        if (!decision.condition_held) return decision;
    }
    decision.new_image = request.step.new_image(decision.old_item ? &*decision.old_item : nullptr);
    return decision;
}

Capacity ItemWriter::apply(const WriteDecision& decision) {
    Capacity capacity;
    capacity.table = write_units(std::max(old_size(decision), new_size(decision)));
    if (unchanged(decision)) return capacity;
    write_base(decision);
    for (std::size_t place = 0; place < decision.table->definition.indexes.size(); ++place) {
        write_index(decision, place, capacity);
    }
    if (decision.table->definition.streams()) log_change(decision);
    return capacity;
}

void ItemWriter::write_base(const WriteDecision& decision) {
    const storage::SpaceId space = decision.table->definition.space;
    if (decision.new_image) {
        session_.transaction().put(space, decision.row_key, decision.new_image->json,
                                   decision.new_image->size_bytes);
    } else {
        session_.transaction().erase(space, decision.row_key);
    }
    session_.count(
        *decision.table, 0,
        {(decision.new_image ? 1 : 0) - (decision.old_stored ? 1 : 0),
         static_cast<std::int64_t>(new_size(decision)) - static_cast<std::int64_t>(old_size(decision))});
}

void ItemWriter::write_index(const WriteDecision& decision, std::size_t place, Capacity& capacity) {
    const TableDefinition& definition = decision.table->definition;
    const IndexDefinition& index = definition.indexes[place];
    const IndexRow before = index_row(definition, index, decision.old_item ? &*decision.old_item : nullptr);
    const IndexRow after =
        index_row(definition, index, decision.new_image ? &decision.new_image->item : nullptr);
    if (before.key == after.key && before.json == after.json) return;
    // A changed key costs two writes, a delete and a put; a changed value one.
    // Source: "Provisioned throughput considerations for global secondary indexes".
    if (before.key == after.key) {
        capacity.add_index(place, write_units(std::max(before.size_bytes, after.size_bytes)));
    } else {
        if (!before.key.empty()) {
            session_.transaction().erase(index.space, before.key);
            capacity.add_index(place, write_units(before.size_bytes));
        }
        if (!after.key.empty()) capacity.add_index(place, write_units(after.size_bytes));
    }
    if (!after.key.empty()) session_.transaction().put(index.space, after.key, after.json, after.size_bytes);
    session_.count(
        *decision.table, place + 1,
        {(after.key.empty() ? 0 : 1) - (before.key.empty() ? 0 : 1),
         static_cast<std::int64_t>(after.size_bytes) - static_cast<std::int64_t>(before.size_bytes)});
}

void ItemWriter::log_change(const WriteDecision& decision) {
    const TableDefinition& definition = decision.table->definition;
    const AttributeMap& item = decision.new_image ? decision.new_image->item : *decision.old_item;
    ItemChange change;
    change.keys = key_of(definition, nullptr, item);
    if (decision.old_stored) change.old_json = decision.old_stored->bytes;
    change.old_size_bytes = old_size(decision);
    if (decision.new_image) change.new_json = decision.new_image->json;
    change.new_size_bytes = new_size(decision);
    session_.log_change(definition.stream->space, change_size_bytes(*definition.stream, change),
                        [&](std::uint64_t sequence) {
                            return change_record_json(*definition.stream, change, sequence, session_.now());
                        });
}

}  // namespace tailrace::table
