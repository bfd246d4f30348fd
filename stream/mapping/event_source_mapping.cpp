#include "stream/mapping/event_source_mapping.hpp"

#include <algorithm>
#include <exception>

#include "engine/model/json_text.hpp"
#include "stream/lambda_arn.hpp"
#include "stream/mapping/failure_record.hpp"
#include "stream/mapping/filter_criteria.hpp"
#include "stream/mapping/function_call.hpp"
#include "stream/mapping/item_lane.hpp"

namespace tailrace::stream {
namespace {

/// More lanes than that take turns.
constexpr std::size_t max_threads = 64;

/// Records that are read again in one go, while requests wait.
constexpr std::size_t rows_at_once = 1'000;

/// The function as it was given, with an ARN of its own where it was given none.
MappedFunction with_arn(MappedFunction function, const Engine& engine) {
    if (function.function_arn.empty()) {
        function.function_arn = lambda_arn(engine.options(), "function:" + function.handler_name);
    }
    return function;
}

}  // namespace

EventSourceMapping::EventSourceMapping(Ground ground, MappingOptions options,
                                       std::shared_ptr<Handler> handler, std::function<void()> on_progress)
    : engine_(ground.engine),
      destinations_(ground.destinations),
      options_(std::move(options)),
      on_progress_(std::move(on_progress)),
      source_(engine_, options_.table_name, options_.stream_arn),
      discarded_(engine_, options_.state_name() + "/discarded"),
      checkpoint_(engine_, options_.state_name()),
      function_(with_arn({std::move(handler), options_.handler_name, options_.function_arn}, engine_)),
      parameters_(options_.parameters) {
    Plan plan = plan_for(options_.parameters);
    destination_ = std::move(plan.destination);
    cursors_ =
        std::make_unique<StreamCursors>(options_.table_name, std::move(plan.rules), first_checkpoint());
    done_up_to_ = cursors_->handled_up_to();
    // The first thread may begin others before it stands in the list itself.
    const std::lock_guard lock(mutex_);
    threads_.emplace_back([this] { run(); });
}

EventSourceMapping::~EventSourceMapping() {
    stop();
}

EventSourceMapping::Plan EventSourceMapping::plan_for(const MappingParameters& parameters) const {
    Plan plan{{parameters, options_.first_retry_wait},
              make_destination(parameters.on_failure, destinations_)};
    plan.rules.began = engine_.clock().now();
    if (!parameters.filters.empty()) {
        plan.rules.accepts = [criteria = FilterCriteria(parameters.filters)](
                                 const boost::json::value& record) { return criteria.matches(record); };
    }
    return plan;
}

/// Where the mapping was, or where it is to begin.
Checkpoint EventSourceMapping::first_checkpoint() {
    if (const auto saved = checkpoint_.load()) return *saved;
    Checkpoint first;
    if (options_.parameters.starting_position == StartingPosition::latest) {
        first.sequence = source_.newest_sequence();
        checkpoint_.save(first);
    }
    return first;
}

void EventSourceMapping::stop() {
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        threads.swap(threads_);
    }
    woken_.notify_all();
    changed_.notify_all();
    for (std::thread& thread : threads) thread.join();
}

void EventSourceMapping::stop_and_forget() {
    stop();
    const std::lock_guard saving(save_mutex_);
    checkpoint_.erase();
    discarded_.erase();
}

std::string EventSourceMapping::name() const {
    const std::lock_guard lock(mutex_);
    return options_.table_name + "/" + function_.handler_name;
}

void EventSourceMapping::wake() noexcept {
    {
        const std::lock_guard lock(mutex_);
        cursors_->expect_more();
    }
    woken_.notify_one();
}

void EventSourceMapping::look_at_clock() noexcept {
    // Passing through the lock keeps a thread from missing the move between its look and its wait.
    { const std::lock_guard lock(mutex_); }
    woken_.notify_all();
}

bool EventSourceMapping::has_handled_or_rests(std::uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    return done_up_to_ >= sequence || rests();
}

/// Whether no batch is to be begun.
bool EventSourceMapping::rests() const {
    return is_paused_ || !parameters_.enabled;
}

