#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tailrace::stream {

enum class StartingPosition { trim_horizon, latest };

/// What Lambda lets one say of an event source mapping of a DynamoDB stream, with its defaults.
/// Source: "Process DynamoDB records with Lambda", parameters.
struct MappingParameters {
    StartingPosition starting_position = StartingPosition::trim_horizon;
    /// Records per batch at most, 1 to 10,000.
    std::size_t batch_size = 100;
    /// How long a batch that is not full is waited with, up to 300 s.
    std::chrono::seconds maximum_batching_window{0};
    /// Batches per shard at a time, 1 to 10.
    std::size_t parallelization_factor = 1;
    /// Nothing for as often as it takes.
    std::optional<std::size_t> maximum_retry_attempts;
    /// Nothing for as long as the stream keeps records.
    std::optional<std::chrono::seconds> maximum_record_age;
    bool bisect_batch_on_function_error = false;
    /// FunctionResponseTypes has ReportBatchItemFailures.
    bool report_batch_item_failures = false;
    /// The patterns of FilterCriteria, at most 5, any of which lets a record pass; none lets all pass.
    std::vector<std::string> filters;
    /// The OnFailure destination: an ARN, or a file or a URL where the command line named it; empty for none.
    std::string on_failure;
    /// 0 for no windows; up to 900 s.
    std::chrono::seconds tumbling_window{0};
    bool enabled = true;
    /// The metrics of MetricsConfig, its KMSKeyArn, and the SystemLogLevel of LoggingConfig: they have no
    /// effect here, and are kept and shown. Nothing, or empty, where they were not given.
    std::optional<std::vector<std::string>> metrics;
    std::string kms_key_arn;
    std::string system_log_level;

    friend bool operator==(const MappingParameters&, const MappingParameters&) = default;
};

}  // namespace tailrace::stream
