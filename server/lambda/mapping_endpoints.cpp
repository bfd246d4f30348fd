#include "server/lambda/mapping_endpoints.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <cstdint>

#include "server/lambda/request_body.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr const char* collection = "/2015-03-31/event-source-mappings";
constexpr const char* member = "/2015-03-31/event-source-mappings/{UUID}";

std::size_t max_items_of(const LambdaRequest& request) {
    constexpr std::int64_t most = 10'000;
    // AWS shows a hundred a time, whatever was asked for.
    constexpr std::int64_t shown_at_once = 100;
    const auto text = request.target.parameter("MaxItems");
    if (!text) return shown_at_once;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc() || end != text->data() + text->size())
        throw LambdaError::serialization("STRING_VALUE can not be converted to an Integer");
    const std::string prefix = "1 validation error detected: Value '" + *text +
                               "' at 'maxItems' failed to satisfy constraint: Member must have value ";
    if (number < 1) throw LambdaError::validation(prefix + "greater than or equal to 1");
    if (number > most) throw LambdaError::validation(prefix + "less than or equal to 10000");
    return static_cast<std::size_t>(std::min(number, shown_at_once));
}

LambdaResponse list(EventSourceMappings& mappings, const LambdaRequest& request) {
    const auto parameter = [&](const char* name) { return request.target.parameter(name).value_or(""); };
    return {200, json::serialize(mappings.list({parameter("EventSourceArn"), parameter("FunctionName"),
                                                parameter("Marker"), max_items_of(request)}))};
}

}  // namespace

void add_mapping_endpoints(LambdaEndpoints& endpoints, EventSourceMappings& mappings) {
    constexpr int accepted = 202;
    endpoints.add({"POST", collection, [&mappings](const LambdaRequest& request) {
                       return LambdaResponse{accepted, json::serialize(mappings.create(read_body(request)))};
                   }});
    endpoints.add(
        {"GET", collection, [&mappings](const LambdaRequest& request) { return list(mappings, request); }});
    endpoints.add({"GET", member, [&mappings](const LambdaRequest& request) {
                       return LambdaResponse{200, json::serialize(mappings.get(request.path_values.front()))};
                   }});
    endpoints.add({"PUT", member, [&mappings](const LambdaRequest& request) {
                       const auto updated = mappings.update(request.path_values.front(), read_body(request));
                       return LambdaResponse{accepted, json::serialize(updated)};
                   }});
    endpoints.add({"DELETE", member, [&mappings](const LambdaRequest& request) {
                       const auto removed = mappings.remove(request.path_values.front());
                       return LambdaResponse{accepted, json::serialize(removed)};
                   }});
}

}  // namespace tailrace::server
