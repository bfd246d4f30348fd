#include "engine/table/transactions/clear_tables.hpp"

#include "engine/table/transactions/request_tokens.hpp"

namespace tailrace::table {
namespace {

void clear_space(WriteSession& session, storage::SpaceId space) {
    session.transaction().drop_space(space);
    session.transaction().create_space(space);
    if (session.past() != nullptr) session.past()->history.discard(space);
}

}  // namespace

void clear_tables(Database& database) {
    database.write([](WriteSession& session) {
        const auto tables = session.catalogue().tables;
        for (const auto& [name, table] : tables) {
            clear_space(session, table->space);
            for (const IndexDefinition& index : table->indexes) clear_space(session, index.space);
            session.save_table(*table, Counts(table->indexes.size() + 1));
        }
        for (const auto& [arn, stream] : session.catalogue().streams) clear_space(session, stream->space);
        // Otherwise a transaction with a remembered token would count as repeated and not be carried out.
        RequestTokens(session).forget_all();
    });
}

}  // namespace tailrace::table
