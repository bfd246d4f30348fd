#include "stream/mapping/parameters/mapping_configuration.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

constexpr int endless = -1;

json::object filter_criteria(const std::vector<std::string>& patterns) {
    json::array filters;
    for (const std::string& pattern : patterns) filters.push_back(json::object{{"Pattern", pattern}});
    return {{"Filters", std::move(filters)}};
}

void add_parameters(json::object& to, const MappingParameters& from) {
    to["StartingPosition"] = from.starting_position == StartingPosition::latest ? "LATEST" : "TRIM_HORIZON";
    to["BatchSize"] = from.batch_size;
    to["MaximumBatchingWindowInSeconds"] = from.maximum_batching_window.count();
    to["ParallelizationFactor"] = from.parallelization_factor;
    if (!from.filters.empty()) to["FilterCriteria"] = filter_criteria(from.filters);
    json::object on_failure;
    if (!from.on_failure.empty()) on_failure["Destination"] = from.on_failure;
    to["DestinationConfig"] = json::object{{"OnFailure", std::move(on_failure)}};
    to["MaximumRecordAgeInSeconds"] = from.maximum_record_age ? from.maximum_record_age->count() : endless;
    to["BisectBatchOnFunctionError"] = from.bisect_batch_on_function_error;
    to["MaximumRetryAttempts"] =
        from.maximum_retry_attempts ? json::value(*from.maximum_retry_attempts) : json::value(endless);
    to["TumblingWindowInSeconds"] = from.tumbling_window.count();
    json::array response_types;
    if (from.report_batch_item_failures) response_types.push_back("ReportBatchItemFailures");
    to["FunctionResponseTypes"] = std::move(response_types);
    if (from.metrics) {
        to["MetricsConfig"] =
            json::object{{"Metrics", json::array(from.metrics->begin(), from.metrics->end())}};
    }
    if (!from.kms_key_arn.empty()) to["KMSKeyArn"] = from.kms_key_arn;
    if (!from.system_log_level.empty())
        to["LoggingConfig"] = json::object{{"SystemLogLevel", from.system_log_level}};
}

}  // namespace

json::object parameters_json(const MappingParameters& parameters) {
    json::object object;
    add_parameters(object, parameters);
    object["Enabled"] = parameters.enabled;
    return object;
}

json::object configuration_json(const MappingConfiguration& configuration) {
    json::object object{{"UUID", configuration.uuid}};
    add_parameters(object, configuration.parameters);
    object["EventSourceArn"] = configuration.event_source_arn;
    object["FunctionArn"] = configuration.function_arn;
    object["LastModified"] = epoch_seconds(configuration.last_modified);
    object["LastProcessingResult"] = configuration.last_processing_result;
    object["State"] = configuration.state;
    object["StateTransitionReason"] = configuration.state_transition_reason;
    object["EventSourceMappingArn"] = configuration.mapping_arn;
    return object;
}

}  // namespace tailrace::stream
