#include "engine/table/database.hpp"

#include <charconv>
#include <chrono>
#include <functional>
#include <map>

#include "engine/model/api_error.hpp"
#include "engine/table/catalogue/catalogue_rows.hpp"
#include "engine/table/count_rows.hpp"
#include "engine/table/store.hpp"

namespace tailrace::table {
namespace {

/// As much as a slow disk writes and syncs in about ten milliseconds: half a megabyte.
constexpr int pages_between_slices = 64;

/// What a database keeps in memory, as rows.
class MirroredState final : public storage::MirroredRows {
  public:
    explicit MirroredState(const DatabaseState& state) : state_(state) {}
    void write(storage::Transaction& transaction) const override {
        CatalogueRows<Counts> rows(transaction);
        for (const auto& [table, counts] : state_.counts) rows.save(std::to_string(table), counts);
        save_row(transaction, sequence_row, std::to_string(state_.sequence));
    }

  private:
    const DatabaseState& state_;
};

/// Reads the counts of the tables that the state has, and the newest sequence number.
void load_counts(storage::Transaction& transaction, DatabaseState& state) {
    CatalogueRows<Counts>(transaction).visit([&](std::string_view number, Counts counts) {
        storage::SpaceId table = 0;
        std::from_chars(number.data(), number.data() + number.size(), table);
        const auto found = state.counts.find(table);
        if (found == state.counts.end()) return;
        counts.resize(found->second.size());
        found->second = std::move(counts);
    });
    state.sequence = load_number(transaction, sequence_row);
}

}  // namespace

Database::Database(std::unique_ptr<storage::Store> store, const Clock& clock)
    : store_(std::move(store)), clock_(clock), state_(load(*store_)) {
    state_.lease = store_->lease();
}

Database::~Database() {
    if (shared_ != nullptr) finish_shared_commit();
}

void Database::use_readers() {
    state_.published = std::make_unique<Published>();
    writes_beside_ = store_->writes_beside();
    readers_ = std::make_shared<Readers>(store_);
    publish();
}

void Database::publish() {
    if (state_.published->is_open() || shared_ != nullptr || is_stale_) return;
    if (state_.gates != nullptr || state_.past != nullptr || !state_.unsettled.empty()) return;
    state_.published->open(state_.catalogue, state_.version.catalogue, readers_);
}

std::unique_ptr<storage::Reader> Database::take_reader(const Published::View& view) {
    std::unique_ptr<storage::Reader> reader = view.readers->take();
    if (reader != nullptr) return reader;
    // The lock is not taken: its holder may be waiting for other processes.
    if (writes_beside_) return view.readers->open();
    Hold hold(*this);
    hold.add(finish_before_whole());
    return view.readers->open();
}

std::unique_ptr<Snapshot> Database::open_snapshot(Begin begin) {
    std::optional<Published::View> view = state_.published->view();
    if (!view) return nullptr;
    std::unique_ptr<storage::Reader> reader = take_reader(*view);
    if (reader == nullptr) return nullptr;
    std::unique_ptr<storage::ReadTransaction> rows = (reader.get()->*begin)(view->version);
    if (rows == nullptr || !state_.published->is_valid(*view)) {
        rows.reset();
        view->readers->put_back(std::move(reader));
        return nullptr;
    }
    return std::make_unique<Snapshot>(std::move(*view), std::move(reader), std::move(rows));
}

std::optional<BesidePlace> Database::open_place() {
    std::optional<Published::View> view = state_.published->view();
    if (!view) return std::nullopt;
    std::unique_ptr<storage::Reader> reader = take_reader(*view);
    return BesidePlace(std::move(*view), std::move(reader));
}

void Database::catch_up() {
    const auto nothing = [](ReadSession&) { return true; };
    mutex_.lock();
    read_locked(nothing, {});
}

void look_at_others(Database& database) {
    std::optional<BesidePlace> place = database.writes_beside_ ? database.open_place() : std::nullopt;
    if (!place) return database.catch_up();
    const storage::StoreVersion version = place->version();
    place.reset();
    if (database.state_.published->is_news(version)) database.notify();
}

void SharedCommit::finish() {
    database_.finish(*this);
}

void SharedCommit::wait() {
    // The connections of the requests make the commit. If all of them are gone, this thread makes it after a
    // short wait.
    constexpr std::chrono::milliseconds patience(5);
    {
        std::unique_lock lock(mutex_);
        ended_.wait_for(lock, patience, [this] { return has_ended_; });
    }
    finish();
}

void SharedCommit::end() {
    transaction_.reset();
    {
        const std::lock_guard lock(mutex_);
        has_ended_ = true;
    }
    ended_.notify_all();
}

void Database::open_shared_commit() {
    shared_ = std::make_shared<SharedCommit>(*this, store_->begin(),
                                             CommittedMoment{clock_.now(), state_.sequence});
}

std::shared_ptr<SharedCommit> Database::join(const Requester& requester) {
    if (is_stale_) reload();
    if (requester.commit != nullptr) *requester.commit = shared_;
    return shared_;
}

bool Database::join_or_finish(const Requester& requester) {
    if (join(requester) == nullptr || requester.commit != nullptr) return false;
    return finish_shared_commit();
}

bool Database::end_part(const SharedCommit& commit, const Requester& requester) {
    const bool can_wait = requester.commit != nullptr;
    const bool ends =
        shared_.get() == &commit && (!can_wait || commit.rows_.parts >= SharedCommit::max_parts);
    const bool observable = ends && finish_shared_commit();
    if (!can_wait && commit.failure_) std::rethrow_exception(commit.failure_);
    return observable;
}

bool Database::finish_shared_commit() {
    SharedCommit& commit = *shared_;
    try {
        commit.rows_.write(*commit.transaction_, state_);
        commit.transaction_->commit();
    } catch (...) {
        fail_shared_commit(std::current_exception());
        return false;
    }
    const bool observable = commit.rows_.is_observable;
    commit.end();
    shared_.reset();
    return observable;
}

void Database::fail_shared_commit(std::exception_ptr failure) {
    shared_->failure_ = std::move(failure);
    shared_->end();
    shared_.reset();
    is_stale_ = true;
    try {
        reload();
    } catch (const storage::StorageError&) {
        // The next read or write reloads again, and reports the failure if that fails, too.
    }
}

bool Database::finish_before_whole() {
    return shared_ != nullptr && finish_shared_commit();
}

void Database::reload() {
    adopt(load(*store_));
}

void Database::finish(const SharedCommit& commit) {
    Hold hold(*this);
    if (commit.transaction_ != nullptr) hold.add(finish_shared_commit());
    if (commit.failure_) std::rethrow_exception(commit.failure_);
}

void Database::lock_for_slice(HoldBudget& budget) {
    mutex_.lock_after_others();
    const auto begin = steady_time();
    const bool observable = finish_before_whole();
    const bool is_moved = store_->checkpoint(pages_between_slices);
    if (!is_moved && !observable) return;
    mutex_.unlock();
    if (observable) notify();
    budget.took(std::chrono::ceil<std::chrono::microseconds>(steady_time() - begin));
    mutex_.lock_after_others();
}

void Database::give_up(const storage::Conflict& conflict) {
    throw storage::StorageError(std::string(conflict.what()) + ", " + std::to_string(max_attempts) +
                                " times in a row");
}

DatabaseState Database::load(storage::Store& store) {
    return load(*store.begin_reading());
}

DatabaseState Database::load(storage::Transaction& transaction) {
    DatabaseState state;
    const auto catalogue = std::make_shared<Catalogue>();
    CatalogueRows<TableDefinition>(transaction).visit([&](std::string_view, TableDefinition definition) {
        state.counts[definition.space].resize(definition.indexes.size() + 1);
        catalogue->put(std::move(definition));
    });
    load_counts(transaction, state);
    std::map<std::string, StreamShards, std::less<>> shards;
    CatalogueRows<StreamShards>(transaction).visit([&](std::string_view arn, StreamShards of_stream) {
        shards.emplace(arn, std::move(of_stream));
    });
    CatalogueRows<StreamDefinition>(transaction).visit([&](std::string_view arn, StreamDefinition stream) {
        const auto found = shards.find(arn);
        // Reading a row that is missing reports it.
        catalogue->put(stream.arn, found != shards.end() ? std::move(found->second)
                                                         : CatalogueRows<StreamShards>(transaction).at(arn));
        catalogue->put(std::move(stream));
    });
    catalogue->check_spaces({.all = transaction.spaces(),
                             .kept = spaces_that_are<KeptSpace>(transaction),
                             .discarded = spaces_that_are<DiscardedSpace>(transaction),
                             .newest = static_cast<storage::SpaceId>(load_number(transaction, space_row))});
    state.adopt(catalogue);
    state.version = transaction.version();
    return state;
}

std::unique_ptr<storage::Transaction> Database::caught_up(std::unique_ptr<storage::Transaction> transaction) {
    const storage::StoreVersion now = transaction->version();
    if (now.catalogue != state_.version.catalogue) {
        DatabaseState loaded = load(*transaction);
        if (state_.published != nullptr) state_.published->close();
        state_.catalogue = std::move(loaded.catalogue);
        state_.unsettled = std::move(loaded.unsettled);
        state_.counts = std::move(loaded.counts);
    }
    const storage::StoreVersion& before = state_.version;
    if (now.commits != before.commits || now.drawn != before.drawn) has_caught_up_ = true;
    state_.sequence = now.newest;
    state_.version = now;
    return transaction;
}

void Database::adopt(DatabaseState loaded) {
    is_stale_ = false;
    if (state_.published != nullptr) state_.published->close();
    state_.catalogue = std::move(loaded.catalogue);
    state_.unsettled = std::move(loaded.unsettled);
    state_.counts = std::move(loaded.counts);
    state_.sequence = loaded.sequence;
    state_.holds = {};
    if (state_.past != nullptr) state_.past->history.forget_all();
}

/// The rows are written here and not into the fork, which stays small until it is used.
std::unique_ptr<storage::Store> Database::fork() {
    Hold hold(*this);
    hold.add(finish_before_whole());
    if (is_stale_) reload();
    store_->write_left_out(MirroredState(state_));
    std::unique_ptr<storage::Store> fork = store_->fork();
    if (store_->writes_beside()) sum_counts(*fork);
    return fork;
}

void Database::rest() {
    Hold hold(*this);
    hold.add(finish_before_whole());
    if (readers_ != nullptr) readers_->rest();
    store_->rest();
}

void Database::replace(std::unique_ptr<storage::Store> store) {
    Hold hold(*this);
    hold.add(finish_before_whole());
    DatabaseState loaded = load(*store);
    store_ = std::move(store);
    state_.lease = store_->lease();
    if (readers_ != nullptr) readers_ = std::make_shared<Readers>(store_);
    adopt(std::move(loaded));
    hold.add(true);
}

void Database::replace_rows(storage::Store& source) {
    Hold hold(*this);
    hold.add(finish_before_whole());
    DatabaseState loaded = load(source);
    copy_rows(source, *store_);
    adopt(std::move(loaded));
    hold.add(true);
}

std::vector<TableDefinition> Database::settled_tables() const {
    const Timestamp now = clock_.now();
    std::vector<TableDefinition> settled;
    for (const auto& table : state_.unsettled) {
        if (table->transition->is_under_way(now)) continue;
        settled.push_back(*table);
        settled.back().transition->settle();
    }
    return settled;
}

void Database::settle_transitions() {
    if (settled_tables().empty()) return;
    try {
        bool observable = false;
        // Another process may have changed the tables since.
        const auto save = [&](WriteSession& session) {
            for (const TableDefinition& each : settled_tables()) session.save_table(each);
            return true;
        };
        commit(save, observable, {});
    } catch (const storage::StorageError&) {
        // A read does not need this write to succeed. A write will meet the same fault and report it.
        auto catalogue = std::make_shared<Catalogue>(*state_.catalogue);
        for (const TableDefinition& each : settled_tables()) catalogue->put(each);
        state_.adopt(std::move(catalogue));
    }
}

void Database::add_gate(ItemGate& gate) {
    const Hold hold(*this);
    std::vector<ItemGate*>& gates = state_.asked_gates();
    gates.insert(gates.end() - 1, &gate);
}

void Database::set_read_lags(ReadLags lags) {
    const Hold hold(*this);
    state_.past.reset();
    // If all lags are zero and none is given for a table, there is nothing to keep. A lag of zero for a table
    // is kept, because read_lags() shows it.
    if (lags.longest().count() == 0 && lags.tables.empty()) return;
    if (state_.published != nullptr) state_.published->close();
    state_.past = std::make_unique<Past>();
    state_.past->lags = std::move(lags);
}

ReadLagReport Database::read_lags() {
    const std::lock_guard lock(mutex_);
    if (state_.past == nullptr) return {};
    state_.past->history.forget_until(clock_.now() - state_.past->lags.longest());
    return {state_.past->lags, state_.past->history.size()};
}

void Database::show_newest(std::string_view table_name) {
    const std::lock_guard lock(mutex_);
    if (state_.past == nullptr) return;
    if (table_name.empty()) return state_.past->history.forget_all();
    const TableDefinition* const table = state_.catalogue->find_table(table_name);
    if (table == nullptr) return;
    state_.past->history.forget(table->space);
    for (const IndexDefinition& index : table->indexes) state_.past->history.forget(index.space);
}

void Database::set_observer(std::function<void()> observer) {
    const std::lock_guard lock(observer_mutex_);
    observer_ = std::move(observer);
}

void Database::notify() {
    const std::lock_guard lock(observer_mutex_);
    if (observer_) observer_();
}

}  // namespace tailrace::table
