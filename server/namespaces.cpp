#include "server/namespaces.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "server/namespace_endpoints.hpp"
#include "server/namespace_files.hpp"
#include "server/namespace_schemas.hpp"
#include "server/wire/moment.hpp"
#include "server/wire/shown_text.hpp"

namespace tailrace::server {
namespace {

using Kind = NamespaceError::Kind;

/// The maximum number of namespaces that a hint names.
constexpr std::size_t max_hinted = 3;
/// The maximum number of snapshots of one namespace. Each keeps memory until it is removed.
constexpr std::size_t max_snapshots = 100;

/// Returns the account in "123456789012" and "123456789012.eu-west-1", or an empty string.
std::string account_in(std::string_view name) {
    const std::string_view account = name.substr(0, name.find('.'));
    return is_account_id(account) ? std::string(account) : std::string();
}

/// Returns the time of a clock that requests may move, or nullopt for the machine's clock.
std::optional<Timestamp> movable_time_of(const Tailrace& tailrace) {
    const ManualClock* const clock = tailrace.options().movable_clock;
    return clock != nullptr ? std::optional(clock->now()) : std::nullopt;
}

}  // namespace

NamespaceError::NamespaceError(Kind kind, const std::string& message)
    : std::runtime_error(shown_line(message)), kind_(kind) {}

int NamespaceError::status() const {
    if (kind_ == Kind::no_name) return 400;
    return kind_ == Kind::unknown ? 404 : 409;
}

Namespaces::Namespaces(Tailrace& home, const Log& log, FrontDoorOptions door, NamespacesOptions options)
    : home_(home), log_(log), door_(std::move(door)), options_(options), start_(movable_time_of(home)) {
    entries_.emplace(default_namespace, std::make_shared<Entry>(Snapshot()));
    if (!home.options().store_location.in_memory()) open_stores();
    home_.sweeper().look_also([this] { sweep(steady_time()); }, options_.idle_limit);
}

void Namespaces::open_stores() {
    const table::StoreLocation& location = home_.options().store_location;
    table::Database& database = home_.engine().database();
    if (const auto file = location.file()) {
        stores_ = std::make_unique<NamespaceFiles>(*file, database);
    } else {
        stores_ = std::make_unique<NamespaceSchemas>(location, database, log_);
    }
    for (const auto& [name, kept] : stores_->list()) entries_.emplace(name, entry_of(kept));
}

Namespaces::EntryPointer Namespaces::entry_of(const NamespaceStores::Kept& kept) const {
    auto found = std::make_shared<Entry>(empty_content());
    found->kept = kept;
    if (kept.clock == "real") found->content.now.reset();
    if (const auto time = parse_moment(kept.clock)) found->content.now = time;
    return found;
}

Namespaces::~Namespaces() {
    home_.sweeper().look_also({});
    // All of them stop at the same time, so this takes only as long as the slowest.
    for (const auto& each : running()) each->tailrace().begin_stop();
}

FrontDoorOptions Namespaces::home_door_options() {
    FrontDoorOptions door = door_;
    door.others_with_table = [this](std::string_view table, std::string_view except) {
        return others_with_table(table, except);
    };
    door.has_manual_clock = home_.options().movable_clock != nullptr;
    return door;
}

void Namespaces::set_endpoint(std::string url) {
    home_.functions().set_endpoint(url);
    const std::unique_lock lock(mutex_);
    endpoint_ = std::move(url);
}

void Namespaces::check_name(std::string_view name) {
    if (is_namespace_name(name)) return;
    throw NamespaceError(Kind::no_name,
                         "'" + std::string(name) +
                             "' is not the name of a namespace: 1 to 64 letters, digits, dots, "
                             "underscores and hyphens, not only dots.");
}

void Namespaces::refuse_unknown(std::string_view name) {
    throw NamespaceError(Kind::unknown, "There is no namespace '" + std::string(name) +
                                            "'. GET /_tailrace/namespaces lists them, POST makes one.");
}

void Namespaces::refuse_existing(const std::string& name) {
    throw NamespaceError(Kind::exists, "There is already a namespace '" + name + "'.");
}

void Namespaces::refuse_unknown_snapshot(std::string_view name, std::string_view snapshot) {
    throw NamespaceError(Kind::unknown, "The namespace '" + std::string(name) + "' has no snapshot '" +
                                            std::string(snapshot) + "'.");
}

Namespaces::EntryPointer Namespaces::entry(std::string_view name) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : found->second;
}

