#include "engine/table/count_rows.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/storage/key_encoding.hpp"
#include "engine/table/catalogue/catalogue_rows.hpp"

namespace tailrace::table {
namespace {

constexpr std::string_view added_prefix = "added/";
constexpr std::string_view items_part = "/items/";
constexpr std::string_view bytes_part = "/bytes/";

std::string added_rows(storage::SpaceId table) {
    return std::string(added_prefix).append(std::to_string(table)).append("/");
}

template <typename Number>
Number leading_number(std::string_view text) {
    Number number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

template <typename Take>
void visit_rows(storage::ReadTransaction& transaction, std::string_view prefix, Take take) {
    const auto cursor =
        transaction.range(storage::catalogue_space, {std::string(prefix), storage::after_prefix(prefix)},
                          storage::Direction::forward);
    while (cursor->next()) take(cursor->key().substr(prefix.size()), cursor->value());
}

}  // namespace

Counts load_counts(storage::ReadTransaction& transaction, storage::SpaceId table, std::size_t places) {
    Counts counts;
    const std::string row = std::string(CatalogueRow<Counts>::prefix).append(std::to_string(table));
    if (const auto stored = transaction.get(storage::catalogue_space, row)) {
        counts = CatalogueRow<Counts>::parse(stored->bytes);
    }
    counts.resize(places);
    visit_rows(transaction, added_rows(table), [&](std::string_view key, std::string_view value) {
        const auto place = leading_number<std::size_t>(key);
        if (place >= counts.size()) return;
        const auto number = leading_number<std::int64_t>(value);
        const bool is_items = key.substr(key.find('/')).starts_with(items_part);
        counts[place].add(is_items ? Count{number, 0} : Count{0, number});
    });
    return counts;
}

CountAddends::CountAddends(const storage::Transaction& transaction, storage::SpaceId table, std::size_t place)
    : items(added_rows(table).append(std::to_string(place))), bytes(items) {
    const std::string addend = std::to_string(transaction.addend());
    items.append(items_part).append(addend);
    bytes.append(bytes_part).append(addend);
}

void add_counts(storage::Transaction& transaction, storage::SpaceId table, std::size_t place,
                const Count& difference) {
    const CountAddends addends(transaction, table, place);
    if (difference.bytes != 0) transaction.add(storage::catalogue_space, addends.bytes, difference.bytes);
    if (difference.items != 0) transaction.add(storage::catalogue_space, addends.items, difference.items);
}

void save_counts(storage::Transaction& transaction, storage::SpaceId table, const Counts& counts) {
    CatalogueRows<Counts>(transaction).save(std::to_string(table), counts);
    erase_addends(transaction, table);
}

void erase_addends(storage::Transaction& transaction, storage::SpaceId table) {
    std::vector<std::string> rows;
    visit_rows(transaction, added_rows(table), [&](std::string_view key, std::string_view) {
        rows.push_back(added_rows(table).append(key));
    });
    for (const std::string& row : rows) transaction.erase(storage::catalogue_space, row);
}

void sum_counts(storage::Transaction& transaction) {
    std::set<storage::SpaceId> tables;
    visit_rows(transaction, added_prefix, [&](std::string_view key, std::string_view) {
        tables.insert(leading_number<storage::SpaceId>(key));
    });
    for (const storage::SpaceId table : tables) {
        const auto stored = CatalogueRows<Counts>(transaction).load(std::to_string(table));
        if (stored) save_counts(transaction, table, load_counts(transaction, table, stored->size()));
    }
}

void sum_counts(storage::Store& store) {
    const auto transaction = store.begin();
    sum_counts(*transaction);
    transaction->commit();
}

}  // namespace tailrace::table