void EventSourceMapping::update(MappingParameters parameters, MappedFunction function) {
    Plan plan = plan_for(parameters);
    {
        const std::lock_guard lock(mutex_);
        parameters.starting_position = parameters_.starting_position;
        parameters_ = std::move(parameters);
        if (function.handler == nullptr && change_) function = change_->function;
        change_ = Change{std::move(plan), std::move(function)};
        apply_change();
    }
    woken_.notify_all();
    on_progress_();
}

/// The place that the old cursors reached is where the new ones begin.
void EventSourceMapping::apply_change() {
    if (!change_ || is_reading_ || cursors_->is_busy()) return;
    if (change_->function.handler != nullptr) {
        MappedFunction& function = change_->function;
        if (function.handler_name.empty()) function.handler_name = function_.handler_name;
        function_ = with_arn(std::move(function), engine_);
    }
    destination_ = std::move(change_->plan.destination);
    counts_.filtered += cursors_->filtered();
    cursors_ = std::make_unique<StreamCursors>(options_.table_name, std::move(change_->plan.rules),
                                               cursors_->checkpoint());
    change_.reset();
}

void EventSourceMapping::pause() {
    {
        const std::lock_guard lock(mutex_);
        is_paused_ = true;
    }
    on_progress_();
}

void EventSourceMapping::resume() {
    {
        const std::lock_guard lock(mutex_);
        is_paused_ = false;
    }
    woken_.notify_all();
}

std::optional<Invocation> EventSourceMapping::step() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        apply_change();
        if (change_ || is_reading_) {
            changed_.wait(lock);
        } else if (auto work = cursors_->begin(engine_.clock().now(), Eagerness::at_once)) {
            Invocation invocation = perform(lock, std::move(*work));
            // The mapping's own threads may have found the lane busy.
            woken_.notify_all();
            return invocation;
        } else if (is_reading_due(engine_.clock().now())) {
            read(lock);
        } else {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

void EventSourceMapping::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (!advance(lock)) wait(lock);
    }
}

void EventSourceMapping::wait(std::unique_lock<std::mutex>& lock) {
    const auto due = rests() || is_reading_ || change_ ? std::nullopt : cursors_->due();
    ++idle_threads_;
    if (due) {
        woken_.wait_for(lock, *due - engine_.clock().now());
    } else {
        woken_.wait(lock);
    }
    --idle_threads_;
}

/// Does the next thing there is to do; false when there is none for now.
bool EventSourceMapping::advance(std::unique_lock<std::mutex>& lock) {
    apply_change();
    if (rests() || change_) return false;
    const Timestamp now = engine_.clock().now();
    if (auto work = cursors_->begin(now, Eagerness::when_due)) {
        call_for_help();
        perform(lock, std::move(*work));
        return true;
    }
    if (is_reading_) return false;
    if (!is_reading_due(now)) return false;
    read(lock);
    return true;
}

/// Whether there may be something to read, or it matters by now that there is nothing: a tumbling window is
/// over when its shard was read after its end.
bool EventSourceMapping::is_reading_due(Timestamp now) {
    const auto due = cursors_->due();
    if (due && *due <= now) cursors_->expect_more();
    return cursors_->wants_reading();
}

/// Other lanes may have a batch while this thread is busy with one.
void EventSourceMapping::call_for_help() {
    const std::size_t wanted = std::min(cursors_->lanes(), max_threads);
    if (wanted < 2 || stopping_) return;
    if (idle_threads_ > 0) {
        woken_.notify_one();
    } else if (threads_.size() < wanted) {
        threads_.emplace_back([this] { run(); });
    }
}

void EventSourceMapping::read(std::unique_lock<std::mutex>& lock) {
    is_reading_ = true;
    const ShardRequests requests = cursors_->begin_reading();
    lock.unlock();
    StreamSight sight = source_.read(requests);
    lock.lock();
    const std::uint64_t filtered = cursors_->filtered();
    cursors_->take(std::move(sight));
    is_reading_ = false;
    const bool passes_records = cursors_->filtered() > filtered;
    if (!passes_records) note_progress();
    lock.unlock();
    if (passes_records) save_checkpoint();
    changed_.notify_all();
    on_progress_();
    lock.lock();
}