/// Another server may have made it. Requests to a namespace that does not exist anywhere ask the database
/// each time.
Namespaces::EntryPointer Namespaces::entry_or_listed(std::string_view name) {
    EntryPointer found = entry(name);
    if (found != nullptr || !is_shared()) return found;
    const auto kept = stores_->find(std::string(name));
    if (!kept) return nullptr;
    const std::unique_lock lock(mutex_);
    return entries_.try_emplace(std::string(name), entry_of(*kept)).first->second;
}

/// Brings the list up to what other servers have made and removed.
void Namespaces::refresh() {
    if (!is_shared()) return;
    // The known namespaces are copied before the list is read: a namespace that is added meanwhile may be
    // missing in the list, and must not be forgotten.
    const auto known = entries();
    const auto listed = stores_->list();
    for (const auto& [name, found] : known) {
        const auto kept = listed.find(name);
        const bool is_there = kept != listed.end() && kept->second.number == found->kept.number;
        if (!is_there && name != default_namespace) forget(name, found);
    }
    const std::unique_lock lock(mutex_);
    for (const auto& [name, kept] : listed) entries_.try_emplace(name, entry_of(kept));
}

bool Namespaces::forget_if_removed(const std::string& name, const EntryPointer& found) {
    if (!is_shared() || !stores_->has_lost(name, found->kept.number)) return false;
    forget(name, found);
    return true;
}

void Namespaces::forget_if_removed(std::string_view name, const Namespace& failed) {
    const EntryPointer found = entry(name);
    if (found == nullptr) return;
    {
        const std::lock_guard lock(found->mutex);
        if (found->running.get() != &failed) return;
    }
    forget_if_removed(std::string(name), found);
}

/// What runs is destroyed when the last request to it has been answered.
void Namespaces::forget(const std::string& name, const EntryPointer& removed) {
    {
        const std::unique_lock lock(mutex_);
        const auto place = entries_.find(name);
        if (place != entries_.end() && place->second == removed) entries_.erase(place);
    }
    std::shared_ptr<Namespace> stopped;
    const std::lock_guard lock(removed->mutex);
    stopped.swap(removed->running);
    if (stopped == nullptr) return;
    stopped->tailrace().begin_stop();
    stopped->tailrace().stop_functions(stream::namespace_was_removed);
}

Namespaces::EntryPointer Namespaces::known_entry(std::string_view name) {
    check_name(name);
    EntryPointer found = entry_or_listed(name);
    if (found == nullptr) refuse_unknown(name);
    return found;
}

void Namespaces::check_room(const std::string& name) {
    refresh();
    const std::shared_lock lock(mutex_);
    if (entries_.contains(name)) refuse_existing(name);
    if (entries_.size() <= options_.max_namespaces) return;
    throw NamespaceError(Kind::too_many, "There are already " + std::to_string(options_.max_namespaces) +
                                             " namespaces, as many as --max-namespaces allows. DELETE "
                                             "/_tailrace/namespaces/NAME removes one.");
}

