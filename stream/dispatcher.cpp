#include "stream/dispatcher.hpp"

#include <algorithm>
#include <stdexcept>

#include "engine/table/database.hpp"
#include "stream/handler/make_handler.hpp"

namespace tailrace::stream {

Dispatcher::Dispatcher(Engine& engine) : engine_(engine) {
    engine_.set_commit_observer(this);
}

Dispatcher::~Dispatcher() {
    engine_.set_commit_observer(nullptr);
}

void Dispatcher::add(MappingOptions options) {
    auto handler = make_handler(options.handler_name, engine_);
    add(std::move(options), std::move(handler));
}

void Dispatcher::add(MappingOptions options, std::unique_ptr<Handler> handler) {
    const std::unique_lock lock(mutex_);
    const std::string name = options.name();
    if (std::ranges::find(names_, name) != names_.end()) {
        throw std::invalid_argument("the handler '" + options.handler_name + "' is attached to the table '" +
                                    options.table_name + "' twice");
    }
    mappings_.push_back(
        std::make_unique<EventSourceMapping>(engine_, std::move(options), std::move(handler), [this] {
            // Passing through the lock keeps a drain from missing what changed between its look and its wait.
            { const std::lock_guard progress(progress_mutex_); }
            progress_.notify_all();
        }));
    names_.push_back(name);
}

void Dispatcher::on_commit() noexcept {
    const std::shared_lock lock(mutex_);
    for (const auto& mapping : mappings_) mapping->wake();
}

std::vector<std::string> Dispatcher::behind(std::uint64_t sequence) {
    const std::shared_lock lock(mutex_);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < mappings_.size(); ++i) {
        if (!mappings_[i]->has_handled(sequence)) names.push_back(names_[i]);
    }
    return names;
}

std::vector<std::string> Dispatcher::drain(std::chrono::milliseconds at_most) {
    const std::uint64_t newest =
        engine_.database().read([](table::ReadSession& session) { return session.database().sequence(); });
    std::unique_lock lock(progress_mutex_);
    std::vector<std::string> stuck;
    progress_.wait_for(lock, at_most, [&] { return (stuck = behind(newest)).empty(); });
    return stuck;
}

std::vector<MappingStatus> Dispatcher::statuses() {
    const std::shared_lock lock(mutex_);
    std::vector<MappingStatus> all;
    for (const auto& mapping : mappings_) all.push_back(mapping->status());
    return all;
}

}  // namespace tailrace::stream
