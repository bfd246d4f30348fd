#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/expression/condition.hpp"
#include "engine/expression/projection.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/table/database.hpp"
#include "engine/table/items/capacity.hpp"
#include "engine/table/ranges/key_range.hpp"

namespace tailrace::table {

/// A range of rows of a table or of one of its indexes: the common form of Query and Scan.
struct RangeRequest {
    const TableDefinition& table;
    /// Null for the table itself.
    const IndexDefinition* index = nullptr;
    KeyRange range = {};
    Direction direction = Direction::forward;
    /// The row key after which the page begins, in the direction of reading.
    std::optional<std::string> after = {};
    /// The maximum number of rows that are examined.
    std::optional<std::size_t> limit = {};
    /// Which of the examined rows are returned, and which parts of them. Null for all.
    const expression::Condition* filter = nullptr;
    const expression::Projection* projection = nullptr;
    /// True if rows are only counted, not returned.
    bool counts_only = false;
    /// True if each row's item is read from the table, because the index does not hold everything requested.
    bool fetches_items = false;
    Consistency consistency = Consistency::eventual;
};

struct Page {
    /// The returned items in wire JSON, separated by commas, without brackets.
    std::string items_json;
    std::size_t count = 0;
    std::size_t scanned_count = 0;
    /// The key after which the next page begins; nullopt at the end of the range.
    std::optional<AttributeMap> last_evaluated_key;
    Capacity capacity;
};

/// The only read path of Query and Scan, on tables and indexes. A page ends at the limit, after 1 MB of rows,
/// or with the range. Rows that need no examination are copied as they are stored.
class RangeReader {
  public:
    explicit RangeReader(ReadSession& session) : session_(session) {}

    /// Throws ItemRefused.
    Page read(const RangeRequest& request);

  private:
    void take(const RangeRequest& request, std::string_view row_json, Page& page);
    std::string fetch(const RangeRequest& request, std::string_view row_json, Page& page);

    ReadSession& session_;
};

}  // namespace tailrace::table