/// `kept` is null for a namespace in memory.
std::shared_ptr<Namespace> Namespaces::make(std::string_view name, Snapshot content,
                                            const NamespaceStores::Kept* kept) {
    NamespaceOptions options{.tailrace = home_.options(),
                             .door = home_door_options(),
                             .endpoint = {},
                             .functions = home_.functions().all()};
    options.tailrace.beside = &home_;
    options.tailrace.store_must_exist = kept != nullptr;
    options.tailrace.store_location =
        kept != nullptr ? stores_->location_of(std::string(name), *kept) : table::StoreLocation();
    options.door.namespace_name = name;
    if (kept != nullptr && is_shared()) {
        options.door.was_removed = [this, of = std::string(name), number = kept->number] {
            return stores_->has_lost(of, number);
        };
    }
    {
        const std::shared_lock lock(mutex_);
        if (!endpoint_.empty()) options.endpoint = endpoint_ + "/~" + std::string(name);
    }
    if (options_.isolation == Isolation::account || options_.isolation == Isolation::account_and_region) {
        const std::string account = account_in(name);
        if (!account.empty()) options.tailrace.engine.account_id = account;
    }
    auto made = std::make_shared<Namespace>(std::move(options), std::move(content), log_);
    add_namespace_endpoints(made->admin(), *this);
    return made;
}

std::shared_ptr<Namespace> Namespaces::run(std::string_view name, Entry& entry) {
    const std::lock_guard lock(entry.mutex);
    if (entry.running == nullptr) {
        // This is a copy, because the entry keeps its content until the namespace runs: if make() throws, the
        // next request tries again.
        Snapshot content = entry.content.copy();
        if (entry.kept.has_given_mappings) content.mappings = home_.contents().given_mappings();
        entry.running = make(name, std::move(content), stores_ != nullptr ? &entry.kept : nullptr);
        entry.content = {};
    }
    return entry.running;
}

std::shared_ptr<Namespace> Namespaces::find(std::string_view name, const Namespace* failed) {
    check_name(name);
    if (failed != nullptr) forget_if_removed(name, *failed);
    while (const EntryPointer found = entry_or_listed(name)) {
        try {
            return run(name, *found);
        } catch (const table::StoreMissing&) {
            if (!forget_if_removed(std::string(name), found)) throw;
        }
    }
    return nullptr;
}

std::shared_ptr<Namespace> Namespaces::find_running(std::string_view name) const {
    const EntryPointer found = entry(name);
    if (found == nullptr) return nullptr;
    const std::lock_guard lock(found->mutex);
    return found->running;
}

std::shared_ptr<Namespace> Namespaces::find_or_make(std::string_view name) {
    try {
        create({.name = std::string(name)});
    } catch (const NamespaceError& error) {
        // Another request may have made it in the meantime.
        if (error.kind() != Kind::exists) throw;
    }
    std::shared_ptr<Namespace> found = find(name);
    if (found == nullptr) refuse_unknown(name);
    return found;
}

std::shared_ptr<Namespace> Namespaces::vacant_for(std::string_view name) {
    if (options_.are_explicit) refuse_unknown(name);
    const std::lock_guard lock(vacant_mutex_);
    if (vacant_ == nullptr) {
        vacant_ = make("(none)", empty_content());
        // It stands for every namespace that does not exist, so a request to one must not be seen in another.
        vacant_->tailrace().engine().set_request_observer(nullptr);
    }
    return vacant_;
}

/// The namespace that is asked is thrown away afterwards, so it may carry out the request.
bool Namespaces::refuses_when_empty(const HttpRequest& request, HttpResponse& response) const {
    const Log quiet(LogLevel::error, home_.engine().clock());
    NamespaceOptions options{.tailrace = home_.options(), .door = door_};
    options.tailrace.store_location = {};
    options.tailrace.add_users = {};
    options.tailrace.add_tables = {};
    Namespace empty(std::move(options), empty_content(), quiet);
    HttpResponse answer;
    empty.door().answer(request, answer);
    if (answer.status == 200) return false;
    response = std::move(answer);
    return true;
}

/// True if the namespace has not run yet and is in memory, so that the entry has all of it. The entry's mutex
/// must be held.
bool Namespaces::is_only_data(std::string_view name, const Entry& entry) const {
    return stores_ == nullptr && name != default_namespace && entry.running == nullptr;
}

/// Returns a copy of what the namespace has.
Snapshot Namespaces::content_of(std::string_view name) {
    const EntryPointer of = known_entry(name);
    {
        const std::lock_guard lock(of->mutex);
        if (is_only_data(name, *of)) return of->content.copy();
    }
    return use(name).tailrace.contents().snapshot();
}

