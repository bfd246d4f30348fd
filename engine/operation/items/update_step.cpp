#include "engine/operation/items/update_step.hpp"

#include "engine/table/items/item_rules.hpp"

namespace tailrace::operation {

ApiError update_too_large() {
    return ApiError::validation("Item size to update has exceeded the maximum allowed size");
}

table::ItemImagePtr UpdateStep::new_image(const AttributeMap* old_item) const {
    if (old_item == nullptr && update_ != nullptr && update_->only_removes()) return nullptr;
    auto image = std::make_shared<table::ItemImage>(updated(old_item));
    if (image->size_bytes > table::max_item_bytes) throw update_too_large();
    if (update_ != nullptr) table::check_updated_item(definition_, *update_, image->item);
    return image;
}

AttributeMap UpdateStep::updated(const AttributeMap* old_item) const {
    if (update_ == nullptr) return old_item != nullptr ? *old_item : key_;
    return old_item != nullptr ? update_->apply(*old_item) : update_->create(key_);
}

}  // namespace tailrace::operation
