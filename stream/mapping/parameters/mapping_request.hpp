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
    /// A value out of its bounds.
    static InvalidMapping validation(const std::string& message) { return {"ValidationException", message}; }
    /// A rule beyond those.
    static InvalidMapping parameter(const std::string& message) {
        return {"InvalidParameterValueException", message};
    }

    /// The exception that Lambda answers.
    const std::string& name() const { return name_; }

  private:
    InvalidMapping(const char* name, const std::string& message)
        : std::invalid_argument(message), name_(name) {}
    std::string name_;
};

/// What a request says of a mapping.
struct MappingRequest {
    /// A name or an ARN. Empty where an update names none.
    std::string function_name;
    /// Empty in an update.
    std::string event_source_arn;
    MappingParameters parameters;
};

/// Reads the body of CreateEventSourceMapping, but for its Tags. Members that no DynamoDB mapping has are
/// refused where the source is DynamoDB's; members that Lambda does not know are left out, as AWS does.
/// Throws InvalidMapping, in AWS's order: types, bounds, rules.
MappingRequest read_create_request(const boost::json::object& body);

/// Reads the body of UpdateEventSourceMapping for a mapping with these parameters: what the body does not
/// name stays.
MappingRequest read_update_request(const boost::json::object& body, const MappingParameters& current);

/// Reads parameters alone, under the members' names of Lambda's API: none is required, EventSourceArn and
/// FunctionName are left alone. The destination may be a file or a URL as well: this is for those who may
/// name such places. Throws InvalidMapping.
MappingParameters read_parameters(const boost::json::object& object);

/// Whether a text is what Lambda's API takes as a destination: an ARN, or "kafka://TOPIC". Nothing else may
/// be named over HTTP. Source: Lambda's API reference, OnFailure.
bool is_destination_name(const std::string& text);

/// "dynamodb" of "arn:aws:dynamodb:…"; empty where the text is no ARN.
std::string_view service_of(std::string_view arn);

/// The members that read_parameters() takes.
std::vector<std::string_view> parameter_names();

}  // namespace tailrace::stream
