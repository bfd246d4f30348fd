#pragma once

#include <boost/json.hpp>
#include <string>

#include "engine/model/clock.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::stream {

/// What Lambda's API shows of a mapping besides its parameters.
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

/// The parameters under the members' names of Lambda's API, as read_parameters() takes them.
boost::json::object parameters_json(const MappingParameters& parameters);

/// Lambda's EventSourceMappingConfiguration, with every member that AWS shows of a DynamoDB mapping.
boost::json::object configuration_json(const MappingConfiguration& configuration);

}  // namespace tailrace::stream
