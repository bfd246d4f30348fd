#include "server/admin/mapping_endpoints.hpp"

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/sequence_number.hpp"
#include "server/admin/mapping_json.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using stream::Dispatcher;
using stream::MappingStatus;

HttpResponse no_mapping(const WebRequest& request) {
    return message_response(404, "There is no mapping '" + request.path_values.front() + "'.");
}

/// Those that rest come last.
std::vector<MappingStatus> all_mappings(Dispatcher& dispatcher, const RestingMappings& resting) {
    std::vector<MappingStatus> all = dispatcher.statuses();
    for (MappingStatus& status : resting()) all.push_back(std::move(status));
    return all;
}

/// The mapping that the path names by its id or, percent-encoded, by its name.
std::optional<MappingStatus> mapping_of(Dispatcher& dispatcher, const RestingMappings& resting,
                                        const WebRequest& request) {
    const std::string& wanted = request.path_values.front();
    if (auto found = dispatcher.find(wanted)) return found;
    for (MappingStatus& status : all_mappings(dispatcher, resting)) {
        if (status.id == wanted || status.name == wanted) return std::move(status);
    }
    return std::nullopt;
}

HttpResponse show_all(Dispatcher& dispatcher, const RestingMappings& resting) {
    json::array mappings;
    for (const MappingStatus& status : all_mappings(dispatcher, resting)) mappings.push_back(to_json(status));
    return json_response({{"Mappings", std::move(mappings)}});
}

using MappingFunction = HttpResponse (*)(Dispatcher&, const MappingStatus&, const WebRequest&);

HttpResponse show(Dispatcher&, const MappingStatus& status, const WebRequest&) {
    return json_response(to_json(status));
}

HttpResponse show_history(Dispatcher& dispatcher, const MappingStatus& status, const WebRequest& request) {
    const bool is_whole = request.target.parameter("records").has_value();
    json::array invocations;
    for (const stream::Invocation& invocation : dispatcher.history(status.id)) {
        invocations.push_back(to_json(invocation, is_whole ? ShownRecords::whole : ShownRecords::numbers));
    }
    return json_response({{"Invocations", std::move(invocations)}});
}

HttpResponse pause(Dispatcher& dispatcher, const MappingStatus& status, const WebRequest&) {
    dispatcher.pause(status.id);
    return json_response(to_json(dispatcher.find(status.id).value_or(status)));
}

HttpResponse resume(Dispatcher& dispatcher, const MappingStatus& status, const WebRequest&) {
    dispatcher.resume(status.id);
    return json_response(to_json(dispatcher.find(status.id).value_or(status)));
}

HttpResponse step(Dispatcher& dispatcher, const MappingStatus& status, const WebRequest&) {
    try {
        const auto invocation = dispatcher.step(status.id);
        return json_response(
            {{"Invocation",
              invocation ? json::value(to_json(*invocation, ShownRecords::whole)) : json::value(nullptr)}});
    } catch (const stream::MappingInError& error) {
        return message_response(503, "The mapping " + status.name + " is in error: " + error.what());
    }
}

/// A sequence number of the body; nothing when it is there and none.
std::optional<std::uint64_t> sequence_in(const json::object& body, std::string_view name,
                                         std::uint64_t otherwise) {
    const json::value* value = body.if_contains(name);
    if (value == nullptr) return otherwise;
    return value->is_string() ? parse_sequence(value->get_string()) : std::nullopt;
}

/// The records that a body names; nothing when it is none. Without a number it is all up to `place`.
std::optional<stream::SequenceRange> range_in(std::string_view body, std::uint64_t place) {
    json::error_code error;
    const json::value parsed = body.empty() ? json::object() : json::parse(body, error);
    if (error || !parsed.is_object()) return std::nullopt;
    const auto from = sequence_in(parsed.get_object(), "FromSequenceNumber", 0);
    const auto to = sequence_in(parsed.get_object(), "ToSequenceNumber", place);
    if (!from || !to) return std::nullopt;
    return stream::SequenceRange{*from, *to};
}

HttpResponse replay(Dispatcher& dispatcher, const MappingStatus& status, const WebRequest& request) {
    const auto range = range_in(request.body, status.position.sequence);
    if (!range) {
        return message_response(
            400,
            "The body may hold FromSequenceNumber and ToSequenceNumber, texts as records have them; "
            "without them everything up to the mapping's place is sent again.");
    }
    return json_response(to_json(dispatcher.replay(status.id, *range, request.given_up)));
}

HttpResponse redrive(Dispatcher& dispatcher, const MappingStatus& status, const WebRequest& request) {
    return json_response(to_json(dispatcher.redrive(status.id, request.given_up)));
}

/// What answers the routes of one mapping.
class OneMapping {
  public:
    OneMapping(Dispatcher& dispatcher, RestingMappings resting)
        : dispatcher_(dispatcher), resting_(std::move(resting)) {}

    RouteFunction route(MappingFunction function) const {
        return [one = *this, function](const WebRequest& request) { return one.answer(function, request); };
    }

  private:
    HttpResponse answer(MappingFunction function, const WebRequest& request) const {
        const auto status = mapping_of(dispatcher_, resting_, request);
        if (!status) return no_mapping(request);
        if (status->state == stream::MappingState::resting && function != show)
            return message_response(409, "The mapping rests: " + status->resting_reason + ".");
        try {
            return function(dispatcher_, *status, request);
        } catch (const stream::UnknownMapping&) {
            // It was deleted meanwhile.
            return no_mapping(request);
        }
    }

    Dispatcher& dispatcher_;
    RestingMappings resting_;
};

}  // namespace

void add_mapping_endpoints(Mount& admin, Dispatcher& dispatcher, const RestingMappings& resting) {
    const OneMapping one(dispatcher, resting);
    admin.add(
        {.method = "GET",
         .path = "/_tailrace/mappings",
         .purpose = "Every event source mapping with its parameters and status.",
         .function = [&dispatcher, resting](const WebRequest&) { return show_all(dispatcher, resting); }});
    admin.add({.method = "GET",
               .path = "/_tailrace/mappings/{id}",
               .purpose = "One mapping, by its id or its name.",
               .function = one.route(show)});
    admin.add({.method = "GET",
               .path = "/_tailrace/mappings/{id}/history",
               .purpose =
                   "The last calls of the mapping's function, oldest first; ?records shows the events, "
                   "too.",
               .function = one.route(show_history)});
    admin.add({.method = "POST",
               .path = "/_tailrace/mappings/{id}/pause",
               .purpose = "Begins no batch until it is resumed.",
               .function = one.route(pause)});
    admin.add({.method = "POST",
               .path = "/_tailrace/mappings/{id}/resume",
               .purpose = "Goes on after a pause.",
               .function = one.route(resume)});
    admin.add({.method = "POST",
               .path = "/_tailrace/mappings/{id}/step",
               .purpose = "Sends the next batch at once, also while paused, and answers what came of it.",
               .function = one.route(step),
               .answering = Answering::waiting});
    admin.add({.method = "POST",
               .path = "/_tailrace/mappings/{id}/replay",
               .purpose = "Sends records again: {\"FromSequenceNumber\": …, \"ToSequenceNumber\": …}, or all "
                          "up to its place.",
               .function = one.route(replay),
               .answering = Answering::waiting});
    admin.add({.method = "POST",
               .path = "/_tailrace/mappings/{id}/redrive",
               .purpose = "Sends the batches again that were given up.",
               .function = one.route(redrive),
               .answering = Answering::waiting});
}

}  // namespace tailrace::server
