#include "stream/mapping/source/batch_former.hpp"

#include <algorithm>
#include <iterator>

namespace tailrace::stream {

BatchFormer::BatchFormer(const MappingParameters& parameters)
    : batch_size_(parameters.batch_size), window_(parameters.maximum_batching_window) {}

void BatchFormer::add(EventRecord record, Timestamp now) {
    records_.push_back(std::move(record));
    arrivals_.push_back(now);
    if (count_ + 1 == records_.size()) measure();
}

void BatchFormer::set_boundary(Timestamp boundary) {
    if (boundary == boundary_) return;
    boundary_ = boundary;
    count_ = 0;
    bytes_ = 0;
    measure();
}

bool BatchFormer::fits(const EventRecord& record) const {
    return count_ < batch_size_ && record.time < boundary_ &&
           (count_ == 0 || bytes_ + record.json.size() <= max_bytes);
}

void BatchFormer::measure() {
    while (count_ < records_.size() && fits(records_[count_])) bytes_ += records_[count_++].json.size();
}

bool BatchFormer::is_full() const {
    return count_ == batch_size_ || bytes_ >= max_bytes || count_ < records_.size();
}

std::optional<Timestamp> BatchFormer::due() const {
    if (count_ == 0) return std::nullopt;
    if (window_.count() == 0 || is_full()) return Timestamp::min();
    return std::min(arrivals_.front() + window_, boundary_);
}

std::vector<EventRecord> BatchFormer::take() {
    const auto end = records_.begin() + static_cast<std::ptrdiff_t>(count_);
    std::vector<EventRecord> batch(std::make_move_iterator(records_.begin()), std::make_move_iterator(end));
    records_.erase(records_.begin(), end);
    arrivals_.erase(arrivals_.begin(), arrivals_.begin() + static_cast<std::ptrdiff_t>(count_));
    count_ = 0;
    bytes_ = 0;
    measure();
    return batch;
}

}  // namespace tailrace::stream
