#pragma once

#include <boost/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::stream {

/// What is wrong with a request for a mapping, in the words of Lambda's API.
class InvalidMapping : public std::invalid_argument {
  public:
    /// A member of the wrong JSON type.
    static InvalidMapping serialization(const std::string& message) {
        return {"SerializationException", message};
    }
    /// A value that is out of bounds.
    static InvalidMapping validation(const std::string& message) { return {"ValidationException", message}; }
    /// A violation of any other rule.
    static InvalidMapping parameter(const std::string& message) {
        return {"InvalidParameterValueException", message};
    }

    /// The name of the exception that Lambda answers with.
    const std::string& name() const { return name_; }

  private:
    InvalidMapping(const char* name, const std::string& message)
        : std::invalid_argument(message), name_(name) {}
    std::string name_;
};

/// The content of a request that creates or updates a mapping.
struct MappingRequest {
    /// A name or an ARN. Empty if an update names none.
    std::string function_name;
    /// Empty in an update.
    std::string event_source_arn;
    MappingParameters parameters;
};

/// Reads the body of CreateEventSourceMapping, except for its Tags. Members that no DynamoDB mapping has are
/// refused if the source is a DynamoDB stream. Members that Lambda does not know are ignored, as on AWS.
/// Throws InvalidMapping, in AWS's order: types, bounds, rules.
MappingRequest read_create_request(const boost::json::object& body);

/// Reads the body of UpdateEventSourceMapping for a mapping with these parameters. Whatever the body does not
/// name stays the same.
MappingRequest read_update_request(const boost::json::object& body, const MappingParameters& current);

/// Reads only parameters, under their names in Lambda's API. None is required; EventSourceArn and
/// FunctionName are not read. The destination may also be a file or a URL, because the command line and the
/// config file may name them. Throws InvalidMapping.
MappingParameters read_parameters(const boost::json::object& object);

/// Returns true if Lambda's API accepts a text as a destination: an ARN, or "kafka://TOPIC". Nothing else may
/// be named over HTTP. Source: Lambda's API reference, OnFailure.
bool is_destination_name(const std::string& text);

/// Returns "dynamodb" for "arn:aws:dynamodb:…", or an empty string if the text is not an ARN.
std::string_view service_of(std::string_view arn);

/// Returns the names of the members that read_parameters() reads.
std::vector<std::string_view> parameter_names();

}  // namespace tailrace::stream
