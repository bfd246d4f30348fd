#include "server/contents.hpp"

#include <exception>
#include <string_view>
#include <utility>

#include "engine/operation/faults/fault_script.hpp"
#include "engine/operation/throughput/throughput.hpp"
#include "engine/table/database.hpp"
#include "engine/table/transactions/clear_tables.hpp"
#include "stream/mapping/parameters/mapping_options.hpp"

namespace tailrace::server {
namespace {

constexpr int looks_between_definitions = 10;

}  // namespace

ContentsSize size_of(table::Database& database) {
    return database.read([](table::ReadSession& session) {
        ContentsSize size;
        for (const auto& [name, table] : session.catalogue().tables) {
            if (session.find_table(name) == nullptr) continue;
            const table::Count rows = session.counts(*table).front();
            size.tables.push_back(name);
            size.items += rows.items;
            size.bytes += rows.bytes;
        }
        return size;
    });
}

template <typename Work>
auto Contents::copying(Work work) {
    struct Copy {
        explicit Copy(std::atomic<int>& under_way) : copies(under_way) { ++copies; }
        ~Copy() { --copies; }
        Copy(const Copy&) = delete;
        Copy& operator=(const Copy&) = delete;
        std::atomic<int>& copies;
    };
    const Copy copy(copies_);
    return work();
}

std::string Contents::give_mapping(const OnStream& wanted) {
    std::string id = parts_.start_mapping(wanted);
    if (sharing_ != nullptr) sharing_->give_again(id);
    const std::lock_guard lock(mutex_);
    given_.push_back(wanted);
    return id;
}

void Contents::change_mapping(const OnStream& wanted) {
    const auto running = parts_.dispatcher.find(stream::mapping_id(wanted.table + "/" + wanted.handler));
    if (running != nullptr) running->update(wanted.parameters);
    const std::lock_guard lock(mutex_);
    for (OnStream& each : given_) {
        if (each.table == wanted.table && each.handler == wanted.handler) each = wanted;
    }
}

void Contents::take_mapping(const std::string& table, const std::string& handler) {
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(given_,
                      [&](const OnStream& each) { return each.table == table && each.handler == handler; });
    }
    const std::string id = stream::mapping_id(table + "/" + handler);
    // A request may have removed it.
    if (parts_.dispatcher.find(id) == nullptr) return;
    if (is_main()) {
        parts_.mappings.remove(id);
    } else {
        parts_.dispatcher.remove(id, stream::Kept::state);
    }
}

void Contents::begin() {
    if (parts_.add_users) parts_.add_users(parts_.user_pools);
    if (parts_.add_tables) parts_.add_tables(parts_.engine);
}

void Contents::begin_anew() {
    parts_.user_pools.forget();
    begin();
}

Snapshot Contents::snapshot() {
    const auto fork = [&] { return parts_.engine.database().fork(); };
    std::unique_ptr<table::Store> store = parts_.is_in_memory ? fork() : copying(fork);
    Snapshot snapshot = snapshot_without_rows();
    snapshot.store = std::move(store);
    return snapshot;
}

Snapshot Contents::snapshot_without_rows() {
    Snapshot snapshot;
    if (parts_.movable_clock != nullptr) snapshot.now = parts_.movable_clock->now();
    snapshot.mappings = given_mappings();
    snapshot.size = size();
    snapshot.read_lags = parts_.engine.database().read_lags().lags;
    snapshot.throttle = parts_.engine.throughput().settings();
    snapshot.functions = parts_.functions.all();
    return snapshot;
}

std::vector<OnStream> Contents::given_mappings() {
    const std::lock_guard lock(mutex_);
    return given_;
}

ContentsSize Contents::size() {
    return size_of(parts_.engine.database());
}

void Contents::restore(Snapshot snapshot) {
    restart([&] {
        const bool is_empty = snapshot.store == nullptr;
        replace_store(is_empty ? empty_store() : std::move(snapshot.store));
        set_clock(snapshot.now);
        if (is_empty) {
            begin_anew();
        } else {
            parts_.user_pools.forget();
        }
        parts_.engine.database().set_read_lags(snapshot.read_lags);
        if (snapshot.throttle) parts_.engine.throughput().replace(*snapshot.throttle);
        parts_.functions.replace_all(snapshot.functions);
    });
}

void Contents::reset() {
    restart([&] {
        replace_store(empty_store());
        set_clock(began_);
        parts_.engine.faults().replace({});
        parts_.engine.database().set_read_lags({});
        parts_.engine.throughput().reset();
        parts_.functions.replace_all({});
        begin_anew();
        parts_.request_log.clear();
    });
}

void Contents::remove_items() {
    restart([&] {
        table::clear_tables(parts_.engine.database());
        parts_.dispatcher.forget_all();
        parts_.caches.clear();
    });
}

std::unique_ptr<table::Store> Contents::empty_store() const {
    return table::open_store({.page_budget = parts_.page_budget});
}

