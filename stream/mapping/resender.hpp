#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "engine/operation/engine.hpp"
#include "stream/mapping/delivery/delivery_rules.hpp"
#include "stream/mapping/delivery/invocation.hpp"
#include "stream/mapping/mapping_journal.hpp"
#include "stream/mapping/source/stream_source.hpp"

namespace tailrace::stream {

/// Sends records of a mapping's stream again, out of turn, and moves no checkpoint. Thread-safe. A call waits
/// until an earlier one has ended, so no batch is sent twice.
class Resender {
  public:
    /// Receives a failed call that nothing else reports.
    using FailureReport = std::function<void(const Invocation& invocation)>;
    /// The parts of the mapping that the resender uses. All of them must outlive it.
    struct Parts {
        Engine& engine;
        StreamSource& source;
        MappingJournal& journal;
        /// Called when a replay or redrive is over.
        std::function<void()> on_end;
        FailureReport report;
    };
    /// The current function and rules.
    struct Target {
        std::shared_ptr<Handler> handler;
        DeliveryRules rules;
    };

    /// Exists while a replay or a redrive is under way. A drain waits until it is gone.
    class UnderWay {
      public:
        explicit UnderWay(Resender& resender) : resender_(resender) { ++resender_.under_way_; }
        ~UnderWay() {
            --resender_.under_way_;
            resender_.parts_.on_end();
        }
        UnderWay(const UnderWay&) = delete;
        UnderWay& operator=(const UnderWay&) = delete;

      private:
        Resender& resender_;
    };
    bool is_under_way() const { return under_way_ > 0; }

    Resender(Parts parts, std::string table_name, std::function<Target()> target)
        : parts_(std::move(parts)), table_name_(std::move(table_name)), target_(std::move(target)) {}

    /// See EventSourceMapping for these.
    Resending replay(SequenceRange range, const std::stop_token& given_up);
    Resending redrive(SequenceRange range, const std::stop_token& given_up);

  private:
    std::shared_ptr<EventBatch> read_again(const DiscardedBatch& discarded);
    void add_accepted(EventBatch& batch, const StreamSource::Page& page);
    Invocation resend(std::shared_ptr<const EventBatch> batch, InvocationCause cause);

    std::mutex one_at_a_time_;
    std::atomic<std::size_t> under_way_ = 0;
    const Parts parts_;
    const std::string table_name_;
    const std::function<Target()> target_;
};

}  // namespace tailrace::stream
