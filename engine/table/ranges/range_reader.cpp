#include "engine/table/ranges/range_reader.hpp"

#include <algorithm>

#include "engine/model/attribute_json.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/table/items/seen_rows.hpp"

namespace tailrace::table {
namespace {

// Source: "Paginating table query results": a single Query or Scan reads up to 1 MB.
constexpr std::uint64_t page_bytes = 1024 * 1024;

/// Room for a page of a few items, so that its text need not grow step by step.
constexpr std::size_t first_page_bytes = 8192;

/// The rows of the range that are after the row at which the page begins.
storage::KeyRange remaining(const RangeRequest& request) {
    storage::KeyRange range = request.range;
    if (request.direction == storage::Direction::forward) {
        range.lower = std::max(range.lower, *request.after + '\0');
    } else if (range.upper.empty() || *request.after < range.upper) {
        range.upper = *request.after;
    }
    return range;
}

}  // namespace

Page RangeReader::read(const RangeRequest& request) {
    storage::KeyRange rest;
    if (request.after) rest = remaining(request);
    const storage::KeyRange& rows = request.after ? rest : request.range;
    session_.admit_page(request.table, request.index, rows);
    Page page;
    std::uint64_t bytes = 0;
    {
        const SeenRows seen(session_, request.table, request.index, request.consistency);
        const auto cursor = seen.range(rows, request.direction);
        while (cursor->next()) {
            bytes += cursor->size_bytes();
            ++page.scanned_count;
            take(request, cursor->value(), page);
            const bool full = (request.limit && page.scanned_count >= *request.limit) || bytes >= page_bytes;
            if (!full) continue;
            page.last_evaluated_key =
                key_of(request.table, request.index, parse_stored_item(cursor->value()));
            break;
        }
    }
    const double units = read_units(bytes, request.consistency);
    if (request.index == nullptr) {
        page.capacity.table = units;
    } else {
        page.capacity.add_index(static_cast<std::size_t>(request.index - request.table.indexes.data()),
                                units);
    }
    if (session_.is_metered()) {
        ItemAccess access{.table = request.table, .rows = &rows, .kind = AccessKind::read};
        if (request.fetches_items) session_.consume(access, page.capacity.table);
        access.index = request.index;
        session_.consume(access, units);
    }
    return page;
}

void RangeReader::take(const RangeRequest& request, std::string_view row_json, Page& page) {
    std::string fetched;
    if (request.fetches_items) {
        fetched = fetch(request, row_json, page);
        row_json = fetched;
    }
    const bool looked_into =
        request.filter != nullptr || (request.projection != nullptr && !request.counts_only);
    std::optional<AttributeMap> item;
    if (looked_into) item = parse_stored_item(row_json);
    if (request.filter != nullptr && !request.filter->holds(*item)) return;
    ++page.count;
    if (request.counts_only) return;
    if (page.items_json.empty()) {
        page.items_json.reserve(first_page_bytes);
    } else {
        page.items_json.push_back(',');
    }
    if (request.projection != nullptr) {
        append_json(page.items_json, request.projection->apply(*item));
    } else {
        page.items_json.append(row_json);
    }
}

std::string RangeReader::fetch(const RangeRequest& request, std::string_view row_json, Page& page) {
    ItemReader reader(session_, request.consistency);
    const std::string row_key = base_row_key(request.table, parse_stored_item(row_json));
    ItemRead read = reader.read_admitted(request.table, row_key);
    if (!read.stored) throw storage::StorageError("an index row has no item in its table");
    page.capacity.table += read.capacity().table;
    return std::move(read.stored->bytes);
}

}  // namespace tailrace::table