/// In memory, the new store takes the place of the old one. In a file, its rows are copied into the file. If
/// that fails, neither the tables nor the caches change.
void Contents::replace_store(std::unique_ptr<table::Store> store) {
    if (parts_.is_in_memory) {
        parts_.engine.replace(std::move(store));
    } else {
        copying([&] { parts_.engine.replace_rows(*store); });
    }
    parts_.caches.forget();
}

/// Nothing waits on the clock while the mappings are stopped, so it may go back.
void Contents::set_clock(std::optional<Timestamp> now) {
    ManualClock* const clock = parts_.movable_clock;
    if (clock != nullptr && now) clock->advance(*now - clock->now());
}

/// Stops all mappings, replaces what they work on, and starts the mappings that are in the new contents.
void Contents::restart(const std::function<void()>& replace) {
    require_lease();
    stream::ShardSharing::Alone alone;
    if (sharing_ != nullptr) alone = sharing_->alone(std::string(stream::every_mapping));
    std::exception_ptr failure;
    start_all([&] {
        try {
            replace();
        } catch (...) {
            failure = std::current_exception();
        }
    });
    if (failure) std::rethrow_exception(failure);
}

/// Stops all mappings, calls `before`, and starts the mappings that the contents have then.
void Contents::start_all(const std::function<void()>& before) {
    const std::vector<std::string> notices = parts_.mappings.restart([&] {
        if (sharing_ != nullptr) sharing_->forget_requests();
        before();
        start_given_mappings();
    });
    for (const std::string& notice : notices) parts_.log.warning(notice);
}

/// Otherwise mappings would run on while what they work on is replaced.
void Contents::require_lease() const {
    const table::Lease* const lease = parts_.engine.database().lease();
    if (lease != nullptr && lease->fence() == 0) throw AnsweredElsewhere(elsewhere());
}

std::string Contents::elsewhere() const {
    const table::Lease& lease = *parts_.engine.database().lease();
    if (lease.fence() != 0)
        return "This process is only beginning to answer requests about event source mappings. Try again.";
    const std::string owner = lease.owner();
    return "Another process on the same database answers requests about event source mappings" +
           (owner.empty() ? std::string() : ": " + owner) + ". Send the request to that one.";
}

void Contents::keep_lease() {
    table::Database& database = parts_.engine.database();
    sharing_ = std::make_unique<stream::ShardSharing>(parts_.dispatcher, database);
    parts_.mappings.share(*sharing_);
    lease_keeper_ = std::make_unique<LeaseKeeper>(
        *database.lease(), parts_.log,
        LeaseKeeper::Work{.begin = [this] { begin_leases(); }, .look = [this] { look(); }});
}

/// A process that has lost its leases keeps its mappings, as requests have left them. They do nothing until
/// it takes leases again.
void Contents::begin_leases() {
    if (!has_begun_) {
        start_all([] {});
        has_begun_ = true;
        return;
    }
    const std::uint64_t process = parts_.engine.database().lease()->process();
    for (const auto& mapping : parts_.dispatcher.all()) mapping->shards().begin_anew(process);
    start_given_mappings();
    // Requests to others may have changed mappings meanwhile, so the next look() reads the definitions.
    looks_ = looks_between_definitions;
}

/// The main process is the only one that changes definitions, so it need not read them, except when it has
/// just become the main one.
void Contents::look() {
    const std::uint64_t fence = parts_.engine.database().lease()->fence();
    if (fence != main_fence_ || (fence == 0 && ++looks_ >= looks_between_definitions)) {
        looks_ = 0;
        // Without mappings, a namespace that rests keeps its connections closed.
        const bool may_have_changed = fence != main_fence_ || sharing_->are_there_mappings();
        if (may_have_changed && !is_resting_) parts_.mappings.follow();
    }
    const bool may_run = sharing_->look();
    main_fence_ = fence;
    if (may_run != is_resting_) return;
    is_resting_ = !may_run;
    if (is_resting_) {
        parts_.mappings.detach();
    } else {
        start_all([] {});
    }
}

/// This process is the main one only after it has read what the previous main process changed.
bool Contents::is_main() const {
    const table::Lease* const lease = parts_.engine.database().lease();
    if (lease == nullptr) return true;
    const std::uint64_t fence = lease->fence();
    return fence != 0 && fence == main_fence_;
}

void Contents::leave_lease() noexcept {
    if (lease_keeper_ != nullptr) lease_keeper_->only_renew();
}

/// Other processes go on at once.
void Contents::end_lease() noexcept {
    if (lease_keeper_ == nullptr) return;
    lease_keeper_.reset();
    parts_.engine.database().lease()->release();
}

/// Leaves out those that run already and those that a request has removed.
void Contents::start_given_mappings() {
    const std::lock_guard lock(mutex_);
    for (const OnStream& each : given_) {
        const std::string id = stream::mapping_id(each.table + "/" + each.handler);
        const bool is_removed = sharing_ != nullptr && sharing_->is_removed(id);
        if (is_removed || parts_.dispatcher.find(id) != nullptr) continue;
        try {
            parts_.start_mapping(each);
        } catch (const std::exception& error) {
            parts_.log.error("the mapping of " + each.table + " cannot be started again: " + error.what());
        }
    }
}

}  // namespace tailrace::server
