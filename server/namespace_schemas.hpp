#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "server/namespace_stores.hpp"
#include "server/process/log.hpp"

namespace tailrace::server {

/// The schemas of the namespaces beside a database in PostgreSQL. Several servers may make and remove them.
/// The name of a schema consists of the namespace's name and its number, which no other namespace ever gets.
/// So a server finds nothing in a schema that another server has removed.
///
/// While a schema is being made or removed, it is listed in another row:
///
///     state row := "file/unfinished/" number -> {"Name": …, "Worker": 7}
///
/// The worker is the process that works on the schema, by the number that it has in the default namespace's
/// database; see table::Lease::process(). If it has ended, another one takes its place and removes the
/// schema.
class NamespaceSchemas final : public NamespaceStores {
  public:
    /// The log must outlive this object.
    NamespaceSchemas(table::StoreLocation location, table::Database& database, const Log& log);

    table::StoreLocation location_of(const std::string& name, const Kept& kept) const override;
    bool add(const std::string& name, Kept& kept, table::Store* content) override;
    bool unlist(const std::string& name, const Kept& kept) override;
    void remove(const std::string& name, const Kept& kept) override;
    void remove_abandoned() override;

  private:
    struct Unfinished {
        std::uint64_t number;
        std::string name;
        /// 0 if it is not known.
        std::uint64_t worker;
    };

    void make(const std::string& name, const Kept& kept, table::Store* content) const;
    bool list_complete(const std::string& name, const Kept& kept);
    std::vector<Unfinished> unfinished() const;
    bool take_over(const Unfinished& from);
    std::uint64_t own_number() const { return database_.lease()->process(); }
    std::string unfinished_text(const std::string& name) const;
    void begin_work(std::uint64_t number);
    void end_work(std::uint64_t number);
    bool works_on(std::uint64_t number);

    const table::StoreLocation location_;
    const Log& log_;
    std::mutex mutex_;
    /// The numbers of the schemas that this process works on.
    std::set<std::uint64_t> worked_on_;
};

}  // namespace tailrace::server
