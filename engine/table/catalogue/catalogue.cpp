#include "engine/table/catalogue/catalogue.hpp"

#include <algorithm>

namespace tailrace::table {
namespace {

template <typename T>
const T* find(const Catalogue::ByName<T>& all, std::string_view name) {
    const auto found = all.find(name);
    return found != all.end() ? found->second.get() : nullptr;
}

using Spaces = std::vector<storage::SpaceId>;

/// `what` is the content of the space, for example "the rows of the table 'notes'".
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

/// A catalogue without tables allows only three kinds of spaces: those of streams that outlive their tables,
/// those that are kept, and those being removed.
void require_no_table(const Catalogue& catalogue, const FoundSpaces& spaces) {
    Spaces named = spaces.discarded;
    named.insert(named.end(), spaces.kept.begin(), spaces.kept.end());
    for (const auto& [arn, stream] : catalogue.streams) named.push_back(stream->space);
    for (const storage::SpaceId space : spaces.all) {
        if (std::ranges::find(named, space) != named.end()) continue;
        throw storage::StorageError(
            "the catalogue is damaged: it has no table, but the file has the rows of one " +
            ("(space " + std::to_string(space) + ")"));
    }
}

}  // namespace

const TableDefinition* Catalogue::find_table(std::string_view name) const {
    return find(tables, name);
}

const StreamDefinition* Catalogue::find_stream(std::string_view arn) const {
    return find(streams, arn);
}

const StreamShards& Catalogue::shards_of(std::string_view stream_arn) const {
    static const StreamShards none;
    const StreamShards* found = find(shards, stream_arn);
    return found != nullptr ? *found : none;
}

void Catalogue::put(TableDefinition definition) {
    auto table = std::make_shared<const TableDefinition>(std::move(definition));
    tables[table->name] = std::move(table);
}

void Catalogue::put(StreamDefinition stream) {
    auto shared = std::make_shared<const StreamDefinition>(std::move(stream));
    streams[shared->arn] = std::move(shared);
}

void Catalogue::put(const std::string& stream_arn, StreamShards stream_shards) {
    shards[stream_arn] = std::make_shared<const StreamShards>(std::move(stream_shards));
}

std::vector<std::shared_ptr<const TableDefinition>> Catalogue::unsettled_tables() const {
    std::vector<std::shared_ptr<const TableDefinition>> found;
    for (const auto& [name, table] : tables) {
        const auto& transition = table->transition;
        if (transition && !transition->is_settled()) found.push_back(table);
    }
    return found;
}

void Catalogue::check_spaces(const FoundSpaces& spaces) const {
    for (const auto& [name, table] : tables) require_spaces_of(*table, spaces.all);
    for (const auto& [arn, stream] : streams) {
        require_space(spaces.all, stream->space, "the changes of the stream '" + arn + "'");
    }
    for (const storage::SpaceId space : spaces.kept) require_space(spaces.all, space, "kept rows");
    if (tables.empty()) require_no_table(*this, spaces);
    if (!spaces.all.empty() && spaces.all.back() > spaces.newest) {
        throw storage::StorageError("the catalogue is damaged: its row 'space' says " +
                                    std::to_string(spaces.newest) + ", but there is a space " +
                                    std::to_string(spaces.all.back()));
    }
}

std::string_view table_name_of(std::string_view name_or_arn) {
    if (!name_or_arn.starts_with("arn:")) return name_or_arn;
    const auto slash = name_or_arn.find(":table/");
    if (slash == std::string_view::npos) return name_or_arn;
    const std::string_view name = name_or_arn.substr(slash + 7);
    return name.substr(0, name.find('/'));
}

}  // namespace tailrace::table
