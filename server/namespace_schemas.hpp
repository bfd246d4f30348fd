#pragma once

#include <string>

#include "server/namespace_stores.hpp"
#include "server/process/log.hpp"

namespace tailrace::server {

/// The schemas of the namespaces beside a database in PostgreSQL, of which several servers make and remove
/// some. The name of a schema consists of the namespace's name and its number, which no other namespace ever
/// gets. So a server finds nothing in a schema that another server has removed.
///
/// A schema is listed in another row as long as it is not complete, or not removed completely:
///
///     state row := "file/unfinished/" number -> name of the namespace
///
/// Its lease belongs to the process that works on it. If that process has ended, the rest is removed at the
/// next start of a server.
class NamespaceSchemas final : public NamespaceStores {
  public:
    /// The log must outlive this object.
    NamespaceSchemas(table::StoreLocation location, table::Database& database, const Log& log);

    table::StoreLocation location_of(const std::string& name, const Kept& kept) const override;
    bool add(const std::string& name, Kept& kept, table::Store* content) override;
    bool unlist(const std::string& name, const Kept& kept) override;
    void remove(const std::string& name, const Kept& kept) override;

  private:
    void fill(const table::StoreLocation& location, table::Store* content) const;
    bool list_complete(const std::string& name, const Kept& kept);
    void remove_unfinished();
    bool is_abandoned(const table::StoreLocation& location) const;

    const table::StoreLocation location_;
    const Log& log_;
};

}  // namespace tailrace::server
