#include "engine/table/catalogue.hpp"

namespace tailrace::table {
namespace {

template <typename T>
const T* find(const Catalogue::ByName<T>& all, std::string_view name) {
    const auto found = all.find(name);
    return found != all.end() ? found->second.get() : nullptr;
}

}  // namespace

const Table* Catalogue::find_table(std::string_view name) const {
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
    auto table = std::make_shared<const Table>(Table{std::move(definition)});
    tables[table->definition.name] = std::move(table);
}

void Catalogue::put(StreamDefinition stream) {
    auto shared = std::make_shared<const StreamDefinition>(std::move(stream));
    streams[shared->arn] = std::move(shared);
}

void Catalogue::put(const std::string& stream_arn, StreamShards stream_shards) {
    shards[stream_arn] = std::make_shared<const StreamShards>(std::move(stream_shards));
}

std::vector<std::shared_ptr<const Table>> Catalogue::unsettled_tables() const {
    std::vector<std::shared_ptr<const Table>> found;
    for (const auto& [name, table] : tables) {
        const auto& transition = table->definition.transition;
        if (transition && !transition->is_settled()) found.push_back(table);
    }
    return found;
}

std::string_view table_name_of(std::string_view name_or_arn) {
    if (!name_or_arn.starts_with("arn:")) return name_or_arn;
    const auto slash = name_or_arn.find(":table/");
    if (slash == std::string_view::npos) return name_or_arn;
    const std::string_view name = name_or_arn.substr(slash + 7);
    return name.substr(0, name.find('/'));
}

}  // namespace tailrace::table
