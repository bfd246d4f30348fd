#include "engine/table/store.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/stable_hash.hpp"
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

/// The number of the rows of a space, and a hash of all of them in their order.
struct RowSum {
    std::uint64_t rows = 0;
    std::uint64_t hash = 0;

    void add(const storage::Cursor& row) {
        ++rows;
        add(stable_hash(row.key()));
        add(stable_hash(row.value()));
        add(row.size_bytes());
    }
    friend bool operator==(const RowSum&, const RowSum&) = default;

  private:
    void add(std::uint64_t part) {
        constexpr std::uint64_t factor = 0x9e3779b97f4a7c15;
        hash = (hash + part) * factor;
    }
};

/// Copies the rows of all spaces, and may read them back.
class Copy {
  public:
    explicit Copy(const CopyOptions& options) : options_(options) {}

    CopyProgress run(Store& from, Store& to) {
        const auto target = to.begin();
        erase_everything(*target);
        std::uint64_t newest = 0;
        {
            const auto source = from.begin_reading();
            newest = source->version().newest;
            copy_space(*source, *target, storage::catalogue_space);
            for (const storage::SpaceId space : source->spaces()) {
                target->create_space(space);
                copy_space(*source, *target, space);
            }
        }
        const CopyProgress copied = progress_;
        if (options_.checks) check(*target);
        sum_counts(*target);
        // Numbers that were drawn in lanes are not in the row.
        if (newest != 0) save_row(*target, sequence_row, std::to_string(newest));
        target->commit();
        return copied;
    }

  private:
    void copy_space(storage::ReadTransaction& from, storage::Transaction& to, storage::SpaceId space) {
        RowSum& sum = sums_[space];
        visit(from, space, [&](const storage::Cursor& row) {
            to.put(space, row.key(), row.value(), row.size_bytes());
            if (options_.checks) sum.add(row);
        });
    }

    void check(storage::Transaction& target) {
        progress_ = {.is_checking = true};
        if (target.spaces().size() + 1 != sums_.size()) {
            throw StorageError("the copy differs from its source: it has other spaces");
        }
        for (const auto& [space, wanted] : sums_) {
            RowSum found;
            visit(target, space, [&](const storage::Cursor& row) { found.add(row); });
            if (found == wanted) continue;
            throw StorageError("the copy differs from its source: of the " + std::to_string(wanted.rows) +
                               " rows of the space " + std::to_string(space) + ", " +
                               (found.rows == wanted.rows ? "some have changed"
                                                          : std::to_string(found.rows) + " were read back"));
        }
    }

    /// Calls `take` with each row of a space that is copied.
    template <typename Take>
    void visit(storage::ReadTransaction& in, storage::SpaceId space, const Take& take) {
        const auto rows = in.range(space, {}, storage::Direction::forward);
        while (rows->next()) {
            if (stays(space, rows->key())) continue;
            take(*rows);
            ++progress_.rows;
            progress_.bytes += rows->key().size() + rows->value().size();
            if (options_.progress && progress_.rows % rows_between == 0) options_.progress(progress_);
        }
    }

    static constexpr std::uint64_t rows_between = 1000;

    const CopyOptions& options_;
    CopyProgress progress_;
    /// The sums of the source's rows.
    std::map<storage::SpaceId, RowSum> sums_;
};

}  // namespace

CopyProgress copy_rows(Store& from, Store& to, const CopyOptions& options) {
    return Copy(options).run(from, to);
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
