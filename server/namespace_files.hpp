#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "server/namespace_stores.hpp"

namespace tailrace::server {

/// The files of the namespaces beside a database file FILE. The one with the number 7 is FILE.ns/7.db.
///
/// A file is complete, and on the disk, before it is listed. Files that are not listed are left from an
/// interrupted change, and are removed at the start. No two files get the same number while this object
/// exists.
class NamespaceFiles final : public NamespaceStores {
  public:
    NamespaceFiles(std::string_view db_path, table::Database& database);

    table::StoreLocation location_of(const std::string& name, const Kept& kept) const override;
    bool add(const std::string& name, Kept& kept, table::Store* content) override;
    bool unlist(const std::string& name, const Kept& kept) override;
    void remove(const std::string& name, const Kept& kept) override;

  private:
    std::string path(std::uint64_t number) const;
    void remove_files(std::uint64_t number) const;
    void remove_unlisted() const;

    const std::string folder_;
    std::mutex mutex_;
    std::uint64_t newest_ = 0;
};

}  // namespace tailrace::server
