#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tailrace::stream {

enum class StartingPosition { trim_horizon, latest };

/// The parameters that Lambda offers for an event source mapping of a DynamoDB stream, with its defaults.
/// Source: "Process DynamoDB records with Lambda", parameters.
struct MappingParameters {
    StartingPosition starting_position = StartingPosition::trim_horizon;
    /// The maximum number of records in a batch, 1 to 10,000.
    std::size_t batch_size = 100;
    /// How long to wait for more records if a batch is not full, up to 300 s.
    std::chrono::seconds maximum_batching_window{0};
    /// Concurrent batches per shard, 1 to 10.
    std::size_t parallelization_factor = 1;
    /// If nullopt, there is no limit.
    std::optional<std::size_t> maximum_retry_attempts;
    /// If nullopt, records are retried for as long as the stream keeps them.
    std::optional<std::chrono::seconds> maximum_record_age;
    bool bisect_batch_on_function_error = false;
    /// True if FunctionResponseTypes contains ReportBatchItemFailures.
    bool report_batch_item_failures = false;
    /// The patterns of FilterCriteria, at most 5. A record passes if it matches any of them, or if there are
    /// none.
    std::vector<std::string> filters;
    /// The OnFailure destination: an ARN, or a file or a URL if the command line named it. Empty if there is
    /// none.
    std::string on_failure;
    /// Up to 900 s; 0 means no windows.
    std::chrono::seconds tumbling_window{0};
    bool enabled = true;
    /// The metrics of MetricsConfig, the KMSKeyArn, and the SystemLogLevel of LoggingConfig. They have no
    /// effect here, and are only kept and shown. They are nullopt or empty if they were not given.
    std::optional<std::vector<std::string>> metrics;
    std::string kms_key_arn;
    std::string system_log_level;

    friend bool operator==(const MappingParameters&, const MappingParameters&) = default;
};

}  // namespace tailrace::stream
