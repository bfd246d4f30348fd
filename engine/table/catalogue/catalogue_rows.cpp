#include "engine/table/catalogue/catalogue_rows.hpp"

#include <boost/json.hpp>

#include "engine/storage/key_encoding.hpp"
#include "engine/table/catalogue/table_catalogue_json.hpp"

namespace tailrace::table {

namespace json = boost::json;
using storage::catalogue_space;

std::string CatalogueRow<TableDefinition>::text(const TableDefinition& definition) {
    return json::serialize(catalogue_json(definition));
}

TableDefinition CatalogueRow<TableDefinition>::parse(std::string_view text) {
    return from_catalogue_json(json::parse(text).as_object());
}

std::string CatalogueRow<Counts>::text(const Counts& counts) {
    std::string text = "[";
    for (const Count& count : counts) {
        if (text.size() > 1) text.push_back(',');
        text.append("[")
            .append(std::to_string(count.items))
            .append(",")
            .append(std::to_string(count.bytes))
            .append("]");
    }
    return text.append("]");
}

Counts CatalogueRow<Counts>::parse(std::string_view text) {
    Counts counts;
    const json::value parsed = json::parse(text);
    for (const json::value& each : parsed.as_array()) {
        counts.push_back({each.at(0).as_int64(), each.at(1).as_int64()});
    }
    return counts;
}

std::string CatalogueRow<StreamDefinition>::text(const StreamDefinition& stream) {
    return json::serialize(catalogue_json(stream));
}

StreamDefinition CatalogueRow<StreamDefinition>::parse(std::string_view text) {
    return stream_from_catalogue_json(json::parse(text).as_object());
}

std::string CatalogueRow<StreamShards>::text(const StreamShards& shards) {
    return json::serialize(shards.catalogue_json());
}

StreamShards CatalogueRow<StreamShards>::parse(std::string_view text) {
    return StreamShards::from_catalogue_json(json::parse(text).as_array());
}

std::optional<std::string> load_row(storage::ReadTransaction& transaction, std::string_view key) {
    auto stored = transaction.get(catalogue_space, key);
    if (!stored) return std::nullopt;
    return std::move(stored->bytes);
}

void save_row(storage::Transaction& transaction, std::string_view key, std::string_view text) {
    transaction.put(catalogue_space, key, text, static_cast<std::uint32_t>(text.size()));
}

storage::KeyRange rows_of(std::string_view prefix) {
    return {std::string(prefix), storage::after_prefix(prefix)};
}

std::uint64_t load_number(storage::ReadTransaction& transaction, std::string_view key) {
    const auto text = load_row(transaction, key);
    if (!text) return 0;
    try {
        return json::parse(*text).to_number<std::uint64_t>();
    } catch (const std::exception& error) {
        refuse_row(key, error.what());
    }
}

void refuse_row(std::string_view key, const char* reason) {
    throw storage::StorageError("the catalogue is damaged: its row '" + std::string(key) +
                                "' cannot be read: " + reason);
}

void refuse_absence(std::string_view key) {
    throw storage::StorageError("the catalogue is damaged: its row '" + std::string(key) + "' is missing");
}

}  // namespace tailrace::table
