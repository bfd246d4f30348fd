#pragma once

#include <cstdint>
#include <string>

#include "engine/model/request.hpp"

/// Rules for the settings of a table that CreateTable and UpdateTable share. Each takes the whole request and
/// has nothing to say where the setting is absent.
namespace tailrace::validation {

/// AWS does not count with more units than these.
inline constexpr std::int64_t most_capacity_units = 1'000'000'000'000;

/// Throws when the units of ProvisionedThroughput are beyond what AWS counts with.
void check_throughput_bounds(const Request& request);

/// SSESpecification.
void check_encryption(const Request& request);

/// TableClass, which AWS keeps out of its model.
void check_table_class(const Request& request);

/// OnDemandThroughput of `owner`, "table" or "index : NAME", where `parent` has it: units of one or more.
/// `may_clear` lets -1 through, by which UpdateTable removes a limit.
void check_on_demand_throughput(const Request& parent, const std::string& owner, bool may_clear);

/// Settings that Tailrace has no use for and could not show: a request that was accepted with one would
/// promise what nothing here does. Comes after all rules of AWS's.
void check_absent_settings(const Request& request);

}  // namespace tailrace::validation
