#pragma once

#include <boost/json.hpp>
#include <string>

#include "engine/model/clock.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::stream {

/// A mapping as Lambda's API shows it: its parameters and its other members.
struct MappingConfiguration {
    std::string uuid;
    std::string mapping_arn;
    std::string event_source_arn;
    std::string function_arn;
    Timestamp last_modified = {};
    /// "No records processed", "OK", "PROBLEM: Function call failed", or another problem.
    std::string last_processing_result = "No records processed";
    /// "Creating", "Enabled", "Disabled", …
    std::string state;
    std::string state_transition_reason = "User action";
    MappingParameters parameters;
};

/// Returns the parameters under their names in Lambda's API, as read_parameters() reads them.
boost::json::object parameters_json(const MappingParameters& parameters);

/// Returns Lambda's EventSourceMappingConfiguration, with every member that AWS shows for a DynamoDB mapping.
boost::json::object configuration_json(const MappingConfiguration& configuration);

}  // namespace tailrace::stream