/// Does the same for a fork. If the database is shared, the result refers to the namespace's own store, so
/// that its rows are not copied into memory.
Snapshot Namespaces::content_to_copy(const std::string& name) {
    if (!is_shared()) return content_of(name);
    Snapshot content = use(name).tailrace.contents().snapshot_without_rows();
    const bool is_home = name == default_namespace;
    content.store =
        table::open_store({.location = is_home ? home_.options().store_location
                                               : stores_->location_of(name, known_entry(name)->kept),
                           .must_exist = true});
    return content;
}

void Namespaces::create(const NewNamespace& wanted) {
    check_name(wanted.name);
    const std::lock_guard changing(change_mutex_);
    check_room(wanted.name);
    const EntryPointer made =
        std::make_shared<Entry>(wanted.from.empty() ? empty_content() : content_to_copy(wanted.from));
    if (wanted.clock) made->content.now = wanted.clock;
    if (wanted.has_real_clock) made->content.now.reset();
    if (stores_ != nullptr) put_into_store(wanted, *made);
    const std::unique_lock lock(mutex_);
    // Meanwhile a request may have found it in the list.
    entries_.insert_or_assign(wanted.name, made);
}

void Namespaces::put_into_store(const NewNamespace& wanted, Entry& made) {
    made.kept.has_given_mappings = !made.content.mappings.empty();
    if (has_own_clock(wanted)) {
        made.kept.clock = made.content.now ? iso_time(*made.content.now) : "real";
    }
    if (!stores_->add(wanted.name, made.kept, made.content.store.get())) refuse_existing(wanted.name);
    made.content.store.reset();
}

/// True if a clock is asked for, or if the namespace is a fork of one that has a clock of its own.
bool Namespaces::has_own_clock(const NewNamespace& wanted) {
    if (wanted.clock || wanted.has_real_clock) return true;
    return !wanted.from.empty() && !known_entry(wanted.from)->kept.clock.empty();
}

void Namespaces::remove(std::string_view name) {
    if (name == default_namespace) {
        throw NamespaceError(Kind::refused,
                             "The default namespace cannot be removed. POST "
                             "/_tailrace/namespaces/default/reset removes everything in it.");
    }
    EntryPointer removed;
    {
        const std::lock_guard changing(change_mutex_);
        removed = known_entry(name);
        const bool is_listed = stores_ == nullptr || stores_->unlist(std::string(name), removed->kept);
        forget(std::string(name), removed);
        if (!is_listed) refuse_unknown(name);
    }
    if (stores_ != nullptr) stores_->remove(std::string(name), removed->kept);
}

Namespaces::Use Namespaces::use(std::string_view name) {
    if (name == default_namespace) return {nullptr, home_};
    std::shared_ptr<Namespace> holder = find(name);
    if (holder == nullptr) refuse_unknown(name);
    Tailrace& tailrace = holder->tailrace();
    return {std::move(holder), tailrace};
}

void Namespaces::take_snapshot(std::string_view name, const std::string& snapshot) {
    check_name(snapshot);
    const EntryPointer of = known_entry(name);
    Snapshot taken = content_of(name);
    const std::lock_guard lock(of->mutex);
    if (of->snapshots.size() >= max_snapshots && !of->snapshots.contains(snapshot)) {
        const std::string path = "/_tailrace/namespaces/" + std::string(name) + "/snapshots/NAME";
        throw NamespaceError(Kind::too_many, "The namespace '" + std::string(name) + "' already has " +
                                                 std::to_string(max_snapshots) + " snapshots. DELETE " +
                                                 path + " removes one.");
    }
    of->snapshots.insert_or_assign(snapshot, std::move(taken));
}

void Namespaces::remove_snapshot(std::string_view name, std::string_view snapshot) {
    const EntryPointer of = known_entry(name);
    const std::lock_guard lock(of->mutex);
    const auto found = of->snapshots.find(snapshot);
    if (found == of->snapshots.end()) refuse_unknown_snapshot(name, snapshot);
    of->snapshots.erase(found);
}

