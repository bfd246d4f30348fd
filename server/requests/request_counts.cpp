#include "server/requests/request_counts.hpp"

namespace tailrace::server {
namespace {

/// The names of operations have static storage, so the same name is at the same place.
bool is_of_kind(const RequestCount& count, const RequestReport& report) {
    return count.operation.data() == report.operation.data() && count.status == report.status &&
           count.error == report.error;
}

}  // namespace

/// Returns null if there are too many kinds.
RequestCount* RequestCounts::find(const RequestReport& report) {
    if (last_ < counts_.size() && is_of_kind(counts_[last_], report)) return &counts_[last_];
    for (last_ = 0; last_ < counts_.size(); ++last_) {
        if (is_of_kind(counts_[last_], report)) return &counts_[last_];
    }
    if (counts_.size() == max_kinds) return nullptr;
    return &counts_.emplace_back(RequestCount{
        .operation = report.operation, .status = report.status, .error = std::string(report.error)});
}

void RequestCounts::add(const RequestReport& report, std::chrono::microseconds duration) {
    RequestCount* count = find(report);
    if (count == nullptr) return;
    ++count->requests;
    count->microseconds += static_cast<std::uint64_t>(duration.count());
    count->capacity_units += report.cost.capacity_units;
}

}  // namespace tailrace::server
