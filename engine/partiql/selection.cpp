#include "engine/partiql/selection.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/model/json_text.hpp"
#include "engine/partiql/key_terms.hpp"
#include "engine/partiql/read_plan.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/ranges/index_reads.hpp"
#include "engine/table/ranges/start_key.hpp"

namespace tailrace::partiql {
namespace {

constexpr std::size_t max_page_bytes = 1024 * 1024;

const table::IndexDefinition* find_index(const table::TableDefinition& definition,
                                         const BoundStatement& select, Timestamp now) {
    if (select.index.empty()) return nullptr;
    const table::IndexDefinition* index = definition.find_index(select.index);
    if (index == nullptr) throw ApiError::validation("The table does not have the specified index");
    if (index->keys.partition().size() > 1 || index->keys.sort().size() > 1) {
        throw ApiError::validation(
            "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or "
            "multi-attribute RANGE keys.");
    }
    if (!select.count_fault.empty()) throw StatementFault(select.count_fault);
    table::require_created(definition, *index, now);
    return index;
}

/// True if each row's item must be read from the table for columns that the index does not hold.
bool fetches_items(const table::TableDefinition& definition, const table::IndexDefinition& index,
                   const std::vector<Column>& columns) {
    std::vector<std::string> attributes;
    attributes.reserve(columns.size());
    for (const Column& each : columns) attributes.push_back(each.path.attribute());
    return table::must_fetch(index, table::not_projected(definition, index, std::move(attributes)));
}

std::vector<std::string> nested_attributes(const std::vector<Column>& columns) {
    std::vector<std::string> names;
    for (const Column& each : columns) {
        if (each.path.is_nested()) names.push_back(each.path.attribute());
    }
    return names;
}

AttributeMap selected(const std::vector<Column>& columns, const AttributeMap& item) {
    AttributeMap row;
    for (const Column& each : columns) {
        if (const AttributeValue* value = each.path.find(item)) row.set(each.name, *value);
    }
    return row;
}

/// The columns of items that were read whole.
std::string selected_items(const std::vector<Column>& columns, const std::string& items_json) {
    const auto items = parse_json("[" + items_json + "]");
    std::string rows;
    for (const auto& each : items.as_array()) {
        if (!rows.empty()) rows.push_back(',');
        append_json(rows, selected(columns, parse_attribute_map(each.as_object())));
    }
    return rows;
}

/// Carries out the planned reads one after the other until a page is full.
class PageReader {
  public:
    PageReader(table::ReadSession& session, const table::TableDefinition& table, const BoundStatement& select,
               const PageOptions& options)
        : session_(session), table_(table), select_(select), options_(options) {
        index_ = find_index(table, select, session.now());
        if (index_ != nullptr && index_->global && options.consistency != table::Consistency::eventual) {
            throw ApiError::validation(
                "Strongly consistent read is not supported on Global Secondary Indexes");
        }
        table::check_key_paths(table, nested_attributes(select.columns));
        plan_ = plan_reads(table, index_, select);
        fetches_items_ = index_ != nullptr && fetches_items(table, *index_, select.columns);
        if (!has_nested_columns() && !select.columns.empty()) projection_.emplace(paths_of(select.columns));
        check_start();
    }

    SelectedPage read() {
        SelectedPage page;
        std::size_t looked_at = 0;
        for (std::size_t place = options_.start ? options_.start->read : 0; place < plan_.reads.size();
             ++place) {
            table::RangeRequest request = range_request(place);
            if (options_.limit) request.limit = *options_.limit - looked_at;
            table::Page found = table::RangeReader(session_).read(request);
            looked_at += found.scanned_count;
            page.scanned_count = looked_at;
            page.capacity.add(found.capacity);
            page.count += found.count;
            append(page.items_json, std::move(found.items_json));
            if (found.last_evaluated_key) {
                page.next = next(place, std::move(found.last_evaluated_key));
                break;
            }
            const bool is_full =
                (options_.limit && looked_at >= *options_.limit) || page.items_json.size() >= max_page_bytes;
            if (!is_full || place + 1 == plan_.reads.size()) continue;
            page.next = next(place + 1, std::nullopt);
            break;
        }
        return page;
    }

  private:
    bool has_nested_columns() const {
        return std::ranges::any_of(select_.columns, [](const Column& each) { return each.path.is_nested(); });
    }

    /// Checks that the token belongs to this table, this index and these reads.
    void check_start() const {
        if (!options_.start) return;
        const NextToken& start = *options_.start;
        if (start.table != table_.name || start.index != select_.index) reject_next_token();
        if (start.read >= plan_.reads.size()) reject_next_token();
        if (!start.key) return;
        try {
            table::check_start_key(table_, index_, *start.key);
            table::check_start_table_key(table_, index_, *start.key);
        } catch (const ApiError&) {
            reject_next_token();
        }
    }

    table::RangeRequest range_request(std::size_t place) const {
        const PlannedRead& read = plan_.reads[place];
        table::RangeRequest request{
            .table = table_, .index = index_, .range = read.range, .direction = plan_.direction};
        request.filter = read.filter ? &*read.filter : nullptr;
        request.projection = projection_ ? &*projection_ : nullptr;
        request.fetches_items = fetches_items_;
        request.consistency = options_.consistency;
        if (options_.start && options_.start->read == place && options_.start->key) {
            request.after = table::start_row_key(table_, index_, *options_.start->key);
        }
        return request;
    }

    void append(std::string& items_json, std::string found) const {
        if (found.empty()) return;
        if (!items_json.empty()) items_json.push_back(',');
        items_json.append(has_nested_columns() ? selected_items(select_.columns, found) : std::move(found));
    }

    NextToken next(std::size_t place, std::optional<AttributeMap> key) const {
        return {.table = table_.name, .index = select_.index, .read = place, .key = std::move(key)};
    }

    table::ReadSession& session_;
    const table::TableDefinition& table_;
    const BoundStatement& select_;
    const PageOptions& options_;
    const table::IndexDefinition* index_ = nullptr;
    ReadPlan plan_;
    std::optional<expression::Projection> projection_;
    bool fetches_items_ = false;
};

}  // namespace

SelectedPage read_page(table::ReadSession& session, const table::TableDefinition& table,
                       const BoundStatement& select, const PageOptions& options) {
    return PageReader(session, table, select, options).read();
}

AttributeMap selected_key(const table::TableDefinition& definition, const BoundStatement& select,
                          Timestamp now, std::string_view operation) {
    const table::IndexDefinition* index = find_index(definition, select, now);
    table::check_key_paths(definition, nested_attributes(select.columns));
    NamedItem named;
    if (select.where) named = named_item(definition.keys, *select.where, true);
    if (index != nullptr || !named.is_complete || !named.rest.empty()) {
        // The plan is not used. Making it throws the faults that AWS reports before this one.
        plan_reads(definition, index, select);
        throw StatementFault("Select statements within " + std::string(operation) +
                             " must specify the primary key in the where clause.");
    }
    for (const table::KeyAttribute& each : definition.keys.attributes) {
        require_key_type(each, *named.key.find(each.name));
    }
    table::check_key(definition, named.key);
    return std::move(named.key);
}

std::string selected_json(const BoundStatement& select, std::string_view stored_json) {
    if (select.columns.empty()) return std::string(stored_json);
    return to_json(expression::Projection(paths_of(select.columns)).apply(parse_stored_item(stored_json)));
}

}  // namespace tailrace::partiql
