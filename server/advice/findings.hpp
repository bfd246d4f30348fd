#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"
#include "engine/table/catalogue/table_definition.hpp"
#include "server/advice/advice.hpp"
#include "server/advice/run_record.hpp"
#include "stream/mapping/mapping_status.hpp"

namespace tailrace::server {

inline constexpr std::array<std::string_view, 11> finding_names = {"Scan",
                                                                   "FilterDiscards",
                                                                   "HotPartition",
                                                                   "OversizedItem",
                                                                   "UnusedIndex",
                                                                   "SecondRead",
                                                                   "ReadAfterWrite",
                                                                   "UnprocessedItems",
                                                                   "TransactionConflict",
                                                                   "TimeToLiveMisread",
                                                                   "FailingStreamBatch"};

/// The tables at this moment.
using TablesNow = std::vector<std::shared_ptr<const table::TableDefinition>>;
TablesNow tables_now(Engine& engine);

/// What findings are drawn from.
struct Run {
    const RunRecord& record;
    const TablesNow& tables;
    const std::vector<stream::MappingStatus>& mappings;
    double requests_per_month;
};

/// Returns the findings of the run, in the order of finding_names. See thresholds.hpp for their conditions.
std::vector<Finding> findings_of(const Run& run);

}  // namespace tailrace::server
