#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "engine/table/state_row.hpp"
#include "engine/table/store.hpp"

namespace tailrace::server {

/// The files of the namespaces beside a database file FILE. The one with the number 7 is FILE.ns/7.db. The
/// database lists them:
///
///     state row := "file/namespaces/" name -> {"Number": 7, "Clock": …, "Mappings": true}
///
/// A file is complete, and on the disk, before it is listed. Files that are not listed are left from an
/// interrupted change, and are removed at the start. No two files get the same number while this object
/// exists. Thread-safe. All functions throw StorageError.
class NamespaceFiles {
  public:
    struct Kept {
        std::uint64_t number = 0;
        /// A time, "real", or empty for a clock like the server's.
        std::string clock = {};
        /// True if it has the mappings that the server was started with.
        bool has_given_mappings = false;
    };

    /// `database` is that of the default namespace, and must outlive this object.
    NamespaceFiles(std::string_view db_path, table::Database& database);

    std::map<std::string, Kept> list() const;
    /// Returns the path of a file. Throws if the file is missing.
    std::string path_of(const Kept& kept) const;
    /// Makes a file, lists it, and returns its number. The file has the rows of `content`, or none if that is
    /// null.
    std::uint64_t add(const std::string& name, Kept kept, table::Store* content);
    void remove(const std::string& name, const Kept& kept);

  private:
    std::string path(std::uint64_t number) const;
    void remove_files(std::uint64_t number) const;
    void remove_unlisted() const;

    const std::string folder_;
    table::StateRows rows_;
    std::mutex mutex_;
    std::uint64_t newest_ = 0;
};

}  // namespace tailrace::server
