#include "server/admin/request_endpoints.hpp"

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/function_mark.hpp"
#include "engine/model/parse_number.hpp"
#include "server/admin/query_number.hpp"
#include "server/admin/text_or_null.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// The names of the functions by their marks.
using FunctionNames = std::map<std::uint32_t, std::string>;

FunctionNames names_by_mark(const stream::FunctionRegistry& functions) {
    FunctionNames names;
    for (const stream::Function& each : functions.all()) names.emplace(function_mark(each.name), each.name);
    return names;
}

/// Returns null if no existing function sent the request.
json::value name_of(std::uint32_t function, const FunctionNames& names) {
    const auto found = names.find(function);
    return found == names.end() ? json::value(nullptr) : json::value(found->second);
}

json::object json_of(const LoggedRequest& request, const FunctionNames& names) {
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
                        {"DurationMicroseconds", request.duration.count()},
                        {"FunctionName", name_of(request.function, names)}};
    if (request.tables.size() > 1)
        object["TableNames"] = json::array(request.tables.begin(), request.tables.end());
    if (request.function == console_mark) object["FromConsole"] = true;
    return object;
}

/// Returns nullopt if the text is not a status.
std::optional<int> parse_status(std::string_view text) {
    constexpr int lowest = 100;
    constexpr int highest = 599;
    const auto status = parse_number<int>(text);
    return status && *status >= lowest && *status <= highest ? status : std::nullopt;
}

HttpResponse show(const RequestParts& parts, const WebRequest& request) {
    const std::string operation = request.target.parameter("operation").value_or("");
    const std::string table = request.target.parameter("table").value_or("");
    RequestFilter filter{.operation = operation, .table = table};
    if (!operation.empty() && parts.engine.find(operation) == nullptr) {
        return message_response(
            400,
            "operation must be the name of an operation, such as PutItem; there is no " + operation + ".");
    }
    if (const auto status = request.target.parameter("status")) {
        filter.status = parse_status(*status);
        if (!filter.status)
            return message_response(400, "status must be a number from 100 to 599; it is '" + *status + "'.");
    }
    try {
        filter.after = number_in(request, "after").value_or(0);
    } catch (const BadParameter& fault) {
        return message_response(400, fault.what());
    }
    const std::uint64_t newest = parts.log.newest();
    const FunctionNames names = names_by_mark(parts.functions);
    json::array shown;
    for (const LoggedRequest& each : parts.log.requests(filter)) shown.push_back(json_of(each, names));
    return json_response({{"Requests", std::move(shown)}, {"Newest", newest}});
}

}  // namespace

void add_request_endpoints(Mount& admin, const RequestParts& parts) {
    admin.add({.method = "GET",
               .path = "/_tailrace/requests",
               .purpose = "The last 1,000 requests to DynamoDB's API, oldest first: operation, table, index, "
                          "status, capacity, items, duration and the function that sent it. ?operation=, "
                          "?table= and ?status= select, and ?after= shows only those with a greater number.",
               .function = [parts](const WebRequest& request) { return show(parts, request); },
               .parameters = {{.name = "operation"},
                              {.name = "table"},
                              {.name = "status", .kind = FieldKind::number},
                              {.name = "after", .kind = FieldKind::number}}});
    const auto forget = [&log = parts.log](const WebRequest&) {
        return json_response({{"Removed", log.clear()}});
    };
    admin.add({.method = "DELETE",
               .path = "/_tailrace/requests",
               .purpose = "Forgets the requests, and returns their number.",
               .function = forget});
}

}  // namespace tailrace::server
