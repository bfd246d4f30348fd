#pragma once

#include <optional>

#include "engine/expression/update.hpp"
#include "engine/model/api_error.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::operation {

/// The ValidationException for an update that is too large, or whose result is.
ApiError update_too_large();

/// Update: applies an update expression to the old item, or to a new item that has only the key.
class UpdateStep final : public table::WriteStep {
  public:
    /// The references must outlive the step. `update` is null if the request has none: the item is then only
    /// created.
    UpdateStep(const table::TableDefinition& definition, const AttributeMap& key,
               const expression::Update* update)
        : definition_(definition), key_(key), update_(update) {}

    bool reads_old_item() const override { return true; }
    table::ItemImagePtr new_image(const AttributeMap* old_item) const override;

  private:
    AttributeMap updated(const AttributeMap* old_item) const;

    const table::TableDefinition& definition_;
    const AttributeMap& key_;
    const expression::Update* update_;
};

}  // namespace tailrace::operation
