#include "stream/event_source_mapping.hpp"

#include <algorithm>
#include <exception>

namespace tailrace::stream {

EventSourceMapping::EventSourceMapping(Engine& engine, MappingOptions options,
                                       std::unique_ptr<Handler> handler, std::function<void()> on_progress)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      on_progress_(std::move(on_progress)),
      source_(engine, options_.table_name, options_.name()) {
    status_.name = options_.name();
    status_.table_name = options_.table_name;
    status_.handler_name = options_.handler_name;
    status_.position = source_.load_position();
    handled_up_to_ = status_.position.sequence;
    thread_ = std::thread([this] { run(); });
}

EventSourceMapping::~EventSourceMapping() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    thread_.join();
}

void EventSourceMapping::wake() noexcept {
    {
        const std::lock_guard lock(mutex_);
        commits_seen_ = true;
    }
    woken_.notify_all();
}

bool EventSourceMapping::has_handled(std::uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    return handled_up_to_ >= sequence;
}

MappingStatus EventSourceMapping::status() {
    MappingStatus status;
    {
        const std::lock_guard lock(mutex_);
        status = status_;
    }
    status.lag = source_.count_after(status.position.sequence);
    return status;
}

void EventSourceMapping::run() {
    for (;;) {
        std::uint64_t from = 0;
        {
            std::unique_lock lock(mutex_);
            woken_.wait(lock, [this] { return stopping_ || commits_seen_; });
            if (stopping_) return;
            commits_seen_ = false;
            from = handled_up_to_;
        }
        advance(source_.read(from, options_.batch_size));
    }
}

void EventSourceMapping::advance(const Reading& reading) {
    if (!reading.batch.records.empty()) {
        handle(reading.batch);
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        status_.state = reading.has_stream ? MappingState::idle : MappingState::waiting_for_stream;
        if (reading.has_stream) status_.position.stream_arn = reading.batch.stream_arn;
    }
    make_progress(reading.newest_sequence);
}

void EventSourceMapping::handle(const EventBatch& batch) {
    constexpr int longest_wait = 100;
    const Position position{batch.stream_arn, batch.records.back().sequence};
    auto wait = options_.first_retry_wait;
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            status_.state = MappingState::handling;
        }
        const HandlerResult result = call_handler(batch);
        if (result.has_returned()) source_.save_position(position);

        std::unique_lock lock(mutex_);
        ++status_.batches;
        if (result.has_returned()) {
            status_.records += batch.records.size();
            status_.position = position;
            status_.state = MappingState::idle;
            // There may be more than this one batch.
            commits_seen_ = true;
            break;
        }
        ++status_.failures;
        status_.last_error = result.error_message();
        status_.state = MappingState::retrying;
        if (woken_.wait_for(lock, wait, [this] { return stopping_; })) return;
        wait = std::min(wait * 2, options_.first_retry_wait * longest_wait);
    }
    make_progress(position.sequence);
}

void EventSourceMapping::make_progress(std::uint64_t handled_up_to) {
    {
        const std::lock_guard lock(mutex_);
        handled_up_to_ = std::max(handled_up_to_, handled_up_to);
    }
    on_progress_();
}

HandlerResult EventSourceMapping::call_handler(const EventBatch& batch) noexcept {
    try {
        return handler_->handle(batch);
    } catch (const std::exception& error) {
        return HandlerResult::failed(error.what());
    } catch (...) {
        return HandlerResult::failed("the handler threw something that is no exception");
    }
}

}  // namespace tailrace::stream
