#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "stream/handler/event_batch.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::stream {

/// The records of a lane that are not sent yet, and the rule that forms batches from them. A batch takes the
/// first of these records, up to the batch size, 6 MB or the end of a tumbling window. It is sent when it is
/// full, when its batching window is over, or when no more records can come. For one thread at a time.
class BatchFormer {
  public:
    /// Lambda closes a batch at 6 MB of payload.
    static constexpr std::size_t max_bytes = 6 * 1024 * 1024;

    explicit BatchFormer(const MappingParameters& parameters);

    void add(EventRecord record, Timestamp now);
    /// Records made at or after the boundary belong to no batch until the boundary moves.
    void set_boundary(Timestamp boundary);

    bool is_empty() const { return records_.empty(); }
    std::size_t size() const { return records_.size(); }
    const EventRecord& front() const { return records_.front(); }
    /// Returns true if the next batch cannot grow.
    bool is_full() const;
    /// Returns the time at which to send the next batch: Timestamp::min() means now, nullopt means that there
    /// is no record to send.
    std::optional<Timestamp> due() const;
    std::vector<EventRecord> take();

  private:
    void measure();
    bool fits(const EventRecord& record) const;

    const std::size_t batch_size_;
    const std::chrono::seconds window_;
    std::deque<EventRecord> records_;
    std::deque<Timestamp> arrivals_;
    Timestamp boundary_ = Timestamp::max();
    /// The number of records in the next batch, and their bytes.
    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace tailrace::stream
