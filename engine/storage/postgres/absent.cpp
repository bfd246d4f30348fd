// Replaces the rest of the folder in the static executable, which cannot load libpq, and in a build without
// libpq's header.

#include "engine/storage/postgres_store.hpp"

namespace tailrace::storage {

std::unique_ptr<Store> open_postgres(const StoreOptions& options) {
    throw StorageError("cannot open '" + options.location.shown() +
                       "': this executable was built without PostgreSQL; use the executable of the .deb or "
                       ".tar.gz package with libpq5 installed, or one built with server/run where libpq-dev "
                       "is installed");
}

}  // namespace tailrace::storage
