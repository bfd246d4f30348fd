#include "stream/mapping/parameters/mapping_request.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/model/detected_faults.hpp"
#include "engine/model/listed.hpp"
#include "engine/model/text_pattern.hpp"
#include "stream/mapping/filter/filter_criteria.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

constexpr std::string_view arn_pattern =
    R"(arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*))";
constexpr std::string_view function_name_pattern =
    R"((arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?)"
    R"((function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?)";
/// The text that Lambda accepts as a destination. Source: Lambda's API reference, OnFailure.
constexpr std::string_view destination_pattern =
    R"($|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:)"
    R"(((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*))";
constexpr std::string_view kms_key_pattern = R"((arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|())";
constexpr std::size_t max_function_name_length = 256;
constexpr std::size_t max_kms_key_arn_length = 10'000;
constexpr std::size_t max_metrics = 3;
/// The part of an ARN that is checked. The resource after it may be anything.
constexpr std::size_t max_arn_head_length = 128;
constexpr std::size_t max_destination_length = 350;
constexpr std::array<std::string_view, 1> response_types = {"ReportBatchItemFailures"};

/// Lambda has these members for other kinds of event sources.
constexpr std::array<std::string_view, 9> members_of_other_sources = {
    "Topics",
    "Queues",
    "SourceAccessConfigurations",
    "SelfManagedEventSource",
    "AmazonManagedKafkaEventSourceConfig",
    "SelfManagedKafkaEventSourceConfig",
    "ScalingConfig",
    "DocumentDBEventSourceConfig",
    "ProvisionedPollerConfig",
};

struct IntegerMember {
    std::string_view name;
    std::int64_t least;
    std::int64_t most;
    void (*set)(MappingParameters& parameters, std::int64_t value);
};

template <typename Value>
std::optional<Value> unless_endless(std::int64_t value) {
    return value < 0 ? std::nullopt : std::optional(static_cast<Value>(value));
}

/// Source of the bounds: the shapes of Lambda's service model.
constexpr std::array<IntegerMember, 6> integer_members = {{
    {.name = "BatchSize",
     .least = 1,
     .most = 10'000,
     .set = [](MappingParameters& to,
               std::int64_t value) { to.batch_size = static_cast<std::size_t>(value); }},
    {.name = "MaximumBatchingWindowInSeconds",
     .least = 0,
     .most = 300,
     .set = [](MappingParameters& to,
               std::int64_t value) { to.maximum_batching_window = std::chrono::seconds(value); }},
    {.name = "ParallelizationFactor",
     .least = 1,
     .most = 10,
     .set = [](MappingParameters& to,
               std::int64_t value) { to.parallelization_factor = static_cast<std::size_t>(value); }},
    {.name = "MaximumRecordAgeInSeconds",
     .least = -1,
     .most = 604'800,
     .set = [](MappingParameters& to,
               std::int64_t value) { to.maximum_record_age = unless_endless<std::chrono::seconds>(value); }},
    {.name = "MaximumRetryAttempts",
     .least = -1,
     .most = 10'000,
     .set = [](MappingParameters& to,
               std::int64_t value) { to.maximum_retry_attempts = unless_endless<std::size_t>(value); }},
    {.name = "TumblingWindowInSeconds",
     .least = 0,
     .most = 900,
     .set = [](MappingParameters& to,
               std::int64_t value) { to.tumbling_window = std::chrono::seconds(value); }},
}};

constexpr std::array<std::string_view, 9> other_members = {"StartingPosition",
                                                           "Enabled",
                                                           "FilterCriteria",
                                                           "DestinationConfig",
                                                           "BisectBatchOnFunctionError",
                                                           "FunctionResponseTypes",
                                                           "MetricsConfig",
                                                           "KMSKeyArn",
                                                           "LoggingConfig"};

constexpr std::array<std::string_view, 3> metric_names = {"EventCount", "ErrorCount", "KafkaMetrics"};
constexpr std::array<std::string_view, 3> log_levels = {"DEBUG", "INFO", "WARN"};

/// Returns "BatchSize" as it appears in paths: "batchSize".
std::string in_path(std::string_view name) {
    std::string lowered(name);
    lowered.front() = static_cast<char>(lowered.front() - 'A' + 'a');
    return lowered;
}

std::string java_class(const json::value& value) {
    if (value.is_string()) return "java.lang.String";
    if (value.is_bool()) return "java.lang.Boolean";
    if (value.is_double()) return "java.lang.Double";
    if (value.is_number()) return "java.lang.Long";
    return value.is_array() ? "java.util.ArrayList" : "java.util.LinkedHashMap";
}

