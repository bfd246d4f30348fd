#include "server/admin/request_endpoints.hpp"

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/parse_number.hpp"
#include "server/admin/text_or_null.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

json::object json_of(const LoggedRequest& request) {
    const bool is_of_one = request.tables.size() == 1;
    json::object object{{"Number", request.number},
                        {"Time", iso_time(request.time)},
                        {"Operation", request.operation},
                        {"TableName", is_of_one ? json::value(request.tables.front()) : json::value(nullptr)},
                        {"IndexName", text_or_null(request.index)},
                        {"Status", request.status},
                        {"Error", text_or_null(request.error)},
                        {"CapacityUnits", request.cost.capacity_units},
                        {"ItemsRead", request.cost.items_read},
                        {"ItemsReturned", request.cost.items_returned},
                        {"ItemsWritten", request.cost.items_written},
                        {"DurationMicroseconds", request.duration.count()}};
    if (request.tables.size() > 1)
        object["TableNames"] = json::array(request.tables.begin(), request.tables.end());
    return object;
}

/// Returns nullopt if the text is not a status.
std::optional<int> parse_status(std::string_view text) {
    constexpr int lowest = 100;
    constexpr int highest = 599;
    const auto status = parse_number<int>(text);
    return status && *status >= lowest && *status <= highest ? status : std::nullopt;
}

HttpResponse show(const Engine& engine, const RequestLog& log, const WebRequest& request) {
    const std::string operation = request.target.parameter("operation").value_or("");
    const std::string table = request.target.parameter("table").value_or("");
    RequestFilter filter{.operation = operation, .table = table};
    if (!operation.empty() && engine.find(operation) == nullptr) {
        return message_response(
            400,
            "operation must be the name of an operation, such as PutItem; there is no " + operation + ".");
    }
    if (const auto status = request.target.parameter("status")) {
        filter.status = parse_status(*status);
        if (!filter.status)
            return message_response(400, "status must be a number from 100 to 599; it is '" + *status + "'.");
    }
    json::array shown;
    for (const LoggedRequest& each : log.requests(filter)) shown.push_back(json_of(each));
    return json_response({{"Requests", std::move(shown)}});
}

}  // namespace

void add_request_endpoints(Mount& admin, const Engine& engine, RequestLog& log) {
    admin.add({.method = "GET",
               .path = "/_tailrace/requests",
               .purpose = "The last 1,000 requests to DynamoDB's API, oldest first: operation, table, index, "
                          "status, capacity, items and duration. ?operation=, ?table= and ?status= select.",
               .function = [&engine, &log](const WebRequest& request) { return show(engine, log, request); },
               .parameters = {
                   {.name = "operation"}, {.name = "table"}, {.name = "status", .kind = FieldKind::number}}});
    const auto forget = [&log](const WebRequest&) { return json_response({{"Removed", log.clear()}}); };
    admin.add({.method = "DELETE",
               .path = "/_tailrace/requests",
               .purpose = "Forgets the requests, and returns their number.",
               .function = forget});
}

}  // namespace tailrace::server
