#include "server/lambda/event_source_mapping_endpoints.hpp"

#include <boost/json.hpp>
#include <cstdint>

#include "engine/model/parse_number.hpp"
#include "server/lambda/lambda_error.hpp"
#include "server/lambda/request_body.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr const char* collection = "/2015-03-31/event-source-mappings";
constexpr const char* member = "/2015-03-31/event-source-mappings/{UUID}";

std::size_t max_items_of(const WebRequest& request) {
    constexpr std::int64_t most = 10'000;
    // AWS returns at most a hundred at a time, whatever was asked for.
    constexpr std::int64_t shown_at_once = 100;
    const auto text = request.target.parameter("MaxItems");
    if (!text) return shown_at_once;
    const auto number = parse_number<std::int64_t>(*text);
    if (!number) throw LambdaError::serialization("STRING_VALUE can not be converted to an Integer");
    const std::string prefix = "1 validation error detected: Value '" + *text +
                               "' at 'maxItems' failed to satisfy constraint: Member must have value ";
    if (*number < 1) throw LambdaError::validation(prefix + "greater than or equal to 1");
    if (*number > most) throw LambdaError::validation(prefix + "less than or equal to 10000");
    return static_cast<std::size_t>(std::min(*number, shown_at_once));
}

HttpResponse list(MappingService& mappings, const WebRequest& request) {
    const auto parameter = [&](const char* name) { return request.target.parameter(name).value_or(""); };
    return json_response(mappings.list({.event_source_arn = parameter("EventSourceArn"),
                                        .function_name = parameter("FunctionName"),
                                        .marker = parameter("Marker"),
                                        .max_items = max_items_of(request)}));
}

}  // namespace

void add_event_source_mapping_endpoints(Mount& lambda, MappingService& mappings) {
    constexpr int accepted = 202;
    lambda.add({.method = "POST", .path = collection, .function = [&mappings](const WebRequest& request) {
                    return json_response(mappings.create(read_body(request)), accepted);
                }});
    lambda.add({.method = "GET", .path = collection, .function = [&mappings](const WebRequest& request) {
                    return list(mappings, request);
                }});
    lambda.add({.method = "GET", .path = member, .function = [&mappings](const WebRequest& request) {
                    return json_response(mappings.get(request.path_values.front()));
                }});
    lambda.add({.method = "PUT", .path = member, .function = [&mappings](const WebRequest& request) {
                    return json_response(mappings.update(request.path_values.front(), read_body(request)),
                                         accepted);
                }});
    // A mapping that is deleted finishes its batches first.
    lambda.add({.method = "DELETE",
                .path = member,
                .function =
                    [&mappings](const WebRequest& request) {
                        return json_response(mappings.remove(request.path_values.front()), accepted);
                    },
                .answering = Answering::waiting});
}

}  // namespace tailrace::server
