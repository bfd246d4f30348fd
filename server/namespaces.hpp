#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"
#include "server/front_door.hpp"
#include "server/namespace.hpp"
#include "server/namespace_stores.hpp"
#include "server/process/log.hpp"
#include "server/tailrace.hpp"
#include "server/web/namespace_rules.hpp"
#include "server/wire/http_message.hpp"

namespace tailrace::server {

/// Why something cannot be done with a namespace, for people. In the message, control characters become
/// spaces.
class NamespaceError : public std::runtime_error {
  public:
    enum class Kind { no_name, unknown, exists, too_many, refused };
    NamespaceError(Kind kind, const std::string& message);
    Kind kind() const { return kind_; }
    /// The HTTP status of the answer, for all APIs but DynamoDB's.
    int status() const;

  private:
    Kind kind_;
};

/// What to make a namespace from.
struct NewNamespace {
    std::string name;
    /// The namespace to fork; empty for an empty namespace.
    std::string from = {};
    /// The time of a clock of its own that moves on request. Without it, a fork has a clock like that of its
    /// source, and an empty namespace one like the server's.
    std::optional<Timestamp> clock = {};
    /// True for the machine's clock.
    bool has_real_clock = false;
};

/// A namespace, for display.
struct NamespaceStatus {
    std::string name;
    /// Nullopt for a namespace in a file that has had no request since the start.
    std::optional<ContentsSize> size;
    /// The time of a clock of its own; nullopt for the machine's clock.
    std::optional<Timestamp> clock;
    std::vector<std::string> snapshots;
};

/// All namespaces of a server: the default one, which somebody else owns, and those that are made while it
/// runs. Until its first request, a namespace has only its data; then it gets a Tailrace, which rests when no
/// more requests come. If the default one is in a file, so are the others. If it is in PostgreSQL, they are
/// schemas beside it, and other servers may make and remove some at any time. Snapshots are in memory and do
/// not outlive the server. Thread-safe. Functions that take a name throw NamespaceError, and StorageError.
class Namespaces {
  public:
    /// A Tailrace, which is not destroyed before this object.
    struct Use {
        std::shared_ptr<Namespace> holder;
        Tailrace& tailrace;
    };

    /// `home` is the default namespace, and `door` has the rules for requests to all namespaces. The clock of
    /// an empty namespace begins where that of `home` is now. `home` and the log must outlive this object.
    Namespaces(Tailrace& home, const Log& log, FrontDoorOptions door = {}, NamespacesOptions options = {});
    ~Namespaces();
    Namespaces(const Namespaces&) = delete;
    Namespaces& operator=(const Namespaces&) = delete;

    /// Returns the options for the door of the default namespace. The door must not be used after this object
    /// is destroyed.
    FrontDoorOptions home_door_options();
    /// Sets the URL of this server, for the functions of the default namespace and of those that are made
    /// afterwards.
    void set_endpoint(std::string url);

    /// Returns the namespace, or null if there is none. The name must not be the default namespace's.
    /// `failed` is one that could not answer a request: if another server has removed it, it is stopped and
    /// not found any more.
    std::shared_ptr<Namespace> find(std::string_view name, const Namespace* failed = nullptr);
    /// The same, but also returns null if the namespace has had no request yet. Does not throw if the name is
    /// not valid.
    std::shared_ptr<Namespace> find_running(std::string_view name) const;
    /// Returns the namespace. If there is none, makes an empty one.
    std::shared_ptr<Namespace> find_or_make(std::string_view name);
    /// Returns an empty namespace that stands for one that does not exist. Nothing may be written to it.
    /// Throws if requests to a namespace that does not exist are refused.
    std::shared_ptr<Namespace> vacant_for(std::string_view name);
    /// For a request that may create something, such as CreateTable. Returns true if an empty namespace would
    /// refuse it, and sets `response` to the refusal.
    bool refuses_when_empty(const HttpRequest& request, HttpResponse& response) const;

