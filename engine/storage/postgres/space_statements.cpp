#include "engine/storage/postgres/space_statements.hpp"

#include <utility>

#include "engine/storage/postgres/postgres_layout.hpp"

namespace tailrace::storage {
namespace {

constexpr const char* digest = "CASE WHEN $2 = ''::bytea THEN ''::bytea ELSE sha256($2) END";

/// Returns SQL that converts a value, which is a number as decimal text, to int8.
std::string number_of(const std::string& value) {
    return "convert_from(" + value + ", 'UTF8')::int8";
}

std::string decimal(const std::string& number) {
    return "convert_to((" + number + ")::text, 'UTF8')";
}

}  // namespace

SplitKey::SplitKey(std::string_view key) : head(key.substr(0, max_head_bytes)) {
    if (key.size() > max_head_bytes) tail = key.substr(max_head_bytes);
}

std::string space_table(SpaceId space, std::uint64_t commit) {
    return "space_" + std::to_string(space) + "_" + std::to_string(commit);
}

void send_new_space(PostgresConnection& connection, SpaceId space, const std::string& table) {
    connection.send("CREATE TABLE " + table +
                    " (head bytea NOT NULL, digest bytea NOT NULL, tail bytea NOT NULL, size int8 NOT NULL, "
                    "value bytea NOT NULL, PRIMARY KEY (head, digest))");
    // Compression would cost more than it saves: items are small, and most are read as often as written.
    connection.send("ALTER TABLE " + table +
                    " ALTER COLUMN tail SET STORAGE EXTERNAL, "
                    "ALTER COLUMN value SET STORAGE EXTERNAL");
    connection.send("INSERT INTO space VALUES (" + std::to_string(space) + ", '" + table + "')");
}

std::string drawn_alone() {
    return "COALESCE((SELECT " + number_of("value") + " FROM " + space_table(catalogue_space, 1) +
           " WHERE head = '" + std::string(change_sequence) + "'::bytea AND digest = ''::bytea), 0)";
}

std::string pass_drawn_numbers() {
    return "SELECT setval('numbers', GREATEST(last_value, " + drawn_alone() + ")) FROM numbers";
}

SpaceStatements::SpaceStatements(std::string name) : table(std::move(name)) {
    const std::string is_key = std::string(" WHERE head = $1 AND digest = ") + digest + " AND tail = $2";
    const std::string insert = "INSERT INTO " + table + " AS old VALUES ($1, " + digest + ", $2, ";
    const std::string or_set = " ON CONFLICT (head, digest) DO UPDATE SET ";
    const std::string sum = decimal(number_of("old.value") + " + $3");
    const std::string columns = "SELECT head, tail, size, value FROM " + table + " WHERE ";
    get_alone = "SELECT catalogue, size, value FROM moment LEFT JOIN " + table +
                " ON head = $1 AND digest = " + digest + " AND tail = $2";
    get = "SELECT size, value FROM " + table + is_key;
    put = insert + "$3, $4)" + or_set + "size = EXCLUDED.size, value = EXCLUDED.value";
    erase = "DELETE FROM " + table + is_key;
    add = insert + "0, " + decimal("$3") + ")" + or_set + "size = 0, value = " + sum;
    const std::string in_catalogue = "INSERT INTO " + space_table(catalogue_space, 1) + " AS old ";
    const std::string or_add =
        or_set + "value = " + decimal(number_of("old.value") + " + " + number_of("EXCLUDED.value"));
    add_size_difference = in_catalogue + "VALUES ($3, ''::bytea, ''::bytea, 0, " +
                          decimal("$4 - COALESCE((SELECT size FROM " + table + is_key + "), 0)") + ")" +
                          or_add;
    add_one_if_new = in_catalogue + "SELECT $3, ''::bytea, ''::bytea, 0, " + decimal("1") +
                     " WHERE NOT EXISTS (SELECT 1 FROM " + table + is_key + ")" + or_add;
    draw = add + " RETURNING " + number_of("old.value");
    put_in_lane = "INSERT INTO " + table +
                  " SELECT decode(lpad(to_hex(last), 16, '0'), 'hex') || $3, ''::bytea, ''::bytea, $4, $5 "
                  "FROM lane WHERE space = $1 AND name = $2";
    erase_first = "WITH edge AS (SELECT head, tail FROM " + table +
                  " ORDER BY head, tail OFFSET $1 LIMIT 1) DELETE FROM " + table +
                  " AS old USING edge WHERE (old.head, old.tail) < (edge.head, edge.tail)";
    forward = columns + "(head, tail) >= ($1, $2) ORDER BY head, tail LIMIT $3";
    forward_bounded =
        columns + "(head, tail) >= ($1, $2) AND (head, tail) < ($3, $4) ORDER BY head, tail LIMIT $5";
    backward = columns + "(head, tail) >= ($1, $2) ORDER BY head DESC, tail DESC LIMIT $3";
    backward_bounded = columns +
                       "(head, tail) >= ($1, $2) AND (head, tail) < ($3, $4) ORDER BY head DESC, tail DESC "
                       "LIMIT $5";
}

SpaceTables::Found SpaceTables::at(SpaceId space) {
    const auto known = known_.find(space);
    if (known != known_.end()) return known->second;
    const PostgresResult found = connection_.ask("SELECT convert_to(rows, 'UTF8') FROM space WHERE id = $1",
                                                 PostgresParameters().number(space));
    if (found.rows() == 0) throw StorageError("there is no space " + std::to_string(space));
    return known_[space] = std::make_shared<const SpaceStatements>(std::string(found.bytes(0, 0)));
}

}  // namespace tailrace::storage
