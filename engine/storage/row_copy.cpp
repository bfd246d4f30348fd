#include "engine/storage/row_copy.hpp"

#include <string>

#include "engine/model/stable_hash.hpp"

namespace tailrace::storage {

void RowCopy::Sum::add(const Cursor& row) {
    ++rows;
    add(stable_hash(row.key()));
    add(stable_hash(row.value()));
    add(row.size_bytes());
}

void RowCopy::Sum::add(std::uint64_t part) {
    constexpr std::uint64_t factor = 0x9e3779b97f4a7c15;
    hash = (hash + part) * factor;
}

CopyProgress RowCopy::copy(Transaction& from, Transaction& to) {
    progress_ = {};
    copy_space(from, to, catalogue_space);
    for (const SpaceId space : from.spaces()) {
        to.create_space(space);
        copy_space(from, to, space);
    }
    return progress_;
}

void RowCopy::copy_space(Transaction& from, Transaction& to, SpaceId space) {
    Sum& sum = sums_[space];
    visit(from, space, [&](const Cursor& row) {
        to.put(space, row.key(), row.value(), row.size_bytes());
        if (options_.checks) sum.add(row);
    });
}

void RowCopy::check(Transaction& copied) {
    progress_ = {.is_checking = true};
    if (copied.spaces().size() + 1 != sums_.size()) {
        throw StorageError("the copy differs from its source: it has other spaces");
    }
    for (const auto& [space, wanted] : sums_) {
        Sum found;
        visit(copied, space, [&](const Cursor& row) { found.add(row); });
        if (found == wanted) continue;
        throw StorageError("the copy differs from its source: of the " + std::to_string(wanted.rows) +
                           " rows of the space " + std::to_string(space) + ", " +
                           (found.rows == wanted.rows ? "some have changed"
                                                      : std::to_string(found.rows) + " were read back"));
    }
}

/// Calls `take` with each row of a space that is copied.
template <typename Take>
void RowCopy::visit(Transaction& in, SpaceId space, const Take& take) {
    constexpr std::uint64_t rows_between = 1000;
    const auto rows = in.range(space, {}, Direction::forward);
    while (rows->next()) {
        if (options_.leaves_out && options_.leaves_out(space, rows->key())) continue;
        take(*rows);
        ++progress_.rows;
        progress_.bytes += rows->key().size() + rows->value().size();
        if (options_.progress && progress_.rows % rows_between == 0) options_.progress(progress_);
    }
}

}  // namespace tailrace::storage
