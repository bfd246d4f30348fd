#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/table/state_row.hpp"
#include "engine/table/store.hpp"

namespace tailrace::server {

/// Where the namespaces beside a database are, each in a store of its own. The database lists them:
///
///     state row := "file/namespaces/" name -> {"Number": 7, "Clock": …, "Mappings": true}
///
/// A store is complete before it is listed. Thread-safe. All functions throw StorageError.
class NamespaceStores {
  public:
    struct Kept {
        /// No two stores have the same.
        std::uint64_t number = 0;
        /// A time, "real", or empty for a clock like the server's.
        std::string clock = {};
        /// True if it has the mappings that the server was started with.
        bool has_given_mappings = false;
    };

    /// `database` is that of the default namespace, and must outlive this object.
    explicit NamespaceStores(table::Database& database) : database_(database) {}
    virtual ~NamespaceStores() = default;
    NamespaceStores(const NamespaceStores&) = delete;
    NamespaceStores& operator=(const NamespaceStores&) = delete;

    static std::map<std::string, Kept> listed_in(table::Database& database);
    std::map<std::string, Kept> list() const { return listed_in(database_); }
    /// Returns nullopt if there is no such namespace in the list.
    std::optional<Kept> find(const std::string& name) const;
    /// True if the namespace with that name and number is not in the list any more; false if that cannot be
    /// found out.
    bool has_lost(const std::string& name, std::uint64_t number) const noexcept;
    /// True if other processes make and remove namespaces, too.
    bool are_shared() const { return database_.lease() != nullptr; }

    /// Throws if the store is missing and that can be seen without opening it.
    virtual table::StoreLocation location_of(const std::string& name, const Kept& kept) const = 0;
    /// Makes a store, lists it, and sets its number. The store has the rows of `content`, or none if that is
    /// null. Returns false if another process has listed a namespace of that name meanwhile.
    virtual bool add(const std::string& name, Kept& kept, table::Store* content) = 0;
    /// Takes a namespace from the list. Returns false if the namespace is not in the list any more.
    virtual bool unlist(const std::string& name, const Kept& kept) = 0;
    /// Removes the store of a namespace that unlist() has taken from the list.
    virtual void remove(const std::string& name, const Kept& kept) = 0;
    /// Removes what processes that have ended have left behind. Called now and then by the process that has
    /// the lease.
    virtual void remove_abandoned() {}

  protected:
    static std::string row_of(std::string_view name);
    static std::string text_of(const Kept& kept);
    static Kept kept_in(std::string_view name, std::string_view text);

    table::Database& database_;
};

}  // namespace tailrace::server
