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

/// How well a shard has been read.
struct ShardReading {
    /// Every change up to this number has been read.
    std::uint64_t reached = 0;
    /// When there was nothing more to read, last; nothing when there is more.
    std::optional<Timestamp> at_end = std::nullopt;
    /// Whether nothing can come any more.
    bool is_closed = false;
};

/// Where a batch comes from.
struct ShardName {
    std::string table_name;
    std::string stream_arn;
    std::string shard_id;
};

/// Whether a batch waits for its window, its full size and its retry, or goes at once.
enum class Eagerness { when_due, at_once };

/// What a lane does next: a call of the function or, with a condition, giving records up.
struct LaneWork {
    Delivery delivery;
    DiscardCondition condition = DiscardCondition::none;
};

/// A part of a shard whose batches are sent one after the other: a record is not sent before all that came
/// before it in the lane are done with. For one thread at a time.
class Lane {
  public:
    /// The rules and the name outlive the lane.
    Lane(const DeliveryRules& rules, const ShardName& name);

    void add(EventRecord record, Timestamp now);
    /// Whether it could do with more records.
    bool wants_records() const { return !is_busy_ && again_.empty() && !former_.is_full(); }
    /// Records that are not done with.
    std::size_t waiting() const;
    /// The number of the first record that is not done with.
    std::optional<std::uint64_t> first_waiting() const;
    bool is_busy() const { return is_busy_; }
    bool is_retrying() const { return retry().has_value(); }
    /// The batch that is sent again, now or next; nothing if there is none.
    std::optional<RetryStatus> retry() const;
    /// From now on nothing is sent a second time: what fails is given up.
    void abandon_retries() { abandons_retries_ = true; }

    /// When begin() will next have work: Timestamp::min() means now, nullopt means not until more records
    /// arrive. If the moment has come and begin() has nothing, the shard must be read first.
    std::optional<Timestamp> due(const ShardReading& reading) const;
    /// Takes the next work; the lane is busy until release().
    std::optional<LaneWork> begin(Timestamp now, Eagerness eagerness, const ShardReading& reading);
    /// What is to become of the work. It is settled when what is given up has been told: until then its
    /// records are not done with.
    Verdict judge(const LaneWork& work, const BatchAnswer& answer, Timestamp now) const;
    /// The records are done with or wait to be sent again.
    void settle(const LaneWork& work, const Verdict& verdict, const BatchAnswer& answer);
    void release() { is_busy_ = false; }
    /// The work was neither judged nor settled: it is the next again, at once.
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

    const DeliveryRules& rules_;
    const ShardName& name_;
    const RetryPolicy policy_;
    BatchFormer former_;
    std::optional<ShardWindow> window_;
    /// What is to be sent again, before anything new.
    std::deque<Delivery> again_;
    /// What is being worked on.
    std::size_t busy_records_ = 0;
    std::optional<std::uint64_t> busy_from_;
    std::size_t busy_failures_ = 0;
    bool is_busy_ = false;
    bool abandons_retries_ = false;
};

}  // namespace tailrace::stream
