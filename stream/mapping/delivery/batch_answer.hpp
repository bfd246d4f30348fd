#pragma once

#include <cstddef>
#include <string>

#include "stream/handler/handler.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::stream {

/// What came of a call, as a mapping takes it: which records of the batch are done with.
struct BatchAnswer {
    enum class Kind {
        succeeded,
        /// The records before `failed_from` are done with.
        partly_failed,
        failed,
        /// The function was not reached.
        not_invoked
    };

    Kind kind = Kind::succeeded;
    std::size_t failed_from = 0;
    /// For people; empty for success.
    std::string error = {};
    /// What is to be given to the next batch of a tumbling window; empty where there is none.
    std::string state_json = {};
};

/// Reads a result. What a function returns matters only where the parameters say so: with
/// ReportBatchItemFailures its batchItemFailures, with a tumbling window its state, without which it failed.
/// Source: "Configuring partial batch response with DynamoDB and Lambda"; "Implementing stateful DynamoDB
/// stream processing in Lambda".
BatchAnswer read_answer(const HandlerResult& result, const EventBatch& batch,
                        const MappingParameters& parameters);

}  // namespace tailrace::stream
