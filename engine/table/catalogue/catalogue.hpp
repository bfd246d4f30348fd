#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/store.hpp"
#include "engine/table/catalogue/stream_shards.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

/// The spaces found in a store.
struct FoundSpaces {
    /// In the order of their ids.
    std::vector<storage::SpaceId> all;
    /// Spaces whose rows belong to layers above.
    std::vector<storage::SpaceId> kept;
    /// Spaces whose rows are being removed.
    std::vector<storage::SpaceId> discarded;
    /// The newest number drawn for a space.
    storage::SpaceId newest = 0;
};

/// All tables and streams of one namespace. A value that does not change once a database owns it. A write
/// session changes a copy, which replaces the old one when the session commits. A copy shares everything that
/// is not changed.
struct Catalogue {
    template <typename T>
    using ByName = std::map<std::string, std::shared_ptr<const T>, std::less<>>;

    /// By name. Deleted tables stay until remove_gone_tables(). The number and size of their rows are kept
    /// elsewhere, see ReadSession::counts().
    ByName<TableDefinition> tables;
    /// Both by stream ARN.
    ByName<StreamDefinition> streams;
    ByName<StreamShards> shards;

    /// These return null if there is no such name.
    const TableDefinition* find_table(std::string_view name) const;
    const StreamDefinition* find_stream(std::string_view arn) const;
    /// Returns an empty list if there is no such stream.
    const StreamShards& shards_of(std::string_view stream_arn) const;

    /// Compares the catalogue with the spaces in the store, before anything is done with them. Throws
    /// StorageError and names what is missing if the catalogue names a space that does not exist, if there is
    /// a space of a table but no table in the catalogue, or if a space has a number that has not been drawn
    /// yet.
    void check_spaces(const FoundSpaces& spaces) const;

    /// These add the given value, or replace the one with the same name.
    void put(TableDefinition definition);
    void put(StreamDefinition stream);
    void put(const std::string& stream_arn, StreamShards stream_shards);

    /// The tables with a transition that is not settled (see Transition): the transition is under way, or
    /// could be again if the clock is set back. Usually there are none.
    std::vector<std::shared_ptr<const TableDefinition>> unsettled_tables() const;
};

/// The name in a table's ARN, or `name_or_arn` itself.
std::string_view table_name_of(std::string_view name_or_arn);

}  // namespace tailrace::table
