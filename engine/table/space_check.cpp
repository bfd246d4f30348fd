#include "engine/table/space_check.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tailrace::table {
namespace {

using Spaces = std::vector<storage::SpaceId>;

/// `what` is in the space, as "the rows of the table 'notes'".
void require_space(const Spaces& spaces, storage::SpaceId space, const std::string& what) {
    if (std::ranges::binary_search(spaces, space)) return;
    throw storage::StorageError("the database is damaged: " + what + " are missing (space " +
                                std::to_string(space) + ")");
}

void require_spaces_of(const TableDefinition& table, const Spaces& spaces) {
    const std::string of_table = " of the table '" + table.name + "'";
    require_space(spaces, table.space, "the rows" + of_table);
    for (const IndexDefinition& index : table.indexes) {
        require_space(spaces, index.space, "the rows of the index '" + index.name + "'" + of_table);
    }
}

/// Only streams that outlive their tables have spaces then, and what is being removed.
void require_no_table(const Catalogue& catalogue, const FoundSpaces& spaces) {
    Spaces named = spaces.discarded;
    for (const auto& [arn, stream] : catalogue.streams) named.push_back(stream->space);
    for (const storage::SpaceId space : spaces.all) {
        if (std::ranges::find(named, space) != named.end()) continue;
        throw storage::StorageError(
            "the catalogue is damaged: it has no table, but the rows of one are there " +
            ("(space " + std::to_string(space) + ")"));
    }
}

}  // namespace

void check_spaces(const Catalogue& catalogue, const FoundSpaces& spaces) {
    for (const auto& [name, table] : catalogue.tables) require_spaces_of(table->definition, spaces.all);
    for (const auto& [arn, stream] : catalogue.streams) {
        require_space(spaces.all, stream->space, "the changes of the stream '" + arn + "'");
    }
    if (catalogue.tables.empty()) require_no_table(catalogue, spaces);
    if (!spaces.all.empty() && spaces.all.back() > spaces.newest) {
        throw storage::StorageError("the catalogue is damaged: its row 'space' says " +
                                    std::to_string(spaces.newest) + ", but there is a space " +
                                    std::to_string(spaces.all.back()));
    }
}

}  // namespace tailrace::table
