#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/expression/condition.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/table/changes/change_record.hpp"
#include "engine/table/database.hpp"
#include "engine/table/items/capacity.hpp"
#include "engine/table/items/index_row.hpp"
#include "engine/table/items/item_image.hpp"

namespace tailrace::table {

/// What a write does to an item: computes the new image from the old item, without side effects. Put, Delete
/// and Update implement it; everything else about a write is the same for all of them and is in ItemWriter.
class WriteStep {
  public:
    virtual ~WriteStep() = default;
    /// True if new_image() reads the old item.
    virtual bool reads_old_item() const = 0;
    /// Returns the new image; null removes the item. `old_item` is null if there is none or if it is not
    /// read.
    /// Throws ApiError::validation if the step is not possible on this item.
    virtual ItemImagePtr new_image(const AttributeMap* old_item) const = 0;
};

class PutStep final : public WriteStep {
  public:
    explicit PutStep(ItemImagePtr image) : image_(std::move(image)) {}
    bool reads_old_item() const override { return false; }
    ItemImagePtr new_image(const AttributeMap*) const override { return image_; }

  private:
    ItemImagePtr image_;
};

class DeleteStep final : public WriteStep {
  public:
    bool reads_old_item() const override { return false; }
    ItemImagePtr new_image(const AttributeMap*) const override { return nullptr; }
};

struct WriteRequest {
    const TableDefinition& table;
    std::string row_key;
    /// Null if only the condition is checked and the item stays unchanged.
    const WriteStep* step;
    /// Null if the write is unconditional.
    const expression::Condition* condition = nullptr;
    ChangeOrigin origin = ChangeOrigin::request;
    /// True if nothing else is written in the session.
    bool is_only = false;
};

/// The effect of a write, decided by reading alone. It is applied unchanged in the same session.
struct WriteDecision {
    const TableDefinition* table = nullptr;
    std::string row_key;
    bool condition_held = true;
    std::optional<storage::StoredValue> old_stored;
    /// The parsed old item, if a condition, the step, an index or a stream needs it.
    std::optional<AttributeMap> old_item;
    bool leaves_item = false;
    /// Null if the item is removed or stays unchanged.
    ItemImagePtr new_image;
    ChangeOrigin origin = ChangeOrigin::request;

    /// True if applying the decision changes what is stored.
    bool changes_item() const;
};

struct WriteOutcome {
    bool condition_held = true;
    std::optional<storage::StoredValue> old_stored;
    std::optional<AttributeMap> old_item;
    ItemImagePtr new_image;
    Capacity capacity;
};

/// The only write path: reads the old item, checks the condition, computes the new image, writes the item,
/// maintains the indexes and the counts, records the change and counts capacity. Used by every operation that
/// writes, within one WriteSession.
class ItemWriter {
  public:
    /// `consistency` is transactional for the writes of a transaction, which cost double.
    explicit ItemWriter(WriteSession& session, Consistency consistency = Consistency::strong)
        : session_(session), consistency_(consistency) {}

    /// Says what is going to be written, so that the items can be read together. Throws RowHeld.
    void expect(std::span<const WriteRequest> requests);
    /// Decides and, when the condition holds, applies. Throws ItemRefused, as decide() does.
    WriteOutcome write(const WriteRequest& request);

    /// The two halves, for transactions: all members are decided before the first is applied.
    WriteDecision decide(const WriteRequest& request);
    /// The condition of `decision` must have held.
    Capacity apply(const WriteDecision& decision);

  private:
    /// A write, and the item before and after it.
    struct Images {
        const WriteDecision& decision;
        StoredItem before;
        StoredItem after;
    };

    /// Asks the gates, and begins the decision.
    WriteDecision admitted(const WriteRequest& request);
    /// Puts an item without reading the old one first. The store returns the old one as it replaces it.
    WriteDecision put_blindly(const WriteRequest& request, ItemImagePtr image);
    /// Returns the cost of the write on the table, and notifies the session of the cost.
    Capacity consume(const WriteDecision& decision) const;
    void write_base(const WriteDecision& decision);
    /// Keeps the old row for reads that lag behind, and counts the difference.
    void note_base(const WriteDecision& decision);
    void write_index(const Images& images, std::size_t place, Capacity& capacity);
    void log_change(const Images& images);
    /// These keep rows of the table or the index as they are before the write, for reads that lag behind.
    /// Called only if lags are set, though perhaps not for this table.
    void keep(const TableDefinition& table, const IndexDefinition& index, const IndexRow& old_row,
              const IndexRow& new_row);
    void keep(const TableDefinition& table, const IndexDefinition* index, std::string_view row_key,
              std::optional<storage::StoredValue> before);
    double units(std::uint64_t bytes) const { return write_units(bytes, consistency_); }
    /// Notifies the session of the cost of a write that its condition has stopped.
    void consume_stopped(const WriteRequest& request, const WriteDecision& decision) const;

    WriteSession& session_;
    const Consistency consistency_;
};

}  // namespace tailrace::table
