#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/store.hpp"
#include "engine/table/stream_shards.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::table {

/// The spaces of a store.
struct FoundSpaces {
    /// In the order of their ids.
    std::vector<storage::SpaceId> all;
    /// Those whose rows are being removed.
    std::vector<storage::SpaceId> discarded;
    /// The newest number that was drawn for one.
    storage::SpaceId newest = 0;
};

/// All tables and streams of one namespace: a value that does not change once it is a database's own. A write
/// session changes a copy, which takes the old one's place with its commit. A copy shares all that is not
/// changed.
struct Catalogue {
    template <typename T>
    using ByName = std::map<std::string, std::shared_ptr<const T>, std::less<>>;

    /// By their names; those that are deleted stay until remove_gone_tables(). How much they hold is not part
    /// of them, see ReadSession::counts().
    ByName<TableDefinition> tables;
    /// By their ARNs, as the shards.
    ByName<StreamDefinition> streams;
    ByName<StreamShards> shards;

    /// These are null when there is nothing of the name.
    const TableDefinition* find_table(std::string_view name) const;
    const StreamDefinition* find_stream(std::string_view arn) const;
    /// None when there is no such stream.
    const StreamShards& shards_of(std::string_view stream_arn) const;

    /// Holds the catalogue against the spaces that are there, before anything is done with them. Throws
    /// StorageError, and says what is missing, when a space that it names is not there, when there is
    /// a space of a table but no table in the catalogue, and when a space has a number that is still to be
    /// drawn.
    void check_spaces(const FoundSpaces& spaces) const;

    /// These add what they are given or replace what has its name.
    void put(TableDefinition definition);
    void put(StreamDefinition stream);
    void put(const std::string& stream_arn, StreamShards stream_shards);

    /// The tables whose transitions are not settled, under way or not; mostly there are none.
    std::vector<std::shared_ptr<const TableDefinition>> unsettled_tables() const;
};

/// The name in a table's ARN, or `name_or_arn` itself.
std::string_view table_name_of(std::string_view name_or_arn);

}  // namespace tailrace::table
