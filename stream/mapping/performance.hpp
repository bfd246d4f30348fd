#pragma once

#include <string>

#include "engine/model/clock.hpp"
#include "stream/handler/handler.hpp"
#include "stream/mapping/delivery/batch_answer.hpp"
#include "stream/mapping/delivery/delivery.hpp"
#include "stream/mapping/delivery/invocation.hpp"
#include "stream/mapping/source/lane_task.hpp"

namespace tailrace::stream {

/// The result of a batch.
struct Performance {
    Invocation invocation;
    BatchAnswer answer;
    Verdict verdict;
    /// Why the batch is given up, if it is.
    std::string reason = {};
};

/// Calls the function with a batch and judges its answer, or judges a batch that is given up without a call.
/// Notes the call in the delivery, but settles nothing.
Performance perform(LaneTask& task, Handler& handler, const Clock& clock);

}  // namespace tailrace::stream