[[noreturn]] void refuse_type(const json::value& value, const std::string& wanted) {
    throw InvalidMapping::serialization("class " + java_class(value) + " can not be converted to " + wanted);
}

/// Reads the members of a request.
class MemberReader {
  public:
    explicit MemberReader(const json::object& body) : body_(body) {}

    /// Returns null if the member is absent or null.
    const json::value* find(std::string_view name) const {
        const json::value* value = body_.if_contains(name);
        return value == nullptr || value->is_null() ? nullptr : value;
    }
    std::optional<std::string> text(std::string_view name) const {
        const json::value* value = find(name);
        if (value == nullptr) return std::nullopt;
        if (!value->is_string()) refuse_type(*value, "a String");
        return std::string(value->get_string());
    }
    std::optional<bool> flag(std::string_view name) const {
        const json::value* value = find(name);
        if (value == nullptr) return std::nullopt;
        if (!value->is_bool()) refuse_type(*value, "a Boolean");
        return value->get_bool();
    }
    const json::array* list(std::string_view name) const {
        const json::value* value = find(name);
        if (value == nullptr) return nullptr;
        if (!value->is_array()) refuse_type(*value, "a List");
        return &value->get_array();
    }
    std::optional<MemberReader> structure(std::string_view name) const {
        const json::value* value = find(name);
        if (value == nullptr) return std::nullopt;
        if (!value->is_object()) refuse_type(*value, "a Structure");
        return MemberReader(value->get_object());
    }

  private:
    const json::object& body_;
};

/// The destinations that are accepted: over Lambda's API only the names that it knows; from the command line
/// and the config file also files and URLs.
enum class Destinations { names, places };

/// Reads a request in two passes, in AWS's order: first every member on its own, then the rules.
class RequestReader {
  public:
    RequestReader(const json::object& body, MappingParameters parameters, Destinations destinations)
        : members_(body), destinations_(destinations) {
        request_.parameters = std::move(parameters);
    }

    void read_names(bool name_is_required) {
        request_.event_source_arn = members_.text("EventSourceArn").value_or("");
        if (!request_.event_source_arn.empty() && !is_arn(request_.event_source_arn)) {
            blame(request_.event_source_arn, "eventSourceArn", pattern(arn_pattern));
        }
        const auto name = members_.text("FunctionName");
        request_.function_name = name.value_or("");
        if (!name && name_is_required) {
            faults_.emplace_back(
                "Value null at 'functionName' failed to satisfy constraint: Member must not be null");
        }
        if (name) check_function_name(*name);
    }

    void read_parameters() {
        MappingParameters& to = request_.parameters;
        if (const auto enabled = members_.flag("Enabled")) to.enabled = *enabled;
        for (const IntegerMember& member : integer_members) read_integer(member);
        read_filters();
        read_starting_position();
        read_destination();
        if (const auto bisect = members_.flag("BisectBatchOnFunctionError"))
            to.bisect_batch_on_function_error = *bisect;
        read_response_types();
        read_metrics();
        read_kms_key();
        read_log_level();
    }

    void throw_faults() const {
        if (!faults_.empty()) throw InvalidMapping::validation(detected_faults(faults_));
    }

    /// AWS checks this before the event source.
    void check_no_success_destination() const {
        const auto destinations = members_.structure("DestinationConfig");
        if (destinations && destinations->find("OnSuccess") != nullptr) refuse_member("DestinationConfig");
    }

    void check_creation() const {
        if (request_.event_source_arn.empty()) throw InvalidMapping::parameter("Unrecognized event source.");
        const std::string_view service = service_of(request_.event_source_arn);
        const bool is_stream = service == "dynamodb" || service == "kinesis";
        if (is_stream && !members_.find("StartingPosition")) {
            throw InvalidMapping::parameter(
                "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
                "constraint: Member must not be null.");
        }
    }

    void check_rules() const {
        const bool reads_dynamodb =
            request_.event_source_arn.empty() || service_of(request_.event_source_arn) == "dynamodb";
        for (const std::string_view name : members_of_other_sources) {
            if (reads_dynamodb && members_.find(name) != nullptr) refuse_member(name);
        }
        if (members_.text("StartingPosition") == "AT_TIMESTAMP") {
            throw InvalidMapping::parameter("Unsupported starting position for arn type: " +
                                            request_.event_source_arn);
        }
        if (members_.find("StartingPositionTimestamp") != nullptr)
            throw InvalidMapping::parameter("Timestamp only valid with StartingPosition AT_TIMESTAMP");
        constexpr std::chrono::seconds least_age(60);
        if (request_.parameters.maximum_record_age.value_or(least_age) < least_age) {
            throw InvalidMapping::parameter("MaximumRecordAgeInSeconds must be -1 or between 60 and 604800.");
        }
        check_failure_destination();
        try {
            const FilterCriteria compiled(request_.parameters.filters);
        } catch (const std::invalid_argument& error) {
            throw InvalidMapping::parameter(error.what());
        }
    }

