#pragma once

#include <memory>
#include <utility>

#include "engine/model/attribute_value.hpp"
#include "engine/model/item_json.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

/// An item together with what is needed to store it. If the item is already known, the image is made before
/// the lock is taken.
struct ItemImage : ItemJson {
    explicit ItemImage(AttributeMap from);
    /// The image of an item that was read separately; see RequestBody and ImageAttributes.
    explicit ItemImage(ItemJson from) : ItemJson(std::move(from)) {}

    /// Empty if the item was read separately.
    AttributeMap item = {};
};

using ItemImagePtr = std::shared_ptr<const ItemImage>;

/// The attributes of an image. If its item was read separately, these are only the attributes that the
/// table's definition names: those of its key, and of the keys and projections of its indexes. The image must
/// outlive this object.
class ImageAttributes {
  public:
    ImageAttributes(const ItemImage& image, const TableDefinition& definition);
    ImageAttributes(const ImageAttributes&) = delete;
    ImageAttributes& operator=(const ImageAttributes&) = delete;

    const AttributeMap& map() const { return all_ != nullptr ? *all_ : named_; }

  private:
    const AttributeMap* all_ = nullptr;
    AttributeMap named_;
};

}  // namespace tailrace::table
