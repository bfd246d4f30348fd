#pragma once

#include <optional>

#include "engine/expression/update.hpp"
#include "engine/model/api_error.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::operation {

/// The ValidationException of an update that is too large, or makes an item that is.
ApiError update_too_large();

/// Update: the old item, or an item made of the key alone, with an update expression applied to it.
class UpdateStep final : public table::WriteStep {
  public:
    /// The references outlive the step. `update` is null when the request has none: the item is then only
    /// made.
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
