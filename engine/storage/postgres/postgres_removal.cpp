#include <string>
#include <vector>

#include "engine/storage/open_store.hpp"
#include "engine/storage/postgres/postgres_connection.hpp"
#include "engine/storage/postgres/postgres_url.hpp"

namespace tailrace::storage {
namespace {

/// A transaction of PostgreSQL has room for the locks of some thousand tables.
constexpr int tables_at_once = 200;
/// How often a step is tried if transactions of other processes are in its way.
constexpr int max_attempts = 10;

/// Removes one schema in steps.
class SchemaRemoval {
  public:
    SchemaRemoval(PostgresConnection& connection, std::string schema)
        : connection_(connection), schema_(std::move(schema)) {}

    void run() {
        while (true) {
            const std::vector<std::string> tables = tables_of_spaces();
            if (tables.size() < tables_at_once) break;
            step([&] {
                for (const std::string& each : tables) connection_.send("DROP TABLE IF EXISTS " + each);
            });
        }
        // The last step removes the lease and the layout. Until then, what is left can be recognized as a
        // schema of Tailrace.
        step([&] { connection_.send("DROP SCHEMA IF EXISTS " + schema_ + " CASCADE"); });
    }

  private:
    std::vector<std::string> tables_of_spaces() {
        const PostgresResult found = connection_.ask(
            "SELECT convert_to(table_name::text, 'UTF8') FROM information_schema.tables WHERE table_schema = "
            "convert_from($1, 'UTF8') AND table_name LIKE 'space\\_%' LIMIT " +
                std::to_string(tables_at_once),
            PostgresParameters().bytes(schema_));
        std::vector<std::string> tables;
        tables.reserve(static_cast<std::size_t>(found.rows()));
        for (int row = 0; row < found.rows(); ++row) {
            tables.push_back(schema_ + "." + std::string(found.bytes(row, 0)));
        }
        return tables;
    }

    /// If another process has locked one of the tables and waits for another one, either the step fails or
    /// that process's transaction does.
    template <typename Work>
    void step(const Work& work) {
        for (int turn = 1;; ++turn) {
            try {
                connection_.send("BEGIN");
                work();
                connection_.send("COMMIT");
                return connection_.wait();
            } catch (const Conflict&) {
                connection_.send_rollback();
                if (turn == max_attempts) {
                    throw StorageError("the schema " + schema_ +
                                       " cannot be removed while others write to it");
                }
            } catch (const ConnectionLost&) {
                throw;
            } catch (const StorageError&) {
                connection_.send_rollback();
                throw;
            }
        }
    }

    PostgresConnection& connection_;
    const std::string schema_;
};

}  // namespace

void remove_schema(const StoreLocation& location) {
    const PostgresUrl url = read_postgres_url(location);
    PostgresConnection connection(
        {.url = url.url, .shown = location.shown(), .settings = "SET lock_timeout TO '15s'"});
    connection.open();
    SchemaRemoval(connection, url.schema).run();
}

}  // namespace tailrace::storage
