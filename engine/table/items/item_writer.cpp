#include "engine/table/items/item_writer.hpp"

#include <algorithm>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/storage/key_encoding.hpp"
#include "engine/table/items/held_items.hpp"
#include "engine/table/items/row_key.hpp"

namespace tailrace::table {
namespace {

bool needs_old_item(const WriteRequest& request) {
    if (request.condition != nullptr) return true;
    if (request.step == nullptr) return false;
    const TableDefinition& definition = request.table;
    return request.step->reads_old_item() || !definition.indexes.empty() || definition.streams();
}

/// The new image if it does not depend on the old item, otherwise null.
ItemImagePtr image_put_blindly(const WriteRequest& request) {
    return request.step == nullptr || needs_old_item(request) ? nullptr : request.step->new_image(nullptr);
}

std::uint32_t old_size(const WriteDecision& decision) {
    return decision.old_stored ? decision.old_stored->size_bytes : 0;
}

std::uint32_t new_size(const WriteDecision& decision) {
    return decision.new_image ? decision.new_image->size_bytes : 0;
}

StoredItem before(const WriteDecision& decision) {
    if (!decision.old_stored) return {};
    return {&*decision.old_item, decision.old_stored->bytes, decision.old_stored->size_bytes};
}

StoredItem after(const WriteDecision& decision, const std::optional<ImageAttributes>& attributes) {
    if (!attributes) return {};
    return {&attributes->map(), decision.new_image->json, decision.new_image->size_bytes};
}

std::int64_t difference(std::uint32_t from, std::uint32_t to) {
    return static_cast<std::int64_t>(to) - static_cast<std::int64_t>(from);
}

}  // namespace

bool WriteDecision::changes_item() const {
    if (leaves_item) return false;
    if (!old_stored) return new_image != nullptr;
    // The JSON is canonical, with attributes and sets in order, so equal items have equal JSON.
    return !new_image || new_image->json != old_stored->bytes;
}

WriteOutcome ItemWriter::write(const WriteRequest& request) {
    WriteOutcome outcome;
    WriteDecision decision;
    if (ItemImagePtr image = image_put_blindly(request)) {
        decision = put_blindly(request, std::move(image));
        outcome.capacity = consume(decision);
    } else {
        decision = decide(request);
        outcome.condition_held = decision.condition_held;
        if (decision.condition_held) {
            outcome.capacity = apply(decision);
        } else if (session_.is_metered()) {
            consume_stopped(request, decision);
        }
    }
    outcome.old_stored = std::move(decision.old_stored);
    outcome.old_item = std::move(decision.old_item);
    outcome.new_image = std::move(decision.new_image);
    return outcome;
}

void ItemWriter::expect(std::span<const WriteRequest> requests) {
    if (!session_.transaction().is_beside()) return;
    std::vector<storage::RowName> items;
    items.reserve(requests.size());
    for (const WriteRequest& each : requests) items.push_back({each.table.space, each.row_key});
    session_.transaction().expect(items);
}

WriteDecision ItemWriter::admitted(const WriteRequest& request) {
    session_.admit(request.table, request.row_key,
                   request.step == nullptr ? AccessKind::condition_check : AccessKind::write);
    WriteDecision decision;
    decision.table = &request.table;
    decision.row_key = request.row_key;
    decision.origin = request.origin;
    return decision;
}

WriteDecision ItemWriter::put_blindly(const WriteRequest& request, ItemImagePtr image) {
    WriteDecision decision = admitted(request);
    decision.new_image = std::move(image);
    ReplacedItem replaced =
        replace_item(session_, {request.table, request.row_key, *decision.new_image, request.is_only});
    decision.old_stored = std::move(replaced.old);
    if (!replaced.is_committed && decision.changes_item()) note_base(decision);
    return decision;
}

WriteDecision ItemWriter::decide(const WriteRequest& request) {
    WriteDecision decision = admitted(request);
    decision.old_stored = held_item(session_, request.table, request.row_key);
    if (decision.old_stored && needs_old_item(request)) {
        decision.old_item = parse_stored_item(decision.old_stored->bytes);
    }
    if (request.condition != nullptr) {
        static const AttributeMap absent;
        decision.condition_held = request.condition->holds(decision.old_item ? *decision.old_item : absent);
        if (!decision.condition_held) return decision;
    }
    decision.leaves_item = request.step == nullptr;
    if (decision.leaves_item) return decision;
    decision.new_image = request.step->new_image(decision.old_item ? &*decision.old_item : nullptr);
    return decision;
}

Capacity ItemWriter::consume(const WriteDecision& decision) const {
    Capacity capacity;
    capacity.table = units(std::max(old_size(decision), new_size(decision)));
    if (session_.is_metered()) {
        session_.consume({.table = *decision.table, .row_key = decision.row_key, .kind = AccessKind::write},
                         capacity.table);
    }
    return capacity;
}

Capacity ItemWriter::apply(const WriteDecision& decision) {
    Capacity capacity = consume(decision);
    if (!decision.changes_item()) return capacity;
    write_base(decision);
    if (decision.table->indexes.empty() && !decision.table->streams()) return capacity;
    std::optional<ImageAttributes> attributes;
    if (decision.new_image) attributes.emplace(*decision.new_image, *decision.table);
    const Images images{decision, before(decision), after(decision, attributes)};
    for (std::size_t place = 0; place < decision.table->indexes.size(); ++place) {
        if (decision.table->indexes[place].leaves_to_backfill(decision.row_key)) continue;
        write_index(images, place, capacity);
    }
    if (decision.table->streams()) log_change(images);
    return capacity;
}

void ItemWriter::write_base(const WriteDecision& decision) {
    const storage::SpaceId space = decision.table->space;
    if (decision.new_image) {
        session_.transaction().put(space, decision.row_key, decision.new_image->json,
                                   decision.new_image->size_bytes);
    } else {
        session_.transaction().erase(space, decision.row_key);
    }
    note_base(decision);
}

void ItemWriter::note_base(const WriteDecision& decision) {
    if (session_.past() != nullptr) keep(*decision.table, nullptr, decision.row_key, decision.old_stored);
    session_.count(*decision.table, 0,
                   {(decision.new_image ? 1 : 0) - (decision.old_stored ? 1 : 0),
                    difference(old_size(decision), new_size(decision))});
}

void ItemWriter::write_index(const Images& images, std::size_t place, Capacity& capacity) {
    const TableDefinition& definition = *images.decision.table;
    const IndexDefinition& index = definition.indexes[place];
    const IndexRow old_row = index_row(definition, index, images.before);
    const IndexRow new_row = index_row(definition, index, images.after);
    if (old_row.key == new_row.key && old_row.json == new_row.json) return;
    if (session_.past() != nullptr) keep(definition, index, old_row, new_row);
    const auto consume = [&](std::string_view row_key, std::uint64_t bytes) {
        const double cost = units(bytes);
        capacity.add_index(place, cost);
        if (!session_.is_metered()) return;
        session_.consume(
            {.table = definition, .index = &index, .row_key = row_key, .kind = AccessKind::write}, cost);
    };
    // A changed key costs two writes, a delete and a put; a changed value costs one.
    // Source: "Provisioned throughput considerations for global secondary indexes".
    if (old_row.key == new_row.key) {
        consume(new_row.key, std::max(old_row.size_bytes, new_row.size_bytes));
    } else {
        if (old_row.exists()) {
            session_.transaction().erase(index.space, old_row.key);
            consume(old_row.key, old_row.size_bytes);
        }
        if (new_row.exists()) consume(new_row.key, new_row.size_bytes);
    }
    if (new_row.exists()) {
        session_.transaction().put(index.space, new_row.key, new_row.json, new_row.size_bytes);
    }
    session_.count(definition, place + 1,
                   {(new_row.exists() ? 1 : 0) - (old_row.exists() ? 1 : 0),
                    difference(old_row.size_bytes, new_row.size_bytes)});
}

void ItemWriter::keep(const TableDefinition& table, const IndexDefinition& index, const IndexRow& old_row,
                      const IndexRow& new_row) {
    if (old_row.exists()) {
        keep(table, &index, old_row.key, storage::StoredValue{old_row.json, old_row.size_bytes});
    }
    if (new_row.exists() && new_row.key != old_row.key) keep(table, &index, new_row.key, std::nullopt);
}

void ItemWriter::keep(const TableDefinition& table, const IndexDefinition* index, std::string_view row_key,
                      std::optional<storage::StoredValue> before) {
    if (session_.past()->lag_of(table, index).count() == 0) return;
    session_.past()->history.keep(index != nullptr ? index->space : table.space, row_key, std::move(before));
}

/// A write whose condition fails costs as much as it would have cost on the table. The result of an update is
/// unknown, so an update costs only what the old item costs. Source: "Working with items and attributes",
/// conditional writes.
void ItemWriter::consume_stopped(const WriteRequest& request, const WriteDecision& decision) const {
    std::uint64_t bytes = old_size(decision);
    if (request.step != nullptr && !request.step->reads_old_item()) {
        if (const auto image = request.step->new_image(nullptr)) {
            bytes = std::max<std::uint64_t>(bytes, image->size_bytes);
        }
    }
    session_.consume({.table = request.table, .row_key = request.row_key, .kind = AccessKind::write},
                     units(bytes));
}

void ItemWriter::log_change(const Images& images) {
    const TableDefinition& definition = *images.decision.table;
    const StoredItem& old_item = images.before;
    const StoredItem& new_item = images.after;
    ItemChange change;
    change.keys = key_of(definition, nullptr, new_item.item != nullptr ? *new_item.item : *old_item.item);
    change.old_json = old_item.json;
    change.old_size_bytes = old_item.size_bytes;
    change.new_json = new_item.json;
    change.new_size_bytes = new_item.size_bytes;
    change.origin = images.decision.origin;
    storage::LoggedChange logged;
    logged.size_bytes = change_size_bytes(*definition.stream, change);
    logged.partition_hash = storage::partition_hash(images.decision.row_key);
    const auto make = [&](std::uint64_t sequence) {
        return change_record_json(*definition.stream, change, sequence, session_.now());
    };
    session_.log_change(*definition.stream, std::move(logged), make);
}

}  // namespace tailrace::table
