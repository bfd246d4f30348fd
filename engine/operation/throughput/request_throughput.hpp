#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/operation/throughput/throughput.hpp"
#include "engine/table/item_gate.hpp"

namespace tailrace::operation {

/// The throughput that one request uses. The work of a request may be repeated in another turn because
/// another process has written first. The buckets are then as if there had been one turn: the decision about
/// an item is made once, and what the earlier turn took is given back. Only reads have pages, and reads are
/// never repeated.
class RequestThroughput final : public table::ItemGate {
  public:
    /// `throughput` outlives it.
    explicit RequestThroughput(Throughput& throughput) : throughput_(throughput) {}

    std::optional<ApiError> admit(const table::ItemAccess& access) override;
    void consumed(const table::ItemAccess& access, double units) override;

  private:
    struct Decision {
        std::optional<ApiError> refusal;
        /// The last turn in which the gate was asked.
        int turn;
    };

    void begin_turn();

    Throughput& throughput_;
    int turn_ = 0;
    /// Keyed by the table's space and the row key.
    std::map<std::string, Decision> decisions_;
    std::vector<Throughput::Taken> taken_;
};

}  // namespace tailrace::operation
