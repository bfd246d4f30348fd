#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/operation/engine.hpp"
#include "server/advice/advice.hpp"
#include "stream/mapping/mapping_status.hpp"

namespace tailrace::server {

class RunRecord;

/// Watches the requests of a run, from begin() to end(), and says what to change. It records how items are
/// used. That makes each GetItem and PutItem slower by far more than 1 %. A feature that nobody asked for may
/// cost at most 1 %. So the adviser begins only on request, and costs nothing before. Its memory is bounded,
/// see RunRecord. Thread-safe.
class Adviser final : public RequestObserver {
  public:
    /// The engine must outlive the adviser.
    explicit Adviser(Engine& engine);
    ~Adviser() override;
    Adviser(const Adviser&) = delete;
    Adviser& operator=(const Adviser&) = delete;

    /// Begins a run, and forgets the previous one.
    void begin();
    /// Ends the run, and keeps what was recorded.
    void end();

    void on_request(const RequestReport& report) noexcept override;

    /// Returns what the run shows, with the price of a month with that many requests of the same mix.
    Advice advice(double requests_per_month, const std::vector<stream::MappingStatus>& mappings);

  private:
    Engine& engine_;
    std::mutex mutex_;
    bool is_recording_ = false;
    std::optional<Timestamp> since_;
    /// Null before the first run.
    std::unique_ptr<RunRecord> record_;
};

}  // namespace tailrace::server
