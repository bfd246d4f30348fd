#include "engine/operation/update_step.hpp"

#include "engine/model/api_error.hpp"
#include "engine/table/item_rules.hpp"

namespace tailrace::operation {

table::ItemImagePtr UpdateStep::new_image(const AttributeMap* old_item) const {
    const AttributeMap& base = old_item != nullptr ? *old_item : key_;
    auto image = std::make_shared<table::ItemImage>(update_ != nullptr ? update_->apply(base) : base);
    if (image->size_bytes > table::max_item_bytes) {
        throw ApiError::validation("Item size to update has exceeded the maximum allowed size");
    }
    table::check_index_keys(definition_, image->item);
    return image;
}

}  // namespace tailrace::operation
