#include "engine/storage/postgres/postgres_layout.hpp"

#include "engine/storage/postgres/space_statements.hpp"

namespace tailrace::storage {
namespace {

/// Returns the version of the layout; 0 if there is none.
std::int64_t found_version(PostgresConnection& connection, const std::string& schema) {
    const std::string table = schema + ".layout";
    const PostgresResult known = connection.ask("SELECT to_regclass(convert_from($1, 'UTF8')) IS NOT NULL",
                                                PostgresParameters().bytes(table));
    if (known.bytes(0, 0) != std::string_view("\1", 1)) return 0;
    const PostgresResult version = connection.ask("SELECT version FROM layout");
    return version.rows() == 1 ? version.number(0, 0) : -1;
}

/// Sends the statements that create what layout 2 has in addition to layout 1. The table `moment` and the
/// catalogue must exist already.
void send_locks_and_lanes(PostgresConnection& connection) {
    connection.send(
        "CREATE TABLE gate (id int8 PRIMARY KEY, catalogue int8 NOT NULL) WITH (fillfactor = 10)");
    connection.send("CREATE TABLE item_lock (id int8 PRIMARY KEY)");
    connection.send("INSERT INTO gate SELECT each, catalogue FROM generate_series(0, " +
                    std::to_string(postgres_gates - 1) + ") AS each, moment");
    connection.send("INSERT INTO item_lock SELECT * FROM generate_series(0, " +
                    std::to_string(postgres_item_locks - 1) + ")");
    connection.send(
        "CREATE TABLE lane (space int8 NOT NULL, name bytea NOT NULL, last int8 NOT NULL, "
        "PRIMARY KEY (space, name)) WITH (fillfactor = 10)");
    connection.send("CREATE SEQUENCE numbers");
    connection.send(pass_drawn_numbers());
}

/// Sends the statements that create what layout 3 has in addition to layout 2.
void send_leases(PostgresConnection& connection) {
    connection.send(
        "CREATE TABLE process (id int8 PRIMARY KEY, name bytea NOT NULL, until timestamptz NOT NULL, "
        "note bytea NOT NULL) WITH (fillfactor = 10)");
    connection.send(
        "CREATE TABLE lease (name bytea PRIMARY KEY, process int8 NOT NULL, fence int8 NOT NULL)");
    connection.send("CREATE SEQUENCE fences");
}

void make_layout(PostgresConnection& connection, const std::string& schema) {
    connection.send("BEGIN");
    connection.send("CREATE SCHEMA IF NOT EXISTS " + schema);
    connection.send("CREATE TABLE layout (version int8 NOT NULL)");
    connection.send(
        "CREATE TABLE moment (commits int8 NOT NULL, catalogue int8 NOT NULL) WITH (fillfactor = 10)");
    connection.send("CREATE TABLE space (id int8 PRIMARY KEY, rows text NOT NULL)");
    connection.send("CREATE TABLE dropped (rows text PRIMARY KEY, since timestamptz NOT NULL)");
    connection.send("INSERT INTO moment VALUES (1, 1)");
    send_new_space(connection, catalogue_space, space_table(catalogue_space, 1));
    send_locks_and_lanes(connection);
    send_leases(connection);
    connection.send("INSERT INTO layout VALUES (" + std::to_string(postgres_layout_version) + ")");
    connection.send("COMMIT");
    connection.wait();
}

/// Another process may do so at the same time.
void update_layout(PostgresConnection& connection) {
    connection.send("BEGIN");
    const PostgresResult version = connection.ask("SELECT version FROM layout FOR UPDATE");
    const std::int64_t found = version.number(0, 0);
    if (found < postgres_layout_version) {
        if (found == 1) {
            connection.send("ALTER TABLE writer RENAME TO moment");
            send_locks_and_lanes(connection);
        } else {
            // `gate` is changed before `moment`, because transactions use the tables in this order.
            connection.send("ALTER TABLE gate DROP COLUMN fence");
        }
        connection.send("ALTER TABLE moment DROP COLUMN fence");
        connection.send("DROP TABLE lease");
        send_leases(connection);
        connection.send("UPDATE layout SET version = " + std::to_string(postgres_layout_version));
    }
    connection.send("COMMIT");
    connection.wait();
}

}  // namespace

void prepare_layout(PostgresConnection& connection, const WantedLayout& wanted) {
    std::int64_t version = found_version(connection, wanted.schema);
    if (version == 0) {
        if (wanted.must_exist) {
            throw StoreMissing("'" + wanted.shown + "' has no tables of Tailrace in the schema " +
                               wanted.schema);
        }
        try {
            make_layout(connection, wanted.schema);
            return;
        } catch (const ConnectionLost&) {
            throw;
        } catch (const StorageError&) {
            // Another process may have made it at the same time.
            connection.send_rollback();
            version = found_version(connection, wanted.schema);
            if (version == 0) throw;
        }
    }
    if (version == postgres_layout_version) return;
    if (version == 1 || version == 2) return update_layout(connection);
    const std::string which = "the schema " + wanted.schema + " of '" + wanted.shown + "' ";
    if (version < 1) throw StorageError(which + "is damaged: its table layout has no version");
    throw StorageError(which + "was written by a newer version of Tailrace (layout " +
                       std::to_string(version) + "; this version supports layouts up to " +
                       std::to_string(postgres_layout_version) + ")");
}

}  // namespace tailrace::storage