    /// A configuration that is shown or stored has an empty structure if there is no destination. A request
    /// over HTTP may not have one.
    void check_failure_destination() const {
        const auto destinations = members_.structure("DestinationConfig");
        const auto on_failure = destinations ? destinations->structure("OnFailure") : std::nullopt;
        if (destinations_ == Destinations::places || !on_failure) return;
        if (on_failure->find("Destination") != nullptr) return;
        throw InvalidMapping::parameter("The Destination field is required for an OnFailure configuration.");
    }

    MappingRequest take() { return std::move(request_); }

  private:
    static std::string pattern(std::string_view text) {
        return "Member must satisfy regular expression pattern: " + std::string(text);
    }

    [[noreturn]] static void refuse_member(std::string_view name) {
        throw InvalidMapping::parameter("Unsupported " + std::string(name) +
                                        " parameter for given event source mapping type.");
    }

    static bool is_arn(const std::string& text) {
        static const TextPattern arn(arn_pattern);
        std::size_t colons = 0;
        const auto end = std::ranges::find_if(text, [&](char c) { return c == ':' && ++colons == 5; });
        const auto head_length = static_cast<std::size_t>(end - text.begin()) + 1;
        return colons == 5 && head_length <= max_arn_head_length &&
               arn.matches(std::string_view(text).substr(0, head_length));
    }

    void check_function_name(const std::string& name) {
        static const TextPattern function_name(function_name_pattern);
        if (name.empty()) {
            blame(name, "functionName", "Member must have length greater than or equal to 1");
        } else if (name.size() > max_function_name_length) {
            blame(name, "functionName", "Member must have length less than or equal to 256");
        } else if (!function_name.matches(name)) {
            blame(name, "functionName", pattern(function_name_pattern));
        }
    }

    void blame(const std::string& value, const std::string& path, const std::string& constraint) {
        faults_.push_back("Value '" + value + "' at '" + path +
                          "' failed to satisfy constraint: " + constraint);
    }

    void read_integer(const IntegerMember& member) {
        const json::value* value = members_.find(member.name);
        if (value == nullptr) return;
        json::error_code error;
        const auto number = value->is_number() ? value->to_number<std::int64_t>(error) : 0;
        if (!value->is_number() || error) refuse_type(*value, "an Integer");
        if (number < member.least) {
            blame(std::to_string(number), in_path(member.name),
                  "Member must have value greater than or equal to " + std::to_string(member.least));
        } else if (number > member.most) {
            blame(std::to_string(number), in_path(member.name),
                  "Member must have value less than or equal to " + std::to_string(member.most));
        } else {
            member.set(request_.parameters, number);
        }
    }

    /// An empty list removes all filters, and so does an object without a list.
    void read_filters() {
        const auto criteria = members_.structure("FilterCriteria");
        if (!criteria) return;
        std::vector<std::string>& filters = request_.parameters.filters;
        filters.clear();
        const json::array* list = criteria->list("Filters");
        if (list == nullptr) return;
        for (const json::value& each : *list) {
            if (!each.is_object()) refuse_type(each, "a Structure");
            filters.push_back(MemberReader(each.get_object()).text("Pattern").value_or(""));
            if (filters.back().size() > max_filter_length) {
                blame(filters.back(),
                      "filterCriteria.filters." + std::to_string(filters.size()) + ".member.pattern",
                      "Member must have length less than or equal to 4096");
            }
        }
    }

    void read_starting_position() {
        const auto position = members_.text("StartingPosition");
        if (!position) return;
        if (*position == "LATEST") request_.parameters.starting_position = StartingPosition::latest;
        if (*position == "TRIM_HORIZON")
            request_.parameters.starting_position = StartingPosition::trim_horizon;
        if (*position != "LATEST" && *position != "TRIM_HORIZON" && *position != "AT_TIMESTAMP") {
            blame(*position, "startingPosition",
                  "Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]");
        }
    }

    void read_destination() {
        const auto config = members_.structure("DestinationConfig");
        if (!config) return;
        const auto on_failure = config->structure("OnFailure");
        const std::string destination =
            on_failure ? on_failure->text("Destination").value_or("") : std::string();
        request_.parameters.on_failure = destination;
        const char* const path = "destinationConfig.onFailure.destination";
        if (destination.size() > max_destination_length) {
            blame(destination, path, "Member must have length less than or equal to 350");
        } else if (destinations_ == Destinations::names && !destination.empty() &&
                   !is_destination_name(destination)) {
            blame(destination, path, pattern(destination_pattern));
        }
    }