Invocation EventSourceMapping::perform(std::unique_lock<std::mutex>& lock, StreamCursors::Work work) {
    ++in_flight_;
    const std::shared_ptr<Handler> handler = function_.handler;
    lock.unlock();

    Delivery& delivery = work.work.delivery;
    Invocation invocation;
    BatchAnswer answer;
    if (work.work.condition == DiscardCondition::none) {
        invocation = call_function(*handler, delivery.batch, engine_.clock());
        answer = read_answer(invocation.result, *delivery.batch, cursors_->rules().parameters);
        if (answer.kind != BatchAnswer::Kind::not_invoked) {
            ++delivery.invocations;
            delivery.last_result = invocation.result;
        }
        invocation.error = answer.error;
    } else {
        invocation.time = engine_.clock().now();
        invocation.batch = delivery.batch;
        invocation.result = delivery.last_result;
        invocation.error = "the records are older than the mapping sends them";
    }
    invocation.attempt = delivery.invocations;

    const Verdict verdict = cursors_->judge(work, answer, engine_.clock().now());
    // Before the records are done with: another lane may save a checkpoint that passes them.
    if (verdict.discard) {
        invocation.condition = verdict.discard->condition;
        discard(*verdict.discard, work);
    }
    lock.lock();
    cursors_->settle(work, verdict, answer);
    ++unsaved_;
    lock.unlock();
    save_checkpoint();
    history_.add(invocation);
    lock.lock();
    cursors_->finish(work);
    count(invocation, verdict.handled);
    --unsaved_;
    --in_flight_;
    note_progress();
    lock.unlock();
    changed_.notify_all();
    on_progress_();
    lock.lock();
    return invocation;
}

void EventSourceMapping::count(const Invocation& invocation, std::size_t handled) {
    ++counts_.batches;
    counts_.records += handled;
    if (!invocation.has_failed()) return;
    ++counts_.failures;
    counts_.last_error = invocation.error;
}

void EventSourceMapping::discard(const Discard& discard, const StreamCursors::Work& work) {
    const EventBatch& batch = *discard.delivery.batch;
    discarded_.add({batch.stream_arn, batch.shard_id, batch.records.front().sequence,
                    batch.records.back().sequence, work.shard->lanes(), work.lane});
    std::shared_ptr<FailureDestination> destination;
    {
        const std::lock_guard lock(mutex_);
        destination = destination_;
    }
    if (destination) tell(*destination, discard);
}

/// As with Lambda, a destination that cannot be reached does not hold up the stream.
void EventSourceMapping::tell(FailureDestination& destination, const Discard& discard) {
    std::string function_arn;
    {
        const std::lock_guard lock(mutex_);
        function_arn = function_.function_arn;
    }
    try {
        const EventBatch& batch = *discard.delivery.batch;
        const Timestamp now = engine_.clock().now();
        FailedBatch failed;
        failed.record_json = boost::json::serialize(failure_record(discard, function_arn, now));
        failed.event_json = batch.event_json();
        failed.object_key = failure_object_key(options_.id, batch.shard_id, now);
        destination.deliver(failed);
    } catch (const std::exception& error) {
        const std::lock_guard lock(mutex_);
        counts_.last_error = error.what();
    }
}

void EventSourceMapping::save_checkpoint() {
    const std::lock_guard saving(save_mutex_);
    Checkpoint reached;
    {
        const std::lock_guard lock(mutex_);
        reached = cursors_->checkpoint();
    }
    checkpoint_.save(reached);
    const std::lock_guard lock(mutex_);
    done_up_to_ = std::max(done_up_to_, reached.sequence);
}

void EventSourceMapping::note_progress() {
    if (unsaved_ == 0) done_up_to_ = std::max(done_up_to_, cursors_->handled_up_to());
}

MappingState EventSourceMapping::state() const {
    if (!parameters_.enabled) return MappingState::disabled;
    if (in_flight_ > 0) return cursors_->is_retrying() ? MappingState::retrying : MappingState::handling;
    if (is_paused_) return MappingState::paused;
    if (cursors_->is_retrying()) return MappingState::retrying;
    return cursors_->has_stream() ? MappingState::idle : MappingState::waiting_for_stream;
}

