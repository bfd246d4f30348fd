#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "engine/storage/store.hpp"
#include "engine/table/catalogue/stream_shards.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

// The catalogue's space:
//
//     row := "table/" name      -> definition JSON
//          | "counts/" space    -> [[items, bytes], …] of the table with that space, then of its indexes
//          | "added/" …         -> see count_rows.hpp
//          | "stream/" arn      -> stream JSON
//          | "shards/" arn      -> JSON of the stream's shards
//          | "state/" name      -> the state of a layer above
//          | "kept/" space      -> ""   a space whose rows belong to a layer above
//          | "discarded/" space -> ""   a space whose rows are being removed
//          | "token…"           -> see RequestTokens
//          | "sequence"         -> the newest sequence number
//          | "space"            -> the newest space

/// State of a layer above, under a name that it chooses.
struct KeptState {
    std::string text;
};
/// A space whose rows belong to a layer above; the name of the row is the space's number.
struct KeptSpace {};
/// A space whose rows are being removed; the name of the row is the space's number.
struct DiscardedSpace {};

/// How rows of one kind are named, written and read.
template <typename T>
struct CatalogueRow;

template <>
struct CatalogueRow<TableDefinition> {
    static constexpr std::string_view prefix = "table/";
    static std::string text(const TableDefinition& definition);
    static TableDefinition parse(std::string_view text);
};
template <>
struct CatalogueRow<Counts> {
    static constexpr std::string_view prefix = "counts/";
    static std::string text(const Counts& counts);
    static Counts parse(std::string_view text);
};
template <>
struct CatalogueRow<StreamDefinition> {
    static constexpr std::string_view prefix = "stream/";
    static std::string text(const StreamDefinition& stream);
    static StreamDefinition parse(std::string_view text);
};
template <>
struct CatalogueRow<StreamShards> {
    static constexpr std::string_view prefix = "shards/";
    static std::string text(const StreamShards& shards);
    static StreamShards parse(std::string_view text);
};
template <>
struct CatalogueRow<KeptState> {
    static constexpr std::string_view prefix = "state/";
    static std::string text(const KeptState& state) { return state.text; }
    static KeptState parse(std::string_view text) { return {std::string(text)}; }
};
/// Rows with no text: their names say everything.
template <typename T>
struct EmptyRow {
    static std::string text(const T&) { return {}; }
    static T parse(std::string_view) { return {}; }
};
template <>
struct CatalogueRow<KeptSpace> : EmptyRow<KeptSpace> {
    static constexpr std::string_view prefix = "kept/";
};
template <>
struct CatalogueRow<DiscardedSpace> : EmptyRow<DiscardedSpace> {
    static constexpr std::string_view prefix = "discarded/";
};

inline constexpr std::string_view sequence_row = storage::change_sequence;
inline constexpr std::string_view space_row = "space";

std::optional<std::string> load_row(storage::ReadTransaction& transaction, std::string_view key);
void save_row(storage::Transaction& transaction, std::string_view key, std::string_view text);
/// All rows whose keys begin with `prefix`.
storage::KeyRange rows_of(std::string_view prefix);
/// Returns 0 if there is no such row.
std::uint64_t load_number(storage::ReadTransaction& transaction, std::string_view key);
/// These throw StorageError and name the damaged or missing row.
[[noreturn]] void refuse_row(std::string_view key, const char* reason);
[[noreturn]] void refuse_absence(std::string_view key);

/// The rows of one kind. Throws StorageError with the row's name if a row cannot be read.
template <typename T>
class StoredRows {
  public:
    explicit StoredRows(storage::ReadTransaction& transaction) : rows_(transaction) {}

    std::optional<T> load(std::string_view name) const {
        const std::string row = key(name);
        const auto text = load_row(rows_, row);
        if (!text) return std::nullopt;
        return parse(row, *text);
    }

    /// Throws StorageError if there is no such row.
    T at(std::string_view name) const {
        auto found = load(name);
        if (!found) refuse_absence(key(name));
        return std::move(*found);
    }

    /// Calls `take(name, value)` for each row, in the order of the names.
    template <typename Take>
    void visit(Take take) const {
        visit({}, take);
    }
    /// The same for the rows whose names begin with `names`.
    template <typename Take>
    void visit(std::string_view names, Take take) const {
        const auto cursor =
            rows_.range(storage::catalogue_space, rows_of(key(names)), storage::Direction::forward);
        while (cursor->next()) {
            const std::string_view name = cursor->key().substr(CatalogueRow<T>::prefix.size());
            take(name, parse(cursor->key(), cursor->value()));
        }
    }

  protected:
    static std::string key(std::string_view name) {
        return std::string(CatalogueRow<T>::prefix).append(name);
    }

  private:
    static T parse(std::string_view row, std::string_view text) {
        try {
            return CatalogueRow<T>::parse(text);
        } catch (const std::exception& error) {
            refuse_row(row, error.what());
        }
    }

    storage::ReadTransaction& rows_;
};

/// The same for a transaction that writes.
template <typename T>
class CatalogueRows : public StoredRows<T> {
  public:
    explicit CatalogueRows(storage::Transaction& transaction)
        : StoredRows<T>(transaction), transaction_(transaction) {}

    void save(std::string_view name, const T& value) {
        save_row(transaction_, StoredRows<T>::key(name), CatalogueRow<T>::text(value));
    }
    void erase(std::string_view name) {
        transaction_.erase(storage::catalogue_space, StoredRows<T>::key(name));
    }

  private:
    storage::Transaction& transaction_;
};

/// The spaces that are KeptSpace or DiscardedSpace, in the order of their rows.
template <typename T>
std::vector<storage::SpaceId> spaces_that_are(storage::ReadTransaction& transaction) {
    std::vector<storage::SpaceId> spaces;
    StoredRows<T>(transaction).visit([&](std::string_view number, const T&) {
        std::from_chars(number.data(), number.data() + number.size(), spaces.emplace_back());
    });
    return spaces;
}

}  // namespace tailrace::table
