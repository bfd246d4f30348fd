#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "engine/operation/engine.hpp"
#include "stream/event_source_mapping.hpp"

namespace tailrace::stream {

/// All event source mappings of an engine. Mappings are added before requests are served; everything else may
/// be called from any thread.
class Dispatcher final : public CommitObserver {
  public:
    /// The engine outlives the dispatcher.
    explicit Dispatcher(Engine& engine);
    /// Stops every mapping after its batch in flight.
    ~Dispatcher() override;

    /// Attaches a handler. Throws UnknownHandler, and std::invalid_argument when the mapping is there
    /// already.
    void add(MappingOptions options);
    void add(MappingOptions options, std::unique_ptr<Handler> handler);

    void on_commit() noexcept override;

    /// Waits until every mapping has handled every change that was committed before the call. Returns the
    /// names of the mappings that had not when the time was up: none when all is well.
    std::vector<std::string> drain(std::chrono::milliseconds at_most);

    std::vector<MappingStatus> statuses();

  private:
    std::vector<std::string> behind(std::uint64_t sequence);

    Engine& engine_;
    std::mutex progress_mutex_;
    std::condition_variable progress_;
    std::shared_mutex mutex_;
    std::vector<std::string> names_;
    std::vector<std::unique_ptr<EventSourceMapping>> mappings_;
};

}  // namespace tailrace::stream
