#include "engine/storage/sqlite_layouts.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/base64.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/number.hpp"
#include "engine/model/stable_hash.hpp"
#include "engine/storage/key_encoding.hpp"
#include "engine/storage/sqlite_connection.hpp"
#include "engine/storage/store.hpp"

// Each step produces the next layout with its own code, so it need not change when the layers above change
// the rows that they write.

namespace tailrace::storage {
namespace {

namespace json = boost::json;

struct Row {
    std::string key;
    std::string value;
};

std::string column_text(const Statement& statement, int column) {
    const void* data = sqlite3_column_blob(statement.get(), column);
    const int size = sqlite3_column_bytes(statement.get(), column);
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void bind_bytes(const Statement& statement, int index, const std::string& bytes) {
    sqlite3_bind_blob64(statement.get(), index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
}

std::vector<Row> catalogue_rows(sqlite3* connection, const std::string& lower, const std::string& upper) {
    const Statement select =
        prepare(connection, "SELECT key, value FROM space_0 WHERE key >= ?1 AND key < ?2 ORDER BY key");
    bind_bytes(select, 1, lower);
    bind_bytes(select, 2, upper);
    std::vector<Row> rows;
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(select.get())) == SQLITE_ROW)
        rows.push_back({column_text(select, 0), column_text(select, 1)});
    if (status != SQLITE_DONE) fail(connection, "reading the catalogue");
    return rows;
}

/// The row of the catalogue with that key; empty if there is none.
std::vector<Row> catalogue_row(sqlite3* connection, const std::string& key) {
    return catalogue_rows(connection, key, key + '\0');
}

void write_catalogue_row(sqlite3* connection, const std::string& key, const json::value& value) {
    const std::string text = json::serialize(value);
    const Statement insert =
        prepare(connection, "INSERT OR REPLACE INTO space_0 VALUES (?1, length(?2), CAST(?2 AS TEXT))");
    bind_bytes(insert, 1, key);
    bind_bytes(insert, 2, text);
    if (sqlite3_step(insert.get()) != SQLITE_DONE) fail(connection, "writing the catalogue");
}

void create_catalogue(sqlite3* connection, Timestamp) {
    execute(connection,
            "CREATE TABLE space_0 (key BLOB PRIMARY KEY, size_bytes INTEGER NOT NULL, value TEXT NOT NULL) "
            "WITHOUT ROWID");
}

// --- Layout 2: streams have shards, and changes have times and the hashes of their partitions -------------

/// Keys used to be the sequence number alone; this appends the time, and 0 as the hash. Returns the number of
/// the newest change; 0 if there is none.
std::uint64_t complete_change_keys(sqlite3* connection, const std::string& table, Timestamp now) {
    const Statement update = prepare(connection, "UPDATE " + table + " SET key = CAST(key || ?1 AS BLOB)");
    bind_bytes(update, 1,
               encode_sequence(static_cast<std::uint64_t>(epoch_microseconds(now))) + encode_sequence(0));
    if (sqlite3_step(update.get()) != SQLITE_DONE) fail(connection, "writing a stream's changes");
    const Statement newest = prepare(connection, "SELECT max(key) FROM " + table);
    if (sqlite3_step(newest.get()) != SQLITE_ROW) fail(connection, "reading a stream's changes");
    const std::string key = column_text(newest, 0);
    return key.empty() ? 0 : decode_sequence(key);
}

/// The description of the one shard that an older stream gets. All changes of the stream belong to it. It is
/// closed if the stream is.
json::array only_shard(const json::object& stream, std::uint64_t newest, Timestamp now) {
    const std::string arn(stream.at("StreamArn").as_string());
    std::array<char, 48> id{};
    std::snprintf(id.data(), id.size(), "shardId-%020lld-%08x",
                  static_cast<long long>(epoch_microseconds(now) / 1000),
                  static_cast<std::uint32_t>(stable_hash(arn + encode_sequence(0))));
    const bool is_open = stream.at("Enabled").as_bool();
    return {
        json::object{{"ShardId", id.data()},
                     {"ParentShardId", ""},
                     {"FirstHash", 0},
                     {"LastHash", std::numeric_limits<std::uint64_t>::max()},
                     {"StartingSequence", 0},
                     {"EndingSequence", is_open ? json::value() : json::value(newest)},
                     {"ClosedMicroseconds", is_open ? json::value() : json::value(epoch_microseconds(now))},
                     {"TrimmedSequence", 0}}};
}

void give_shards(sqlite3* connection, const Row& row, Timestamp now) {
    json::object stream = json::parse(row.value).as_object();
    const std::string table = "space_" + std::to_string(stream.at("Space").to_number<std::int64_t>());
    const std::uint64_t newest = complete_change_keys(connection, table, now);
    stream["CreatedMicroseconds"] = epoch_microseconds(now);
    for (const Row& definition :
         catalogue_row(connection, "table/" + std::string(stream.at("TableName").as_string()))) {
        stream["KeySchema"] = json::parse(definition.value).at("KeySchema");
    }
    write_catalogue_row(connection, row.key, stream);
    write_catalogue_row(connection, "shards/" + std::string(stream.at("StreamArn").as_string()),
                        only_shard(stream, newest, now));
}

void give_all_shards(sqlite3* connection, Timestamp now) {
    for (const Row& row : catalogue_rows(connection, "stream/", "stream0")) {
        try {
            give_shards(connection, row, now);
        } catch (const StorageError&) {
            throw;
        } catch (const std::exception& error) {
            throw StorageError("the catalogue is damaged: its row '" + row.key +
                               "' cannot be read: " + error.what());
        }
    }
}

// --- Layout 3: the values of sets are in order ------------------------------------------------------------

// Sets used to be stored in the order in which they were sent. They are sorted here once, because most
// responses copy what is stored: checking each copy would make every read pay for the few older files.

/// Sorts the values of a set: numbers by value, bytes and texts in byte order.
void sort_set(std::string_view type, json::array& values) {
    const auto text = [](const json::value& value) { return std::string(value.as_string()); };
    if (type == "NS") {
        std::ranges::sort(values, {}, [&](const json::value& each) { return Number::parse(text(each)); });
    } else if (type == "BS") {
        std::ranges::sort(values, {},
                          [&](const json::value& each) { return decode_base64(text(each)).value(); });
    } else {
        std::ranges::sort(values, {}, text);
    }
}

/// Sorts every set in a stored item or change. Only a set is a list under the name of its type: an attribute
/// with such a name holds a map.
void sort_sets(json::value& value) {
    if (auto* list = value.if_array()) {
        for (json::value& each : *list) sort_sets(each);
    } else if (auto* object = value.if_object()) {
        for (auto& member : *object) {
            const std::string_view name = member.key();
            auto* values = member.value().if_array();
            if (values != nullptr && (name == "SS" || name == "NS" || name == "BS")) {
                sort_set(name, *values);
            } else {
                sort_sets(member.value());
            }
        }
    }
}

/// The SQL function with_sorted_sets(value).
void with_sorted_sets(sqlite3_context* context, int, sqlite3_value** arguments) {
    try {
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
        json::value value = parse_json({text, static_cast<std::size_t>(sqlite3_value_bytes(arguments[0]))});
        sort_sets(value);
        const std::string sorted = json::serialize(value);
        sqlite3_result_text64(context, sorted.data(), sorted.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    } catch (const std::exception& error) {
        sqlite3_result_error(context, error.what(), -1);
    }
}

/// The tables of all spaces except the catalogue's.
std::vector<std::string> tables_of_spaces(sqlite3* connection) {
    const Statement select =
        prepare(connection, "SELECT name FROM sqlite_master WHERE name GLOB 'space_*' AND name != 'space_0'");
    std::vector<std::string> tables;
    while (sqlite3_step(select.get()) == SQLITE_ROW) tables.push_back(column_text(select, 0));
    return tables;
}

void sort_all_sets(sqlite3* connection, Timestamp) {
    sqlite3_create_function_v2(connection, "with_sorted_sets", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                               with_sorted_sets, nullptr, nullptr, nullptr);
    for (const std::string& table : tables_of_spaces(connection)) {
        execute(connection, "UPDATE " + table +
                                " SET value = with_sorted_sets(value) WHERE instr(value, '\"SS\":[') OR "
                                "instr(value, '\"NS\":[') OR instr(value, '\"BS\":[')");
    }
}

// --- Layout 4: a large value is not in its row ------------------------------------------------------------

/// A file of layout 3 is one of layout 4, too: a large value that is in its row is read from there. But a
/// version that knows only the layouts up to 3 would return the number in a row as the row's value, so the
/// layout has a new number.
void keep_large_values_in_rows(sqlite3*, Timestamp) {}

using Migration = void (*)(sqlite3* connection, Timestamp now);

/// The migration at index n upgrades a database from layout n to layout n + 1.
constexpr std::array<Migration, 4> migrations = {create_catalogue, give_all_shards, sort_all_sets,
                                                 keep_large_values_in_rows};

}  // namespace

const int known_layout = static_cast<int>(migrations.size());

int layout_of(sqlite3* connection) {
    return read_number(connection, "PRAGMA user_version");
}

void migrate(sqlite3* connection, Timestamp now) {
    const int layout = layout_of(connection);
    if (layout == known_layout) return;
    execute(connection, "BEGIN IMMEDIATE");
    for (int step = layout; step < known_layout; ++step)
        migrations[static_cast<std::size_t>(step)](connection, now);
    execute(connection, "PRAGMA application_id = " + std::to_string(application_id));
    execute(connection, "PRAGMA user_version = " + std::to_string(known_layout));
    execute(connection, "COMMIT");
}

}  // namespace tailrace::storage
