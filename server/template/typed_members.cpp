#include "server/template/typed_members.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/model/parse_number.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

// Source: the service models of DynamoDB, CreateTable and UpdateTimeToLive, and of Lambda,
// CreateEventSourceMapping.
constexpr std::array<std::string_view, 12> integers = {
    "ReadCapacityUnits",
    "WriteCapacityUnits",
    "MaxReadRequestUnits",
    "MaxWriteRequestUnits",
    "ReadUnitsPerSecond",
    "WriteUnitsPerSecond",
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "ParallelizationFactor",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "TumblingWindowInSeconds",
};
constexpr std::array<std::string_view, 5> flags = {
    "Enabled", "StreamEnabled", "DeletionProtectionEnabled", "BisectBatchOnFunctionError", "SSEEnabled",
};

void give_type(std::string_view name, json::value& value) {
    if (!value.is_string()) {
        give_types(value);
        return;
    }
    const std::string_view text = value.get_string();
    if (std::ranges::find(integers, name) != integers.end()) {
        if (const auto number = parse_number<std::int64_t>(text)) value = *number;
    } else if (std::ranges::find(flags, name) != flags.end()) {
        const bool is_true = text == "true" || text == "True" || text == "TRUE";
        const bool is_false = text == "false" || text == "False" || text == "FALSE";
        if (is_true || is_false) value = is_true;
    }
}

}  // namespace

void give_types(json::value& request) {
    if (request.is_array()) {
        for (json::value& each : request.get_array()) give_types(each);
    } else if (request.is_object()) {
        for (auto& member : request.get_object()) give_type(member.key(), member.value());
    }
}

}  // namespace tailrace::server