MappingStatus EventSourceMapping::status() {
    MappingStatus status;
    Checkpoint reached;
    {
        const std::lock_guard lock(mutex_);
        status = counts_;
        status.name = options_.table_name + "/" + function_.handler_name;
        status.handler_name = function_.handler_name;
        status.function_arn = function_.function_arn;
        status.parameters = parameters_;
        status.state = state();
        status.shards = cursors_->shards();
        status.filtered += cursors_->filtered();
        reached = cursors_->checkpoint();
    }
    status.id = options_.id;
    status.table_name = options_.table_name;
    status.event_source_arn = options_.stream_arn;
    status.position = {reached.stream_arn, reached.sequence};
    status.given_up = discarded_.count();
    status.lag = source_.count_after(reached);
    return status;
}

Resending EventSourceMapping::replay(std::uint64_t from_sequence, std::uint64_t to_sequence) {
    std::size_t batch_size = 0;
    {
        const std::lock_guard lock(mutex_);
        batch_size = parameters_.batch_size;
    }
    Resending resending;
    while (from_sequence <= to_sequence) {
        const StreamSource::Page page = source_.read_range({from_sequence, to_sequence}, batch_size);
        if (page.changes.empty()) break;
        from_sequence = page.changes.back().sequence + 1;
        const auto batch = std::make_shared<EventBatch>();
        add_accepted(*batch, page);
        if (!batch->records.empty()) resending.add(resend(batch, InvocationCause::replay));
    }
    return resending;
}

Resending EventSourceMapping::redrive() {
    Resending resending;
    for (const DiscardedBatch& discarded : discarded_.all()) {
        const std::shared_ptr<EventBatch> batch = read_again(discarded);
        bool has_failed = false;
        if (!batch->records.empty()) {
            const Invocation invocation = resend(batch, InvocationCause::redrive);
            resending.add(invocation);
            has_failed = invocation.has_failed();
        }
        // What the stream no longer has cannot be sent again.
        if (!has_failed) discarded_.remove(discarded);
    }
    return resending;
}

/// What the stream still has of a batch and the filters leave.
std::shared_ptr<EventBatch> EventSourceMapping::read_again(const DiscardedBatch& discarded) {
    auto batch = std::make_shared<EventBatch>();
    batch->shard_id = discarded.shard_id;
    StreamSource::Range rest{discarded.first_sequence, discarded.last_sequence, discarded.shard_id};
    while (true) {
        const StreamSource::Page page = source_.read_range(rest, rows_at_once);
        if (page.changes.empty()) break;
        rest.from = page.changes.back().sequence + 1;
        add_accepted(*batch, page);
    }
    std::erase_if(batch->records, [&](const EventRecord& record) {
        return item_lane(parse_json(record.json), discarded.lanes) != discarded.lane;
    });
    return batch;
}

void EventSourceMapping::add_accepted(EventBatch& batch, const StreamSource::Page& page) {
    DeliveryRules rules;
    {
        const std::lock_guard lock(mutex_);
        rules = cursors_->rules();
    }
    batch.table_name = options_.table_name;
    batch.stream_arn = page.stream_arn;
    for (const storage::LoggedChange& change : page.changes) {
        if (rules.accepts && !rules.accepts(parse_json(change.record_json))) continue;
        batch.records.push_back({change.sequence, change.record_json, change.time});
    }
}

/// Calls the function outside its turn: what comes of it moves no checkpoint.
Invocation EventSourceMapping::resend(std::shared_ptr<const EventBatch> batch, InvocationCause cause) {
    std::shared_ptr<Handler> handler;
    MappingParameters parameters;
    {
        const std::lock_guard lock(mutex_);
        handler = function_.handler;
        parameters = cursors_->rules().parameters;
    }
    Invocation invocation = call_function(*handler, batch, engine_.clock());
    invocation.cause = cause;
    invocation.attempt = 1;
    invocation.error = read_answer(invocation.result, *batch, parameters).error;
    history_.add(invocation);
    return invocation;
}

}  // namespace tailrace::stream
