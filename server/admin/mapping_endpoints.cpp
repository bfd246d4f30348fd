#include "server/admin/mapping_endpoints.hpp"

#include <array>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/sequence_number.hpp"
#include "server/admin/mapping_json.hpp"
#include "server/wire/request_target.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using stream::Dispatcher;
using stream::MappingStatus;

AdminResponse refusal(int status, std::string message) {
    return {status, json::serialize(json::object{{"message", std::move(message)}})};
}

AdminResponse no_mapping(const AdminRequest& request) {
    constexpr int not_found = 404;
    return refusal(not_found, "There is no mapping '" + request.path_values.front() + "'.");
}

AdminResponse answer(const json::object& body) {
    return {200, json::serialize(body)};
}

/// Those that rest come last.
std::vector<MappingStatus> all_mappings(Dispatcher& dispatcher, const RestingMappings& resting) {
    std::vector<MappingStatus> all = dispatcher.statuses();
    for (MappingStatus& status : resting()) all.push_back(std::move(status));
    return all;
}

/// The mapping that the path names by its id or, percent-encoded, by its name.
std::optional<MappingStatus> mapping_of(Dispatcher& dispatcher, const RestingMappings& resting,
                                        const AdminRequest& request) {
    const std::string& wanted = request.path_values.front();
    if (auto found = dispatcher.find(wanted)) return found;
    for (MappingStatus& status : all_mappings(dispatcher, resting)) {
        if (status.id == wanted || status.name == wanted) return std::move(status);
    }
    return std::nullopt;
}

using MappingFunction = AdminResponse (*)(Dispatcher&, const MappingStatus&, const AdminRequest&);

AdminResponse show(Dispatcher&, const MappingStatus& status, const AdminRequest&) {
    return answer(to_json(status));
}

AdminResponse show_history(Dispatcher& dispatcher, const MappingStatus& status, const AdminRequest& request) {
    const std::string text = "/?" + std::string(request.query);
    const RequestTarget target(text);
    const bool is_whole = target.parameter("records").has_value();
    json::array invocations;
    for (const stream::Invocation& invocation : dispatcher.history(status.id)) {
        invocations.push_back(to_json(invocation, is_whole ? ShownRecords::whole : ShownRecords::numbers));
    }
    return answer({{"Invocations", std::move(invocations)}});
}

AdminResponse pause(Dispatcher& dispatcher, const MappingStatus& status, const AdminRequest&) {
    dispatcher.pause(status.id);
    return answer(to_json(dispatcher.find(status.id).value_or(status)));
}

AdminResponse resume(Dispatcher& dispatcher, const MappingStatus& status, const AdminRequest&) {
    dispatcher.resume(status.id);
    return answer(to_json(dispatcher.find(status.id).value_or(status)));
}

AdminResponse step(Dispatcher& dispatcher, const MappingStatus& status, const AdminRequest&) {
    try {
        const auto invocation = dispatcher.step(status.id);
        return answer({{"Invocation", invocation ? json::value(to_json(*invocation, ShownRecords::whole))
                                                 : json::value(nullptr)}});
    } catch (const stream::MappingInError& error) {
        return refusal(503, "The mapping " + status.name + " is in error: " + error.what());
    }
}

/// A sequence number of the body; nothing when it is there and none.
std::optional<std::uint64_t> sequence_in(const json::object& body, std::string_view name,
                                         std::uint64_t otherwise) {
    const json::value* value = body.if_contains(name);
    if (value == nullptr) return otherwise;
    return value->is_string() ? parse_sequence(value->get_string()) : std::nullopt;
}

AdminResponse replay(Dispatcher& dispatcher, const MappingStatus& status, const AdminRequest& request) {
    json::error_code error;
    const json::value parsed = request.body.empty() ? json::object() : json::parse(request.body, error);
    const json::object body = !error && parsed.is_object() ? parsed.get_object() : json::object{{"", 0}};
    const auto from = sequence_in(body, "FromSequenceNumber", 0);
    const auto to = sequence_in(body, "ToSequenceNumber", status.position.sequence);
    if (!from || !to || body.contains("")) {
        return refusal(
            400,
            "The body may hold FromSequenceNumber and ToSequenceNumber, texts as records have them; "
            "without them everything up to the mapping's place is sent again.");
    }
    return answer(to_json(dispatcher.replay(status.id, {*from, *to}, request.given_up)));
}

AdminResponse redrive(Dispatcher& dispatcher, const MappingStatus& status, const AdminRequest& request) {
    return answer(to_json(dispatcher.redrive(status.id, request.given_up)));
}

struct MappingEndpoint {
    const char* method;
    const char* path;
    const char* purpose;
    MappingFunction function;
    Answering answering = Answering::briefly;
};

constexpr std::array<MappingEndpoint, 7> mapping_endpoints = {{
    {"GET", "/_tailrace/mappings/{id}", "One mapping, by its id or its name.", show},
    {"GET", "/_tailrace/mappings/{id}/history",
     "The last calls of the mapping's function, oldest first; ?records shows the events, too.", show_history},
    {"POST", "/_tailrace/mappings/{id}/pause", "Begins no batch until it is resumed.", pause},
    {"POST", "/_tailrace/mappings/{id}/resume", "Goes on after a pause.", resume},
    {"POST", "/_tailrace/mappings/{id}/step",
     "Sends the next batch at once, also while paused, and answers what came of it.", step,
     Answering::waiting},
    {"POST", "/_tailrace/mappings/{id}/replay",
     "Sends records again: {\"FromSequenceNumber\": …, \"ToSequenceNumber\": …}, or all up to its place.",
     replay, Answering::waiting},
    {"POST", "/_tailrace/mappings/{id}/redrive", "Sends the batches again that were given up.", redrive,
     Answering::waiting},
}};

}  // namespace

void add_mapping_endpoints(AdminEndpoints& endpoints, Dispatcher& dispatcher,
                           const RestingMappings& resting) {
    endpoints.add({"GET", "/_tailrace/mappings", "Every event source mapping with its parameters and status.",
                   [&dispatcher, resting](const AdminRequest&) {
                       json::array mappings;
                       for (const MappingStatus& status : all_mappings(dispatcher, resting))
                           mappings.push_back(to_json(status));
                       return answer({{"Mappings", std::move(mappings)}});
                   }});
    for (const MappingEndpoint& endpoint : mapping_endpoints) {
        const auto call = [&dispatcher, resting, function = endpoint.function](const AdminRequest& request) {
            constexpr int conflict = 409;
            const auto status = mapping_of(dispatcher, resting, request);
            if (!status) return no_mapping(request);
            if (status->state == stream::MappingState::resting && function != show)
                return refusal(conflict, "The mapping rests: " + status->resting_reason + ".");
            try {
                return function(dispatcher, *status, request);
            } catch (const stream::UnknownMapping&) {
                // It was deleted meanwhile.
                return no_mapping(request);
            }
        };
        endpoints.add({endpoint.method, endpoint.path, endpoint.purpose, call, endpoint.answering});
    }
}

}  // namespace tailrace::server