    void read_response_types() {
        const json::array* types = members_.list("FunctionResponseTypes");
        if (types == nullptr) return;
        request_.parameters.report_batch_item_failures = !types->empty();
        check_texts(*types, "functionResponseTypes", 1, response_types);
    }

    /// Reports a list that is too long or contains something that is not allowed. Its value is shown as on
    /// AWS: "[A, B]".
    void check_texts(const json::array& list, const std::string& path, std::size_t most,
                     std::span<const std::string_view> allowed) {
        std::string shown;
        bool is_allowed = true;
        for (const json::value& each : list) {
            if (!each.is_string()) refuse_type(each, "a String");
            const std::string_view text = each.get_string();
            shown.append(shown.empty() ? "[" : ", ").append(text);
            is_allowed = is_allowed && std::ranges::find(allowed, text) != allowed.end();
        }
        if (list.size() > most) {
            blame(shown + "]", path, "Member must have length less than or equal to " + std::to_string(most));
        } else if (!is_allowed) {
            blame(shown + "]", path, "Member must satisfy constraint: [" + one_of(allowed) + "]");
        }
    }

    static std::string one_of(std::span<const std::string_view> allowed) {
        return "Member must satisfy enum value set: [" + listed(allowed) + "]";
    }

    void read_metrics() {
        const auto config = members_.structure("MetricsConfig");
        if (!config) return;
        const json::array* list = config->list("Metrics");
        if (list == nullptr) return;
        check_texts(*list, "metricsConfig.metrics", max_metrics, metric_names);
        request_.parameters.metrics.emplace();
        for (const json::value& each : *list) request_.parameters.metrics->emplace_back(each.get_string());
    }

    /// An empty text removes the key.
    void read_kms_key() {
        const auto key = members_.text("KMSKeyArn");
        if (!key) return;
        static const TextPattern kms_key(kms_key_pattern);
        request_.parameters.kms_key_arn = *key;
        if (key->size() > max_kms_key_arn_length) {
            blame(*key, "kMSKeyArn", "Member must have length less than or equal to 10000");
        } else if (!kms_key.matches(*key)) {
            blame(*key, "kMSKeyArn", pattern(kms_key_pattern));
        }
    }

    void read_log_level() {
        const auto config = members_.structure("LoggingConfig");
        if (!config) return;
        const auto level = config->text("SystemLogLevel");
        request_.parameters.system_log_level = level.value_or("");
        if (level && std::ranges::find(log_levels, *level) == log_levels.end())
            blame(*level, "loggingConfig.systemLogLevel", one_of(log_levels));
    }

    MemberReader members_;
    const Destinations destinations_;
    MappingRequest request_;
    std::vector<std::string> faults_;
};

}  // namespace

MappingRequest read_create_request(const json::object& body) {
    RequestReader reader(body, {}, Destinations::names);
    reader.read_names(true);
    reader.read_parameters();
    reader.throw_faults();
    reader.check_no_success_destination();
    reader.check_creation();
    reader.check_rules();
    return reader.take();
}

MappingRequest read_update_request(const json::object& body, const MappingParameters& current) {
    RequestReader reader(body, current, Destinations::names);
    reader.read_names(false);
    reader.read_parameters();
    reader.throw_faults();
    reader.check_no_success_destination();
    reader.check_rules();
    MappingRequest request = reader.take();
    // The starting position of a mapping cannot be changed.
    request.parameters.starting_position = current.starting_position;
    return request;
}

MappingParameters read_parameters(const json::object& object) {
    RequestReader reader(object, {}, Destinations::places);
    reader.read_parameters();
    reader.throw_faults();
    reader.check_no_success_destination();
    reader.check_rules();
    return reader.take().parameters;
}

bool is_destination_name(const std::string& text) {
    static const TextPattern destination(destination_pattern);
    return !text.empty() && text.size() <= max_destination_length && destination.matches(text);
}

std::string_view service_of(std::string_view arn) {
    constexpr int colons_before = 2;
    for (int colon = 0; colon < colons_before; ++colon) {
        const std::size_t found = arn.find(':');
        if (found == std::string_view::npos) return {};
        arn.remove_prefix(found + 1);
    }
    return arn.substr(0, arn.find(':'));
}

std::vector<std::string_view> parameter_names() {
    std::vector<std::string_view> names(other_members.begin(), other_members.end());
    for (const IntegerMember& member : integer_members) names.push_back(member.name);
    return names;
}

}  // namespace tailrace::stream