void Namespaces::restore(std::string_view name, std::string_view snapshot) {
    const EntryPointer of = known_entry(name);
    Snapshot copy;
    {
        const std::lock_guard lock(of->mutex);
        const auto found = of->snapshots.find(snapshot);
        if (found == of->snapshots.end()) refuse_unknown_snapshot(name, snapshot);
        copy = found->second.copy();
        if (is_only_data(name, *of)) {
            of->content = std::move(copy);
            return;
        }
    }
    use(name).tailrace.contents().restore(std::move(copy));
}

std::vector<std::pair<std::string, Namespaces::EntryPointer>> Namespaces::entries() const {
    const std::shared_lock lock(mutex_);
    return {entries_.begin(), entries_.end()};
}

std::vector<std::shared_ptr<Namespace>> Namespaces::running() const {
    std::vector<std::shared_ptr<Namespace>> running;
    for (const auto& [name, entry] : entries()) {
        const std::lock_guard lock(entry->mutex);
        if (entry->running != nullptr) running.push_back(entry->running);
    }
    return running;
}

NamespaceStatus Namespaces::status(const std::string& name, Entry& entry) {
    NamespaceStatus status{.name = name, .size = {}, .clock = {}, .snapshots = {}};
    std::shared_ptr<Namespace> holder;
    {
        const std::lock_guard lock(entry.mutex);
        for (const auto& [snapshot, content] : entry.snapshots) status.snapshots.push_back(snapshot);
        holder = entry.running;
        // The size of a namespace in a file is known only while it runs, and listing it does not start it.
        if (stores_ == nullptr) status.size = entry.content.size;
        status.clock = entry.content.now;
    }
    if (holder == nullptr && name != default_namespace) return status;
    Tailrace& tailrace = holder ? holder->tailrace() : home_;
    status.size = tailrace.contents().size();
    if (const auto time = movable_time_of(tailrace)) status.clock = time;
    return status;
}

NamespaceStatus Namespaces::status(const std::string& name) {
    return status(name, *known_entry(name));
}

std::vector<NamespaceStatus> Namespaces::list() {
    refresh();
    std::vector<NamespaceStatus> list;
    for (const auto& [name, entry] : entries()) list.push_back(status(name, *entry));
    const auto home = std::ranges::find(list, default_namespace, &NamespaceStatus::name);
    std::rotate(list.begin(), home, home + 1);
    return list;
}

bool Namespaces::is_copying(std::string_view name) const {
    if (name == default_namespace) return home_.contents().is_copying();
    const std::shared_ptr<Namespace> running = find_running(name);
    return running != nullptr && running->tailrace().contents().is_copying();
}

std::vector<std::string> Namespaces::others_with_table(std::string_view table, std::string_view except) {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries()) {
        if (name == except || is_copying(name)) continue;
        const auto size = status(name, *entry).size;
        if (!size || std::ranges::find(size->tables, table) == size->tables.end()) continue;
        names.push_back(name);
        if (names.size() == max_hinted) break;
    }
    return names;
}

void Namespaces::sweep(std::chrono::steady_clock::time_point now) {
    refresh();
    if (is_shared() && home_.contents().is_main()) stores_->remove_abandoned();
    for (const auto& each : running()) {
        try {
            if (home_.options().time_to_live_interval.count() > 0) each->sweep();
        } catch (const table::StoreMissing&) {  // NOLINT(bugprone-empty-catch): it was removed just now.
        } catch (const std::exception& error) {
            log_.error(std::string("time to live: a sweep of a namespace failed: ") + error.what());
        }
        if (options_.idle_limit.count() == 0) continue;
        // A namespace without requests has two pointers to it: one in its entry, and one in this list. Each
        // request under way has another.
        constexpr long without_requests = 2;
        if (each.use_count() > without_requests) each->note_request();
        each->rest_if_idle(now, options_.idle_limit);
    }
}

}  // namespace tailrace::server
