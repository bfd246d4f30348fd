#include "engine/operation/items/item_collection_metrics.hpp"

#include <algorithm>

#include "engine/model/attribute_json.hpp"

namespace tailrace::operation {

boost::json::object item_collection_metrics(const table::TableDefinition& definition,
                                            const AttributeMap& item) {
    const std::string& partition = definition.keys.attributes.front().name;
    return {{"ItemCollectionKey", to_json_object(AttributeMap{{partition, *item.find(partition)}})},
            {"SizeEstimateRangeGB", {0.0, 1.0}}};
}

void ItemCollections::add(const table::TableDefinition& definition, const AttributeMap& item) {
    if (!definition.has_local_indexes()) return;
    boost::json::value& listed = tables_[definition.name];
    if (listed.is_null()) listed.emplace_array();
    boost::json::object metrics = item_collection_metrics(definition, item);
    boost::json::array& all = listed.get_array();
    if (std::ranges::find(all, boost::json::value(metrics)) == all.end()) all.push_back(std::move(metrics));
}

}  // namespace tailrace::operation
