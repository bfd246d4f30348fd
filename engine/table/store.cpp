#include "engine/table/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tailrace::table {
namespace {

/// State whose name begins with "file/" belongs to the file itself and not to its contents, so it is neither
/// erased nor copied.
constexpr std::string_view state_of_file = "state/file/";

bool stays(storage::SpaceId space, std::string_view key) {
    return space == storage::catalogue_space && key.starts_with(state_of_file);
}

void copy_space(storage::Transaction& from, storage::Transaction& to, storage::SpaceId space) {
    const auto rows = from.range(space, {}, storage::Direction::forward);
    while (rows->next()) {
        if (!stays(space, rows->key())) to.put(space, rows->key(), rows->value(), rows->size_bytes());
    }
}

/// Only the catalogue, which cannot be dropped, is erased row by row.
void erase_everything(storage::Transaction& transaction) {
    for (const storage::SpaceId space : transaction.spaces()) transaction.drop_space(space);
    std::vector<std::string> keys;
    {
        const auto rows = transaction.range(storage::catalogue_space, {}, storage::Direction::forward);
        while (rows->next()) {
            if (!stays(storage::catalogue_space, rows->key())) keys.emplace_back(rows->key());
        }
    }
    for (const std::string& key : keys) transaction.erase(storage::catalogue_space, key);
}

}  // namespace

void copy_rows(Store& from, Store& to) {
    const auto source = from.begin();
    const auto target = to.begin();
    erase_everything(*target);
    copy_space(*source, *target, storage::catalogue_space);
    for (const storage::SpaceId space : source->spaces()) {
        target->create_space(space);
        copy_space(*source, *target, space);
    }
    target->commit();
}

}  // namespace tailrace::table
