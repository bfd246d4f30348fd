#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/model/request.hpp"

/// Rules for the settings of a table that CreateTable and UpdateTable share. Each function takes the whole
/// request, and accepts it if the setting is absent.
namespace tailrace::validation {

/// The maximum number of units that AWS accepts.
inline constexpr std::int64_t max_capacity_units = 1'000'000'000'000;

/// Throws if a number of units in ProvisionedThroughput is higher than that.
void check_throughput_bounds(const Request& request);

/// Checks SSESpecification.
void check_encryption(const Request& request);

/// The messages about StreamSpecification, which CreateTable and UpdateTable word differently.
struct StreamViewFaults {
    /// The stream is enabled, but there is no StreamViewType.
    std::string_view missing;
    /// The stream is not enabled, but there is a StreamViewType.
    std::string_view unexpected;
};

/// Checks that StreamSpecification has a StreamViewType if it enables the stream, and only then.
void check_stream_view(const Request& request, const StreamViewFaults& faults);

/// Checks TableClass, for which AWS has a message of its own.
void check_table_class(const Request& request);

/// Checks OnDemandThroughput of `owner` ("table" or "index : NAME"), if `parent` has it: at least one unit.
/// `may_clear` also allows -1, with which UpdateTable removes a limit.
void check_on_demand_throughput(const Request& parent, const std::string& owner, bool may_clear);

/// Refuses settings that Tailrace does not support and could not show: to accept them would promise something
/// that does not happen. Called after all of AWS's rules.
void check_absent_settings(const Request& request);

}  // namespace tailrace::validation
