#pragma once

#include <boost/json.hpp>

#include "engine/model/attribute_value.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::operation {

/// The API's ItemCollectionMetrics for the collection of one item, in a table with local indexes. The size is
/// always given as below 1 GB: it is not measured, and collections have no size limit here.
boost::json::object item_collection_metrics(const table::TableDefinition& definition,
                                            const AttributeMap& item);

/// The metrics of a request on several tables: by table name, each collection once.
class ItemCollections {
  public:
    /// Does nothing for tables without local indexes.
    void add(const table::TableDefinition& definition, const AttributeMap& item);
    boost::json::object json() && { return std::move(tables_); }

  private:
    boost::json::object tables_;
};

}  // namespace tailrace::operation
