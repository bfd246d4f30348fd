#include "engine/table/store.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table/catalogue/catalogue_rows.hpp"
#include "engine/table/count_rows.hpp"

namespace tailrace::table {
namespace {

/// State whose name begins with "file/" belongs to the file itself and not to its contents, so it is neither
/// erased nor copied.
constexpr std::string_view state_of_file = "state/file/";

bool stays(storage::SpaceId space, std::string_view key) {
    return space == storage::catalogue_space && key.starts_with(state_of_file);
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

CopyProgress copy_rows(Store& from, Store& to, const CopyOptions& options) {
    storage::RowCopy copy({.leaves_out = stays, .progress = options.progress, .checks = options.checks});
    const auto target = to.begin();
    erase_everything(*target);
    CopyProgress copied;
    std::uint64_t newest = 0;
    {
        const auto source = from.begin_reading();
        newest = source->version().newest;
        copied = copy.copy(*source, *target);
    }
    if (options.checks) copy.check(*target);
    sum_counts(*target);
    // Numbers that were drawn in lanes are not in the row.
    if (newest != 0) save_row(*target, sequence_row, std::to_string(newest));
    if (options.before_commit) options.before_commit();
    target->commit();
    return copied;
}

bool is_empty(Store& store) {
    const auto transaction = store.begin_reading();
    if (!transaction->spaces().empty()) return false;
    const auto rows = transaction->range(storage::catalogue_space, {}, storage::Direction::forward);
    while (rows->next()) {
        const bool is_number =
            rows->key() == sequence_row || rows->key() == space_row || rows->key().starts_with("token");
        if (!is_number) return false;
    }
    return true;
}

}  // namespace tailrace::table
