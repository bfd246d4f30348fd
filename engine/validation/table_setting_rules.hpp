#pragma once

#include <boost/json.hpp>
#include <string>

/// Rules for the settings of a table that CreateTable and UpdateTable share. Each takes the whole request and
/// has nothing to say where the setting is absent.
namespace tailrace::validation {

/// Throws when the units of ProvisionedThroughput are beyond what AWS counts with.
void check_throughput_bounds(const boost::json::object& request);

/// The same for the units of an index that UpdateTable changes. AWS looks at them before it looks for the
/// index, whose name it does not give.
void check_index_throughput_bounds(const boost::json::object& change);

/// SSESpecification.
void check_encryption(const boost::json::object& request);

/// TableClass, which AWS keeps out of its model.
void check_table_class(const boost::json::object& request);

/// OnDemandThroughput of `owner`, "table" or "index : NAME", where `parent` has it: units of one or more.
/// `may_clear` lets -1 through, by which UpdateTable removes a limit.
void check_on_demand_throughput(const boost::json::object& parent, const std::string& owner, bool may_clear);

}  // namespace tailrace::validation
