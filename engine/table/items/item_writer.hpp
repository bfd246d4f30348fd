#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/expression/condition.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/table/changes/change_record.hpp"
#include "engine/table/database.hpp"
#include "engine/table/items/capacity.hpp"

namespace tailrace::table {

/// An item together with what storing it takes: its canonical JSON and its size as DynamoDB counts it. Made
/// before the lock is taken where the item is known by then.
struct ItemImage {
    explicit ItemImage(AttributeMap from);

    AttributeMap item;
    std::string json;
    std::uint32_t size_bytes;
};

using ItemImagePtr = std::shared_ptr<const ItemImage>;

/// What a write does to an item: the new image as a function of the old item, without effects. Put, Delete
/// and Update fill it in; everything else about a write is the same for all and stands in ItemWriter.
class WriteStep {
  public:
    virtual ~WriteStep() = default;
    /// Whether new_image() looks at the old item.
    virtual bool reads_old_item() const = 0;
    /// Null removes the item. `old_item` is null when there is none (or when it is not looked at).
    /// Throws ApiError::validation when the step cannot be taken on this item.
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
    /// Null when the condition alone is checked and the item stays as it is.
    const WriteStep* step;
    /// Null when the write is unconditional.
    const expression::Condition* condition = nullptr;
    ChangeOrigin origin = ChangeOrigin::request;
};

/// What a write will do, found by reading alone; applied as it is within the same session.
struct WriteDecision {
    const TableDefinition* table = nullptr;
    std::string row_key;
    bool condition_held = true;
    std::optional<storage::StoredValue> old_stored;
    /// The parsed old item, where a condition, the step, an index or a stream has to look at it.
    std::optional<AttributeMap> old_item;
    bool leaves_item = false;
    /// Null when the item is removed or left as it is.
    ItemImagePtr new_image;
    ChangeOrigin origin = ChangeOrigin::request;

    /// Whether applying it would change what is stored.
    bool changes_item() const;
};

struct WriteOutcome {
    bool condition_held = true;
    std::optional<storage::StoredValue> old_stored;
    std::optional<AttributeMap> old_item;
    ItemImagePtr new_image;
    Capacity capacity;
};

/// THE write path: load the old item, check the condition, take the step, write the item, maintain the
/// indexes and the counts, record the change, count capacity. Used by every operation that writes, inside one
/// WriteSession.
class ItemWriter {
  public:
    explicit ItemWriter(WriteSession& session) : session_(session) {}

    /// Decides and, when the condition holds, applies. Throws ApiError::transaction_conflict() for an item
    /// that a transaction has, as decide() does.
    WriteOutcome write(const WriteRequest& request);

    /// The two halves, for transactions: all members are decided before the first is applied.
    WriteDecision decide(const WriteRequest& request);
    /// `decision` is one whose condition held.
    Capacity apply(const WriteDecision& decision);

  private:
    void write_base(const WriteDecision& decision);
    void write_index(const WriteDecision& decision, std::size_t place, Capacity& capacity);
    void log_change(const WriteDecision& decision);

    WriteSession& session_;
};

}  // namespace tailrace::table
