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

/// If the row has not been read yet, the caller has decided by the catalogue alone. So this asks whether that
/// catalogue is still the current one.
StoreVersion PostgresRowSnapshot::version() {
    if (is_current_) return {.catalogue = catalogue_};
    return PostgresSnapshot(session_, reading_at(catalogue_)).version();
}

}  // namespace tailrace::storage