    void create(const NewNamespace& wanted);
    /// Ends the function calls of the namespace as far as they can be ended. Requests under way are answered.
    void remove(std::string_view name);
    /// Replaces a snapshot of the same name. Throws if the namespace has too many others.
    void take_snapshot(std::string_view name, const std::string& snapshot);
    void remove_snapshot(std::string_view name, std::string_view snapshot);
    /// See Contents.
    void restore(std::string_view name, std::string_view snapshot);
    /// Returns the Tailrace of any namespace, including the default one.
    Use use(std::string_view name);

    /// The default namespace comes first, then the others in the order of their names.
    std::vector<NamespaceStatus> list();
    NamespaceStatus status(const std::string& name);
    /// Returns the names of at most three namespaces that have the table, without the namespace `except`.
    /// Leaves out those whose rows are being copied, because it must not wait for that.
    std::vector<std::string> others_with_table(std::string_view table, std::string_view except);

    /// Returns the namespaces that have had a request, without the default one.
    std::vector<std::shared_ptr<Namespace>> running() const;
    /// Removes expired items in all namespaces but the default one, and lets those rest that have been idle
    /// for long enough at `now`. Called by the thread of the default namespace's sweeper, which sweeps that
    /// one.
    void sweep(std::chrono::steady_clock::time_point now);

  private:
    struct Entry {
        explicit Entry(Snapshot begins_with) : content(std::move(begins_with)) {}

        std::mutex mutex;
        /// What the namespace begins with, until it runs.
        Snapshot content;
        /// The store that the content is in, if that is not in memory.
        NamespaceStores::Kept kept = {};
        std::shared_ptr<Namespace> running;
        std::map<std::string, Snapshot, std::less<>> snapshots;
    };
    using EntryPointer = std::shared_ptr<Entry>;

    static void check_name(std::string_view name);
    [[noreturn]] static void refuse_unknown(std::string_view name);
    [[noreturn]] static void refuse_existing(const std::string& name);
    [[noreturn]] static void refuse_unknown_snapshot(std::string_view name, std::string_view snapshot);
    EntryPointer entry(std::string_view name) const;
    EntryPointer entry_or_listed(std::string_view name);
    EntryPointer known_entry(std::string_view name);
    EntryPointer entry_of(const NamespaceStores::Kept& kept) const;
    bool is_shared() const { return stores_ != nullptr && stores_->are_shared(); }
    void refresh();
    bool forget_if_removed(const std::string& name, const EntryPointer& found);
    void forget_if_removed(std::string_view name, const Namespace& failed);
    void forget(const std::string& name, const EntryPointer& removed);
    void check_room(const std::string& name);
    std::shared_ptr<Namespace> run(std::string_view name, Entry& entry);
    std::shared_ptr<Namespace> make(std::string_view name, Snapshot content,
                                    const NamespaceStores::Kept* kept = nullptr);
    Snapshot empty_content() const { return {.now = start_}; }
    void open_stores();
    void put_into_store(const NewNamespace& wanted, Entry& made);
    bool has_own_clock(const NewNamespace& wanted);
    bool is_only_data(std::string_view name, const Entry& entry) const;
    bool is_copying(std::string_view name) const;
    Snapshot content_of(std::string_view name);
    Snapshot content_to_copy(const std::string& name);
    std::vector<std::pair<std::string, EntryPointer>> entries() const;
    NamespaceStatus status(const std::string& name, Entry& entry);

    Tailrace& home_;
    const Log& log_;
    const FrontDoorOptions door_;
    const NamespacesOptions options_;
    /// Where the clock of an empty namespace begins; nullopt for the machine's clock.
    const std::optional<Timestamp> start_;
    /// Null in memory.
    std::unique_ptr<NamespaceStores> stores_;
    /// Held while a namespace is made or removed.
    std::mutex change_mutex_;
    mutable std::shared_mutex mutex_;
    std::string endpoint_;
    /// Includes the default namespace, whose entry has only its snapshots.
    std::map<std::string, EntryPointer, std::less<>> entries_;
    std::mutex vacant_mutex_;
    std::shared_ptr<Namespace> vacant_;
};

}  // namespace tailrace::server
