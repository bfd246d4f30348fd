#include "stream/dispatcher.hpp"

#include <algorithm>

#include "engine/table/database.hpp"
#include "stream/mapping/filter/filter_criteria.hpp"

namespace tailrace::stream {
namespace {

constexpr std::string_view places_of_mappings = "mapping/";

/// How often to look how far other processes are.
constexpr std::chrono::milliseconds look_interval{100};

void erase_states(table::WriteSession& session, std::string_view prefix) {
    std::vector<std::string> names;
    session.visit_states(prefix, [&](std::string_view name, std::string_view) { names.emplace_back(name); });
    for (const std::string& name : names) session.erase_state(name);
}

}  // namespace

Dispatcher::Dispatcher(Engine& engine, DispatcherOptions options)
    : engine_(engine),
      options_(std::move(options)),
      own_threads_(options_.threads == nullptr ? std::make_unique<DispatchThreads>() : nullptr),
      threads_(own_threads_ != nullptr ? *own_threads_ : *options_.threads) {
    engine_.set_commit_observer(this);
    engine_.clock().add_observer(*this);
}

Dispatcher::~Dispatcher() {
    engine_.clock().remove_observer(*this);
    engine_.set_commit_observer(nullptr);
    // All mappings stop at the same time, so this takes only as long as the slowest.
    begin_stop();
}

std::string Dispatcher::add(MappingOptions options, std::shared_ptr<Handler> handler) {
    const std::shared_ptr<EventSourceMapping> added = make(std::move(options), std::move(handler));
    // From here on, commits wake the mapping.
    added->start();
    return added->id();
}

std::shared_ptr<EventSourceMapping> Dispatcher::make(MappingOptions options,
                                                     std::shared_ptr<Handler> handler) {
    if (options.id.empty()) options.id = mapping_id(options.name() + options.stream_arn);
    const std::lock_guard adding(add_mutex_);
    if (find(options.id)) {
        throw std::invalid_argument("the handler '" + options.handler_name + "' is attached to the table '" +
                                    options.table_name + "' twice");
    }
    const EventSourceMapping::Parts parts{.engine = engine_,
                                          .destinations = options_.destinations,
                                          .log = options_.log,
                                          .warn = options_.warn,
                                          .threads = threads_,
                                          .clock_stands_still = options_.clock_stands_still};
    // Created without the lock, because the mapping may report its progress.
    auto made = std::make_shared<EventSourceMapping>(parts, std::move(options), std::move(handler),
                                                     [this] { note_progress(); });
    const std::unique_lock lock(mutex_);
    mappings_.push_back(made);
    return made;
}

std::shared_ptr<EventSourceMapping> Dispatcher::find(std::string_view id) {
    const std::shared_lock lock(mutex_);
    const auto found = std::ranges::find(mappings_, id, &EventSourceMapping::id);
    return found == mappings_.end() ? nullptr : *found;
}

std::vector<std::shared_ptr<EventSourceMapping>> Dispatcher::all() {
    const std::shared_lock lock(mutex_);
    return mappings_;
}

std::vector<std::shared_ptr<EventSourceMapping>> Dispatcher::mappings_of(std::string_view table_name) {
    std::vector<std::shared_ptr<EventSourceMapping>> found = all();
    if (table_name.empty()) return found;
    const std::string begin = std::string(table_name) + "/";
    std::erase_if(found, [&](const auto& mapping) { return !mapping->name().starts_with(begin); });
    return found;
}

void Dispatcher::remove(std::string_view id, Kept kept) {
    const auto removed = find(id);
    if (removed == nullptr) {
        throw UnknownMapping("there is no event source mapping with the id '" + std::string(id) + "'");
    }
    {
        const std::unique_lock lock(mutex_);
        std::erase(mappings_, removed);
    }
    removed->stop(kept);
    note_progress();
}

void Dispatcher::forget(std::string_view id) {
    const std::string place = "mapping/" + std::string(id);
    engine_.database().write([&](table::WriteSession& session) {
        session.erase_state(place);
        session.erase_state(place + "/discarded");
        erase_states(session, shard_place(id, {}));
    });
}

void Dispatcher::detach_all() {
    std::vector<std::shared_ptr<EventSourceMapping>> detached;
    {
        const std::unique_lock lock(mutex_);
        detached.swap(mappings_);
    }
    for (const auto& mapping : detached) mapping->begin_stop();
    for (const auto& mapping : detached) mapping->stop();
    note_progress();
}

void Dispatcher::forget_all() {
    engine_.database().write([](table::WriteSession& session) {
        erase_states(session, places_of_mappings);
        erase_states(session, shard_places);
    });
}

void Dispatcher::note_progress() {
    {
        const std::lock_guard lock(progress_mutex_);
        ++progress_count_;
    }
    progress_.notify_all();
}

void Dispatcher::check(const MappingParameters& parameters) const {
    make_destination(parameters.on_failure, options_.destinations);
    const FilterCriteria compiled(parameters.filters);
}

std::vector<MappingStatus> Dispatcher::statuses() {
    std::vector<MappingStatus> statuses;
    for (const auto& mapping : all()) statuses.push_back(mapping->status());
    return statuses;
}

void Dispatcher::on_commit() noexcept {
    const std::shared_lock lock(mutex_);
    for (const auto& mapping : mappings_) mapping->wake(WakeCause::commit);
}

void Dispatcher::on_clock_moved() noexcept {
    const std::shared_lock lock(mutex_);
    for (const auto& mapping : mappings_) mapping->wake(WakeCause::clock);
}

Dispatcher::Behind Dispatcher::behind(std::uint64_t sequence, const Wait& wait) {
    Behind behind;
    for (const auto& mapping : mappings_of(wait.table_name)) {
        const Progress progress = mapping->progress_to(sequence, wait.awaited);
        if (progress == Progress::done) continue;
        behind.names.push_back(mapping->name());
        behind.all_held_up = behind.all_held_up && progress == Progress::held_up;
    }
    return behind;
}

void Dispatcher::begin_stop() noexcept {
    const std::shared_lock lock(mutex_);
    for (const auto& mapping : mappings_) mapping->begin_stop();
}

void Dispatcher::stop() {
    begin_stop();
    for (const auto& mapping : all()) mapping->stop();
}

std::vector<std::string> Dispatcher::calls_under_way() {
    std::vector<std::string> names;
    const std::shared_lock lock(mutex_, std::try_to_lock);
    if (!lock) return names;
    for (const auto& mapping : mappings_) {
        if (std::string name = mapping->call_under_way(); !name.empty()) names.push_back(std::move(name));
    }
    return names;
}

std::uint64_t Dispatcher::calls(std::string_view table_name) {
    std::uint64_t calls = 0;
    for (const auto& mapping : mappings_of(table_name)) calls += mapping->outlook().calls;
    return calls;
}

std::optional<Timestamp> Dispatcher::next_due(std::string_view table_name) {
    std::optional<Timestamp> first;
    for (const auto& mapping : mappings_of(table_name)) {
        const auto due = mapping->outlook().next_due;
        if (due && (!first || *due < *first)) first = due;
    }
    return first;
}

std::vector<std::string> Dispatcher::drain(std::chrono::milliseconds at_most, const std::stop_token& given_up,
                                           std::string_view table_name) {
    return wait({.end = steady_time() + at_most,
                 .given_up = given_up,
                 .table_name = table_name,
                 .awaited = Awaited::records});
}

bool Dispatcher::is_shared() const {
    return engine_.database().lease() != nullptr;
}

/// Returns a text with the places of all mappings in a shared database. The text changes whenever a call of
/// another process has ended.
std::string Dispatcher::places() {
    std::string places;
    if (!is_shared()) return places;
    engine_.database().read([&](table::ReadSession& session) {
        places.clear();
        for (const std::string_view prefix : {places_of_mappings, shard_places}) {
            session.visit_states(prefix, [&](std::string_view name, std::string_view text) {
                places.append(name).append(" ").append(text).append("\n");
            });
        }
    });
    return places;
}

/// Does work that may be done again. If a shared database does not answer, because it is being restarted,
/// tries again until the wait's time is up.
template <typename Work>
auto Dispatcher::repeat_until_answered(const Wait& wait, Work work) {
    while (true) {
        try {
            return work();
        } catch (const table::StoreMissing&) {
            throw;
        } catch (const table::StorageError&) {
            const auto next = steady_time() + look_interval;
            if (!is_shared() || next > wait.end || wait.given_up.stop_requested()) throw;
            std::unique_lock lock(progress_mutex_);
            progress_.wait_until(lock, wait.given_up, next, [] { return false; });
        }
    }
}

/// A call may have written something, so this waits again if a call has ended during the last wait.
std::vector<std::string> Dispatcher::settle(std::chrono::milliseconds at_most,
                                            const std::stop_token& given_up, std::string_view table_name) {
    const Wait until_quiet{.end = steady_time() + at_most,
                           .given_up = given_up,
                           .table_name = table_name,
                           .awaited = Awaited::everything};
    while (true) {
        const std::uint64_t calls_before = calls(table_name);
        const std::string places_before = repeat_until_answered(until_quiet, [this] { return places(); });
        std::vector<std::string> stuck = wait(until_quiet);
        if (!stuck.empty()) return stuck;
        const std::string places_after = repeat_until_answered(until_quiet, [this] { return places(); });
        if (calls(table_name) == calls_before && places_after == places_before) return stuck;
    }
}

/// Returns a number that is not below that of any change committed so far. A mapping that has read up to it
/// has read all of those changes.
std::uint64_t Dispatcher::newest_sequence() {
    table::Database& database = engine_.database();
    if (!is_shared()) {
        return database.read([](table::ReadSession& session) { return session.sequence(); });
    }
    // With several processes, the numbers of changes do not rise in the order of their commits.
    const std::uint64_t newest =
        database.write([](table::WriteSession& session) { return session.draw_sequence(); });
    // Lets the mappings see the new number.
    table::look_at_others(database);
    return newest;
}

/// Checks the mappings without holding progress_mutex_, because a thread that reports progress may hold the
/// lock of a mapping or of the list.
std::vector<std::string> Dispatcher::wait(const Wait& wait) {
    const std::uint64_t newest = repeat_until_answered(wait, [this] { return newest_sequence(); });
    std::unique_lock lock(progress_mutex_);
    while (true) {
        const std::uint64_t seen = progress_count_;
        lock.unlock();
        Behind stuck = behind(newest, wait);
        if (stuck.all_held_up) return std::move(stuck.names);
        lock.lock();
        // Nobody tells this process what others have done.
        const auto now = steady_time();
        const auto end = is_shared() ? std::min(wait.end, now + look_interval) : wait.end;
        const bool is_told =
            progress_.wait_until(lock, wait.given_up, end, [&] { return progress_count_ != seen; });
        if (is_told || (end < wait.end && !wait.given_up.stop_requested())) continue;
        return std::move(stuck.names);
    }
}

}  // namespace tailrace::stream
