#include "engine/storage/postgres/postgres_snapshot.hpp"

#include <stdexcept>

namespace tailrace::storage {

std::optional<StoredValue> PostgresRowSnapshot::get(SpaceId space, std::string_view key) {
    std::optional<StoredValue> found = session_.get_alone({space, key}, catalogue_);
    is_current_ = true;
    return found;
}

std::unique_ptr<Cursor> PostgresRowSnapshot::range(SpaceId /*space*/, const KeyRange& /*range*/,
                                                   Direction /*direction*/) {
    throw std::logic_error("this snapshot has only one row");
}

/// Whoever asks before the row is read has found out something from the catalogue alone.
StoreVersion PostgresRowSnapshot::version() {
    if (is_current_) return {.catalogue = catalogue_};
    return PostgresSnapshot(session_, reading_at(catalogue_)).version();
}

}  // namespace tailrace::storage
