#include "engine/operation/throughput/request_throughput.hpp"

namespace tailrace::operation {

std::optional<ApiError> RequestThroughput::admit(const table::ItemAccess& access) {
    if (access.rows != nullptr) return throughput_.refuse(access);
    std::string item = std::to_string(access.table.space).append(" ").append(access.row_key);
    const auto found = decisions_.find(item);
    if (found == decisions_.end()) {
        Decision made{throughput_.refuse(access), turn_};
        return decisions_.emplace(std::move(item), std::move(made)).first->second.refusal;
    }
    if (found->second.turn == turn_) begin_turn();
    found->second.turn = turn_;
    return found->second.refusal;
}

void RequestThroughput::begin_turn() {
    ++turn_;
    for (const Throughput::Taken& each : taken_) throughput_.give_back(each);
    taken_.clear();
}

void RequestThroughput::consumed(const table::ItemAccess& access, double units) {
    taken_.push_back(throughput_.take(access, units));
}

}  // namespace tailrace::operation
