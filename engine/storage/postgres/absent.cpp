// Replaces the rest of the folder in the static executable, which cannot load libpq, and in a build without
// libpq's header.

#include "engine/storage/postgres_store.hpp"

namespace tailrace::storage {

namespace {

[[noreturn]] void refuse(const StoreLocation& location) {
    throw StorageError("cannot open '" + location.shown() +
                       "': this executable was built without PostgreSQL; use the executable of the .deb or "
                       ".tar.gz package with libpq5 installed, or one built with server/run where libpq-dev "
                       "is installed");
}

}  // namespace

std::unique_ptr<Store> open_postgres(const StoreOptions& options) {
    refuse(options.location);
}

StoreLocation schema_beside(const StoreLocation& location, std::string_view /*name*/) {
    refuse(location);
}

void remove_schema(const StoreLocation& location) {
    refuse(location);
}

std::uint64_t postgres_round_trips() {
    return 0;
}

}  // namespace tailrace::storage
