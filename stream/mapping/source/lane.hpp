#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "stream/mapping/delivery/delivery.hpp"
#include "stream/mapping/source/batch_former.hpp"
#include "stream/mapping/source/shard_status.hpp"
#include "stream/mapping/source/shard_window.hpp"

namespace tailrace::stream {

/// How far a shard has been read.
struct ShardReading {
    /// Every change up to this number has been read.
    std::uint64_t reached = 0;
    /// The last time when there was nothing more to read; nullopt if there is more.
    std::optional<Timestamp> at_end = std::nullopt;
    /// True if nothing more can come.
    bool is_closed = false;
};

/// The origin of a batch.
struct ShardName {
    std::string table_name;
    std::string stream_arn;
    std::string shard_id;
};

/// Whether a batch waits until it is full, its window is over or its retry is due, or is sent at once.
enum class Eagerness { when_due, at_once };

/// The next work of a lane: to call the function or, if there is a condition, to give the records up.
struct LaneWork {
    Delivery delivery;
    DiscardCondition condition = DiscardCondition::none;
};

/// A part of a shard whose batches are sent one after another. A record is not sent before all earlier
/// records of the lane are done. For one thread at a time.
class Lane {
  public:
    /// The rules and the name must outlive the lane.
    Lane(const DeliveryRules& rules, const ShardName& name);

    void add(EventRecord record, Timestamp now);
    /// Returns true if the lane can use more records.
    bool wants_records() const { return !is_busy_ && again_.empty() && !former_.is_full(); }
    /// Returns the number of records that are not done.
    std::size_t waiting() const;
    /// Returns the sequence number of the first record that is not done.
    std::optional<std::uint64_t> first_waiting() const;
    bool is_busy() const { return is_busy_; }
    bool is_retrying() const { return retry().has_value(); }
    /// Returns the batch that is being retried or will be next; nullopt if there is none.
    std::optional<RetryStatus> retry() const;
    /// From now on no batch is sent a second time. A batch that fails is given up.
    void abandon_retries() { abandons_retries_ = true; }

    /// When begin() will next have work: Timestamp::min() means now, nullopt means not until more records
    /// arrive. If the moment has come and begin() has nothing, the shard must be read first.
    std::optional<Timestamp> due(const ShardReading& reading) const;
    /// Returns the next work. The lane is busy until release().
    std::optional<LaneWork> begin(Timestamp now, Eagerness eagerness, const ShardReading& reading);
    /// Decides what happens to the work. Call settle() only after the records that are given up have been
    /// reported, because they are not done until then.
    Verdict judge(const LaneWork& work, const BatchAnswer& answer, Timestamp now) const;
    /// Counts the records as done, or queues them to be sent again.
    void settle(const LaneWork& work, const Verdict& verdict, const BatchAnswer& answer);
    void release() { is_busy_ = false; }
    /// Puts back work that was neither judged nor settled. It is the next work again, at once.
    void put_back(LaneWork work);

    const ShardWindow* window() const { return window_ ? &*window_ : nullptr; }
    void restore_window(const boost::json::value& checkpoint);

  private:
    bool has_window_ended(const ShardReading& reading) const;
    bool may_window_end() const;
    Delivery next_delivery();
    Delivery final_delivery() const;
    void set_boundary();
    void bring_window_up_to_date(Delivery& delivery);
    LaneWork checked(Delivery delivery, Timestamp now);
    std::shared_ptr<EventBatch> new_batch() const;

    const ShardName& name_;
    const RetryPolicy policy_;
    BatchFormer former_;
    std::optional<ShardWindow> window_;
    /// The batches to be sent again, before anything new.
    std::deque<Delivery> again_;
    /// The work under way.
    std::size_t busy_records_ = 0;
    std::optional<std::uint64_t> busy_from_;
    std::size_t busy_failures_ = 0;
    bool is_busy_ = false;
    bool abandons_retries_ = false;
};

}  // namespace tailrace::stream
