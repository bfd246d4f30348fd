#pragma once

#include <string>

#include "engine/storage/open_store.hpp"

namespace tailrace::storage {

/// A URL of PostgreSQL as Tailrace accepts it: libpq's format with an additional parameter, "schema".
struct PostgresUrl {
    /// The URL for libpq.
    std::string url;
    std::string schema;
};

/// Throws StorageError if the URL has a password, or if it cannot be read.
PostgresUrl read_postgres_url(const StoreLocation& location);

}  // namespace tailrace::storage
