#pragma once

#include <cstddef>
#include <string>

#include "stream/handler/handler.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::stream {

/// The result of a call from the mapping's point of view: which records of the batch are done.
struct BatchAnswer {
    enum class Kind {
        succeeded,
        /// The records before `failed_from` are done.
        partly_failed,
        failed,
        /// The function was not reached.
        not_invoked
    };

    Kind kind = Kind::succeeded;
    std::size_t failed_from = 0;
    /// For people; empty on success.
    std::string error = {};
    /// The state for the next batch of a tumbling window; empty if there is none.
    std::string state_json = {};
};

/// Reads a result. What a function returns matters only if the parameters say so: with
/// ReportBatchItemFailures its batchItemFailures count; with a tumbling window its state counts, and a call
/// that returns no state has failed. Source: "Configuring partial batch response with DynamoDB and Lambda";
/// "Implementing stateful DynamoDB stream processing in Lambda".
BatchAnswer read_answer(const HandlerResult& result, const EventBatch& batch,
                        const MappingParameters& parameters);

}  // namespace tailrace::stream
