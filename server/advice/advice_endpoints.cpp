#include "server/advice/advice_endpoints.hpp"

#include <optional>
#include <string>
#include <utility>

#include "engine/model/parse_number.hpp"
#include "server/advice/advice_text.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view advice_path = "/_tailrace/advice";
constexpr double usual_requests_per_month = 1'000'000;
constexpr std::uint64_t max_requests_per_month = 1'000'000'000'000'000;

/// Returns nullopt for a text that is not a number in range.
std::optional<double> requests_per_month(const WebRequest& request) {
    const auto text = request.target.parameter("requests_per_month");
    if (!text) return usual_requests_per_month;
    const auto number = parse_number<std::uint64_t>(*text);
    if (!number || *number == 0 || *number > max_requests_per_month) return std::nullopt;
    return static_cast<double>(*number);
}

HttpResponse show_advice(Adviser& adviser, const KnownMappings& mappings, const WebRequest& request) {
    const std::string format = request.target.parameter("format").value_or("json");
    if (format != "json" && format != "markdown")
        return message_response(400, "format must be json or markdown; it is '" + format + "'.");
    const auto per_month = requests_per_month(request);
    if (!per_month) {
        return message_response(
            400, "requests_per_month must be a whole number from 1 to 1000000000000000; it is '" +
                     request.target.parameter("requests_per_month").value_or("") + "'.");
    }
    const Advice advice = adviser.advice(*per_month, mappings.all());
    if (format == "json") return json_response(advice_json(advice));
    HttpResponse response;
    response.content_type = "text/markdown; charset=utf-8";
    response.body = advice_markdown(advice);
    return response;
}

}  // namespace

void add_advice_endpoints(Mount& admin, Adviser& adviser, const KnownMappings& mappings) {
    admin.add(
        {.method = "GET",
         .path = advice_path,
         .purpose = "What the requests of a run cost and what to change: access patterns with their "
                    "price, and findings. ?requests_per_month= (1000000) is for the prices, "
                    "?format=markdown for people.",
         .function = [&adviser, mappings](
                         const WebRequest& request) { return show_advice(adviser, mappings, request); },
         .parameters = {{.name = "requests_per_month", .kind = FieldKind::number}, {.name = "format"}}});
    admin.add({.method = "POST",
               .path = advice_path,
               .purpose = "Begins a run: from now on, how requests use tables is recorded. Forgets the "
                          "previous run.",
               .function = [&adviser](const WebRequest&) {
                   adviser.begin();
                   return json_response({{"IsRecording", true}});
               }});
    admin.add({.method = "DELETE",
               .path = advice_path,
               .purpose = "Ends the run. GET still shows what was recorded.",
               .function = [&adviser](const WebRequest&) {
                   adviser.end();
                   return json_response({{"IsRecording", false}});
               }});
}

}  // namespace tailrace::server
