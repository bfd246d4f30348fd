#include "stream/mapping/event_source_mapping.hpp"

#include <algorithm>
#include <exception>

#include "stream/handler/lambda_arn.hpp"
#include "stream/mapping/performance.hpp"

namespace tailrace::stream {
namespace {

/// Returns the function as it was given. If it has no ARN, it gets one made from its handler's name.
template <typename Named>
Named with_arn(Named function, const Engine& engine) {
    if (function.function_arn.empty()) {
        function.function_arn = lambda_arn(engine.options(), "function:" + function.handler_name);
    }
    return function;
}

}  // namespace

EventSourceMapping::EventSourceMapping(Parts parts, MappingOptions options, std::shared_ptr<Handler> handler,
                                       std::function<void()> on_progress)
    : parts_(parts),
      options_(with_arn(std::move(options), parts.engine)),
      on_progress_(std::move(on_progress)),
      source_(parts_.engine, options_.table_name, options_.stream_arn, options_.id),
      journal_(parts_.engine, options_.state_name(), options_.id),
      resender_(
          {.engine = parts_.engine,
           .source = source_,
           .journal = journal_,
           .on_end = on_progress_,
           .report = [this](const Invocation& failed) { reports_.tell_failed_resend(subject(), failed); }},
          options_.table_name, [this] { return target(); }),
      reports_(parts_.engine.clock(), parts_.warn),
      function_{std::move(handler), options_.handler_name, options_.function_arn},
      parameters_(options_.parameters),
      shards_(source_, is_shared() ? parts_.engine.database().lease()->process() : 0),
      threads_(parts_.threads, [this] { return work(); }) {
    Plan plan = plan_for(options_.parameters);
    destination_ = std::move(plan.destination);
    cursors_ = std::make_unique<StreamCursors>(options_.table_name, std::move(plan.rules), Checkpoint(),
                                               is_shared());
    std::unique_lock lock(mutex_);
    attempt(lock, MappingPart::place, [&] { open(lock); });
    lock.unlock();
    report_missing_stand_in();
}

/// Loads the mapping's place, or finds where the mapping starts, and begins there.
void EventSourceMapping::open(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    std::optional<Checkpoint> place = journal_.load();
    if (!place && options_.parameters.starting_position == StartingPosition::latest) place = save_beginning();
    lock.lock();
    if (is_open_) return;
    DeliveryRules rules = cursors_->rules();
    cursors_ = std::make_unique<StreamCursors>(options_.table_name, std::move(rules),
                                               place.value_or(Checkpoint()), is_shared());
    // The new cursors hold no shard yet.
    if (is_shared()) shards_.begin_at(place.value_or(Checkpoint()));
    done_up_to_ = cursors_->handled_up_to();
    is_open_ = true;
}

/// Saves where a mapping with LATEST begins. If saving fails, the next try saves the same place.
Checkpoint EventSourceMapping::save_beginning() {
    const std::uint64_t newest = source_.newest_sequence();
    Checkpoint place;
    if (is_shared()) {
        place.sequence = newest;
        return journal_.begin(place);
    }
    journal_.save([&] {
        const std::lock_guard lock(mutex_);
        if (!begins_after_) begins_after_ = newest;
        place.sequence = *begins_after_;
        return is_open_ ? cursors_->checkpoint() : place;
    });
    return place;
}

/// Does work that may fail for reasons other than the function. Returns false if it failed: the mapping is
/// then in error, and the lock is held again.
template <typename Work>
bool EventSourceMapping::attempt(std::unique_lock<std::mutex>& lock, MappingPart part, Work work) {
    return attempt_since(fault_.failures(), lock, part, std::move(work));
}

/// The same for work that belongs to something that began when there had been that many failures.
template <typename Work>
bool EventSourceMapping::attempt_since(std::size_t failures, std::unique_lock<std::mutex>& lock,
                                       MappingPart part, Work work) {
    std::string reason;
    try {
        work();
        if (fault_.clear(part)) announce(lock, "works again");
        return true;
    } catch (const std::exception& error) {
        reason = error.what();
    } catch (...) {
        reason = "an unknown exception";
    }
    if (!lock.owns_lock()) lock.lock();
    const Timestamp now = parts_.engine.clock().now();
    const bool is_beside = fault_.failures() != failures;
    announce(lock, is_beside ? fault_.note_beside(part, reason, now) : fault_.note(part, reason, now));
    return false;
}

/// Reports a change of the mapping's state to the log and to everybody who waits for the mapping. The lock is
/// released meanwhile.
void EventSourceMapping::announce(std::unique_lock<std::mutex>& lock, const std::string& text) {
    const std::string line = "the event source mapping " + name_now() + ": " + text;
    lock.unlock();
    if (parts_.log) parts_.log(line);
    changed_.notify_all();
    on_progress_();
    lock.lock();
}

EventSourceMapping::~EventSourceMapping() {
    stop();
}

EventSourceMapping::Plan EventSourceMapping::plan_for(const MappingParameters& parameters) const {
    return {delivery_rules(parameters, options_.first_retry_wait, parts_.engine.clock().now()),
            make_destination(parameters.on_failure, parts_.destinations)};
}

void EventSourceMapping::start() {
    std::unique_lock lock(mutex_);
    if (is_inactive()) return;
    std::uint64_t newest = 0;
    bool is_level = attempt(lock, MappingPart::reading, [&] {
        lock.unlock();
        newest = source_.newest_sequence();
        lock.lock();
    });
    is_level = is_level && is_open_ && newest == done_up_to_ && !is_shared();
    // The first read finds the shards, and the second finds that they are empty.
    for (int look = 0; look < 2 && is_level && cursors_->wants_reading(); ++look)
        is_level = !is_reading_ && read(lock);
    if (fault_.cause() || change_ || cursors_->wants_reading() || cursors_->due()) call_thread(lock);
}

/// Makes a thread work for the mapping. If none can be created, the mapping is in error, and tries again
/// whenever it needs a thread later.
void EventSourceMapping::call_thread(std::unique_lock<std::mutex>& lock) {
    const bool waits_for_thread =
        fault_.is_of(MappingPart::thread) && fault_.holds_back(parts_.engine.clock().now());
    if (stopping_ || waits_for_thread) return;
    attempt(lock, MappingPart::thread, [this] { threads_.call(); });
}

std::string EventSourceMapping::name() const {
    const std::lock_guard lock(mutex_);
    return name_now();
}

/// Returns "TABLE/FUNCTION".
std::string EventSourceMapping::name_with(const std::string& function_arn) const {
    return options_.table_name + "/" + FunctionReference::parse(function_arn).name;
}

std::string EventSourceMapping::name_now() const {
    return name_with(function_.function_arn);
}

void EventSourceMapping::wake(WakeCause cause) noexcept {
    std::unique_lock lock(mutex_);
    if (cause == WakeCause::commit) cursors_->expect_more();
    if (!is_inactive() || !shards_.is_level()) call_thread(lock);
}

/// Returns true if no batch may be begun.
bool EventSourceMapping::is_inactive() const {
    return is_paused_ || !parameters_.enabled;
}

void EventSourceMapping::update(MappingParameters parameters, MappedFunction function) {
    Plan plan = plan_for(parameters);
    {
        std::unique_lock lock(mutex_);
        parameters.starting_position = parameters_.starting_position;
        parameters_ = std::move(parameters);
        if (function.handler == nullptr && change_) function = change_->function;
        change_ = Change{std::move(plan), std::move(function)};
        apply_change();
        if (!is_inactive()) call_thread(lock);
    }
    report_missing_stand_in();
    on_progress_();
}

/// The new cursors begin at the place that the old ones reached.
void EventSourceMapping::apply_change() {
    if (!change_ || is_reading_ || cursors_->is_busy()) return;
    if (change_->function.handler != nullptr) {
        MappedFunction& function = change_->function;
        if (function.handler_name.empty()) function.handler_name = function_.handler_name;
        function_ = with_arn(std::move(function), parts_.engine);
    }
    destination_ = std::move(change_->plan.destination);
    cursors_ = cursors_->with(std::move(change_->plan.rules));
    change_.reset();
    // With other parameters the cause of an error may be gone. If it is not, the error comes back at once.
    if (is_open_ && is_saved_ && !fault_.is_of(MappingPart::thread)) fault_.clear();
}

void EventSourceMapping::pause() {
    {
        const std::lock_guard lock(mutex_);
        is_paused_ = true;
    }
    on_progress_();
}

void EventSourceMapping::resume() {
    std::unique_lock lock(mutex_);
    is_paused_ = false;
    if (!is_inactive()) call_thread(lock);
}

std::optional<Invocation> EventSourceMapping::step(NextBatch next) {
    std::unique_lock lock(mutex_);
    const auto require = [&](bool done) {
        if (!done) throw MappingInError(fault_.cause() ? fault_.cause()->reason : "it was stopped");
    };
    while (!stopping_) {
        apply_change();
        begin_anew();
        require(follow_leases(lock) && repair(lock));
        if (change_ || is_reading_) {
            changed_.wait(lock);
        } else if (auto task = cursors_->begin(parts_.engine.clock().now(), Eagerness::at_once)) {
            if (next == NextBatch::is_given_up) task->skip();
            auto invocation = perform(lock, std::move(*task));
            apply_change();
            // The mapping's threads may have found the lane busy.
            if (!is_inactive()) call_thread(lock);
            require(invocation.has_value());
            return invocation;
        } else if (is_reading_due(parts_.engine.clock().now())) {
            require(read(lock));
        } else {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

/// Called by the dispatcher's threads.
bool EventSourceMapping::work() {
    std::unique_lock lock(mutex_);
    if (stopping_) return false;
    bool has_advanced = false;
    attempt(lock, MappingPart::thread, [&] { has_advanced = advance(lock); });
    if (!has_advanced) threads_.call_after(time_to_next_work());
    return has_advanced;
}

/// Returns the time until there is something to do, or nullopt if there is nothing to do before a thread is
/// called.
std::optional<std::chrono::microseconds> EventSourceMapping::time_to_next_work() const {
    if (is_inactive() || !has_leases()) return std::nullopt;
    const Timestamp now = parts_.engine.clock().now();
    if (fault_.holds_back(now)) return fault_.cause()->next_try - now;
    if (is_reading_ || change_) return std::nullopt;
    const auto due = cursors_->due();
    return due ? std::optional(std::max(*due, now) - now) : std::nullopt;
}

/// Does the next piece of work. Returns false if there is none for now.
bool EventSourceMapping::advance(std::unique_lock<std::mutex>& lock) {
    apply_change();
    begin_anew();
    const Timestamp now = parts_.engine.clock().now();
    if (fault_.holds_back(now) || !follow_leases(lock)) return false;
    if (is_inactive() || change_ || !repair(lock)) return false;
    if (auto task = cursors_->begin(now, Eagerness::when_due)) {
        const MappingThreads::Busy busy(threads_, cursors_->lanes());
        perform(lock, std::move(*task));
        return true;
    }
    if (is_reading_) return false;
    if (!is_reading_due(now)) return false;
    read(lock);
    return true;
}

/// Leaves the shards that this process is going to give up, and begins with those that it has taken. Returns
/// false if nothing may be begun now.
bool EventSourceMapping::follow_leases(std::unique_lock<std::mutex>& lock) {
    if (!is_shared()) return true;
    if (!has_leases()) return false;
    if (!is_open_) {
        // To load the place replaces the cursors, which batches under way use.
        if (is_reading_ || cursors_->is_busy()) return false;
        if (!attempt(lock, MappingPart::place, [&] { open(lock); })) return false;
    }
    if (shards_.is_level()) return true;
    leave_shards();
    if (!attempt(lock, MappingPart::place, [&] { hold_shards(lock); })) return false;
    note_progress();
    return true;
}

/// Loads or saves the mapping's place if that failed before. Nothing may begin until the place is known and
/// saved. Returns false if it still is not.
bool EventSourceMapping::repair(std::unique_lock<std::mutex>& lock) {
    if (!is_open_ && !attempt(lock, MappingPart::place, [&] { open(lock); })) return false;
    if (is_saved_ || unsaved_ > 0) return true;
    const bool is_kept = keep_place(lock);
    note_progress();
    return is_kept;
}

/// Saves the place after batches were settled. If that fails, repair() does it later.
bool EventSourceMapping::keep_place(std::unique_lock<std::mutex>& lock) {
    return keep_place_since(fault_.failures(), lock);
}

bool EventSourceMapping::keep_place_since(std::size_t failures, std::unique_lock<std::mutex>& lock) {
    is_saved_ = false;
    ++unsaved_;
    const bool is_kept = attempt_since(failures, lock, MappingPart::place, [&] {
        lock.unlock();
        save_checkpoint();
        lock.lock();
    });
    --unsaved_;
    return is_kept;
}

/// Returns true if there may be something to read, or if a read must show that there is nothing: a tumbling
/// window is over only once its shard has been read after the window's end.
bool EventSourceMapping::is_reading_due(Timestamp now) {
    const auto due = cursors_->due();
    if (due && *due <= now) cursors_->expect_more();
    return cursors_->wants_reading();
}

bool EventSourceMapping::read(std::unique_lock<std::mutex>& lock) {
    const std::uint64_t filtered = cursors_->filtered();
    const SourceState last_source = cursors_->source();
    if (!attempt(lock, MappingPart::reading, [&] { read_source(lock); })) return false;
    const SourceState source = cursors_->source();
    bool is_done = true;
    if (cursors_->filtered() > filtered) {
        is_done = keep_place(lock);
    } else {
        note_progress();
    }
    lock.unlock();
    if (source != last_source) report_source(source);
    changed_.notify_all();
    on_progress_();
    lock.lock();
    return is_done;
}

/// Reads the source. If that fails, it is read again.
void EventSourceMapping::read_source(std::unique_lock<std::mutex>& lock) try {
    is_reading_ = true;
    const ShardRequests requests = cursors_->begin_reading();
    lock.unlock();
    StreamSight sight = source_.read(requests);
    cursors_->sort(sight);
    lock.lock();
    cursors_->take(std::move(sight));
    is_reading_ = false;
} catch (...) {
    if (!lock.owns_lock()) lock.lock();
    is_reading_ = false;
    cursors_->expect_more();
    throw;
}

/// Returns nullopt if the result of the batch could not be kept. The batch is then sent again.
std::optional<Invocation> EventSourceMapping::perform(std::unique_lock<std::mutex>& lock, LaneTask begun) {
    std::optional<LaneTask> task(std::move(begun));
    ++in_flight_;
    const std::shared_ptr<Handler> handler = function_.handler;
    Performance done;
    bool is_lost = false;
    const std::size_t failures = fault_.failures();
    const bool is_settled = attempt_since(failures, lock, MappingPart::batch, [&] {
        lock.unlock();
        done = stream::perform(*task, *handler, parts_.engine.clock());
        // Before the records are settled: once they are, another lane may save a checkpoint that passes them.
        is_lost = done.verdict.discard && !discard(*done.verdict.discard, *task, done.reason);
        // Before a drain may end, so that everything it waited for is counted.
        done.invocation.number = journal_.note(done.invocation, done.verdict.handled);
        lock.lock();
    });
    if (is_settled && !is_lost) task->settle(done.verdict, done.answer);
    --in_flight_;
    if (!is_settled || is_lost) return std::nullopt;
    keep_place_since(failures, lock);
    // The lane's next batch begins only after this one's place is saved.
    task.reset();
    note_progress();
    lock.unlock();
    report_failed_call(done.invocation, done.verdict);
    changed_.notify_all();
    on_progress_();
    lock.lock();
    return std::move(done.invocation);
}

/// Returns false if another process has the shard now, so that this one may not give the batch up.
bool EventSourceMapping::discard(const Discard& discard, const LaneTask& task, const std::string& reason) {
    const EventBatch& batch = *discard.delivery.batch;
    const std::optional<table::OwnLease> lease = lease_of(batch.shard_id);
    DiscardedBatch discarded{
        .stream_arn = batch.stream_arn,
        .shard_id = batch.shard_id,
        .first_sequence = batch.records.front().sequence,
        .last_sequence = batch.records.back().sequence,
        .lanes = task.lanes(),
        .lane = task.lane(),
        .cause = DiscardedBatch::Cause{.time = parts_.engine.clock().now(),
                                       .records = batch.records.size(),
                                       .attempts = discard.delivery.failures_in_a_row,
                                       .condition = std::string(name_of(discard.condition)),
                                       .reason = reason}};
    std::optional<DiscardedBatch> dropped;
    try {
        dropped = journal_.discard(std::move(discarded), lease ? &*lease : nullptr);
    } catch (const ShardLost&) {
        lose(batch.shard_id, lease->fence);
        return false;
    }
    reports_.tell(subject(), discard, reason, dropped);
    return true;
}

void EventSourceMapping::note_failure_of(const std::function<void()>& save) {
    try {
        save();
    } catch (...) {
        const std::lock_guard lock(mutex_);
        is_saved_ = false;
        throw;
    }
}

void EventSourceMapping::save_checkpoint() {
    if (is_shared()) return save_shards();
    std::uint64_t saved_up_to = 0;
    note_failure_of([&] {
        journal_.save([&] {
            const std::lock_guard lock(mutex_);
            Checkpoint reached = cursors_->checkpoint();
            saved_up_to = reached.sequence;
            is_saved_ = true;
            return reached;
        });
    });
    const std::lock_guard lock(mutex_);
    done_up_to_ = std::max(done_up_to_, saved_up_to);
}

void EventSourceMapping::note_progress() {
    if (unsaved_ > 0 || !is_saved_ || !shards_.is_level()) return;
    done_up_to_ = std::max(done_up_to_, cursors_->handled_up_to());
}

Resender::Target EventSourceMapping::target() const {
    const std::lock_guard lock(mutex_);
    return {function_.handler, cursors_->rules()};
}

}  // namespace tailrace::stream
