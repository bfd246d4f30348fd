#include "server/admin/mapping_endpoints.hpp"

#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/sequence_number.hpp"
#include "server/admin/mapping_json.hpp"
#include "server/admin/mapping_reason.hpp"
#include "server/admin/query_number.hpp"
#include "server/wire/shown_text.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using stream::EventSourceMapping;
using stream::MappingStatus;

HttpResponse show_all(const KnownMappings& mappings) {
    json::array shown;
    for (const MappingStatus& status : mappings.all()) shown.push_back(to_json(status));
    return json_response({{"Mappings", std::move(shown)}});
}

using MappingFunction = HttpResponse (*)(EventSourceMapping&, const MappingStatus&, const WebRequest&);

HttpResponse show(EventSourceMapping&, const MappingStatus& status, const WebRequest&) {
    return json_response(to_json(status));
}

/// Which calls of a history to show: at most `limit`, the first ones after the number `after`. Without that
/// number, the last ones.
struct ShownCalls {
    bool are_failed = false;
    std::optional<std::uint64_t> after = std::nullopt;
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

std::vector<stream::Invocation> chosen_from(std::vector<stream::Invocation> all, const ShownCalls& shown) {
    if (shown.are_failed)
        std::erase_if(all, [](const stream::Invocation& each) { return !each.has_failed(); });
    if (all.size() <= shown.limit) return all;
    const auto limit = static_cast<std::ptrdiff_t>(shown.limit);
    if (shown.after) {
        all.erase(all.begin() + limit, all.end());
    } else {
        all.erase(all.begin(), all.end() - limit);
    }
    return all;
}

HttpResponse show_history(EventSourceMapping& mapping, const MappingStatus&, const WebRequest& request) {
    const ShownRecords records = request.target.flag("records") ? ShownRecords::whole : ShownRecords::numbers;
    ShownCalls shown{.are_failed = request.target.flag("failed")};
    try {
        shown.after = number_in(request, "after");
        shown.limit = number_in(request, "limit").value_or(shown.limit);
    } catch (const BadParameter& fault) {
        return message_response(400, fault.what());
    }
    const stream::MappingHistory history = mapping.history(shown.after.value_or(0));
    json::array invocations;
    for (const stream::Invocation& invocation : chosen_from(history.invocations, shown))
        invocations.push_back(to_json(invocation, records));
    json::array given_up;
    for (const stream::DiscardedBatch& batch : history.given_up) given_up.push_back(to_json(batch));
    return json_response({{"Invocations", std::move(invocations)}, {"GivenUp", std::move(given_up)}});
}

HttpResponse pause(EventSourceMapping& mapping, const MappingStatus&, const WebRequest&) {
    mapping.pause();
    return json_response(to_json(mapping.status()));
}

HttpResponse resume(EventSourceMapping& mapping, const MappingStatus&, const WebRequest&) {
    mapping.resume();
    return json_response(to_json(mapping.status()));
}

HttpResponse take_next(EventSourceMapping& mapping, const MappingStatus& status, stream::NextBatch next) {
    try {
        const auto invocation = mapping.step(next);
        if (invocation) return json_response({{"Invocation", to_json(*invocation, ShownRecords::whole)}});
        return json_response({{"Invocation", nullptr}, {"Reason", reason_for_no_batch(mapping.status())}});
    } catch (const stream::MappingInError& error) {
        return message_response(503, "The mapping " + status.name + " is in error: " + error.what());
    }
}

HttpResponse step(EventSourceMapping& mapping, const MappingStatus& status, const WebRequest&) {
    return take_next(mapping, status, stream::NextBatch::is_sent);
}

HttpResponse skip(EventSourceMapping& mapping, const MappingStatus& status, const WebRequest&) {
    return take_next(mapping, status, stream::NextBatch::is_given_up);
}

/// Returns a sequence number of the body, `otherwise` if it has none, or nullopt if it is not valid.
std::optional<std::uint64_t> sequence_in(const json::object& body, std::string_view name,
                                         std::uint64_t otherwise) {
    const json::value* value = body.if_contains(name);
    if (value == nullptr) return otherwise;
    return value->is_string() ? parse_sequence(value->get_string()) : std::nullopt;
}

/// Returns the range of records that a body names, or nullopt if the body is not valid. The range ends at
/// `place` by default.
std::optional<stream::SequenceRange> range_in(std::string_view body, std::uint64_t place) {
    json::error_code error;
    const json::value parsed = body.empty() ? json::object() : json::parse(body, error);
    if (error || !parsed.is_object()) return std::nullopt;
    const auto from = sequence_in(parsed.get_object(), "FromSequenceNumber", 0);
    const auto to = sequence_in(parsed.get_object(), "ToSequenceNumber", place);
    if (!from || !to) return std::nullopt;
    return stream::SequenceRange{*from, *to};
}

HttpResponse bad_range(const std::string& without_one) {
    return message_response(
        400,
        "FromSequenceNumber and ToSequenceNumber are strings, as in the records' SequenceNumber; without "
        "them " +
            without_one + " is sent again.");
}

HttpResponse replay(EventSourceMapping& mapping, const MappingStatus& status, const WebRequest& request) {
    const auto range = range_in(request.body, status.position.sequence);
    if (!range) return bad_range("everything up to the mapping's checkpoint");
    return json_response(to_json(mapping.replay(*range, request.given_up)));
}

HttpResponse redrive(EventSourceMapping& mapping, const MappingStatus&, const WebRequest& request) {
    const auto range = range_in(request.body, stream::every_record.to);
    if (!range) return bad_range("every given-up batch");
    return json_response(to_json(mapping.redrive(request.given_up, *range)));
}

/// What a request about one mapping does.
struct MappingAction {
    MappingFunction function;
    /// True if no other process may run a shard of the mapping meanwhile.
    bool is_alone = false;
};

/// Returns the mapping's id or name as the path has it.
std::string asked_name(const WebRequest& request) {
    // TABLE/FUNCTION is two parts of the path, unless its slash is written as %2F.
    std::string name = request.path_values.front();
    if (request.path_values.size() > 1) name += "/" + request.path_values.back();
    return name;
}

HttpResponse act(const MappingAction& action, const KnownMappings& mappings, const MappingStatus& status,
                 const WebRequest& request) {
    stream::ShardSharing::Alone alone;
    if (action.is_alone && mappings.sharing() != nullptr)
        alone = mappings.sharing()->alone(status.id, request.given_up);
    const auto mapping = mappings.dispatcher().find(status.id);
    // The mapping was deleted meanwhile.
    if (mapping == nullptr)
        return message_response(404, "There is no mapping '" + asked_name(request) + "'.");
    HttpResponse response = action.function(*mapping, status, request);
    // Logs and errors are what functions wrote, so they may be any bytes.
    response.body = escaped_json(std::move(response.body));
    return response;
}

HttpResponse answer(const KnownMappings& mappings, const MappingAction& action, const WebRequest& request) {
    try {
        const MappingStatus status = mappings.find(asked_name(request));
        if (status.state == stream::MappingState::unstarted) {
            if (action.function == show) return json_response(to_json(status));
            return message_response(409, "The mapping cannot be started: " + status.start_error + ".");
        }
        return act(action, mappings, status, request);
    } catch (const stream::UnknownMapping& error) {
        return message_response(404, error.what());
    } catch (const stream::OthersAreBusy& busy) {
        return message_response(503, busy.what());
    }
}

/// A request to one mapping, by its id or its name.
struct MappingRoute {
    std::string_view method;
    std::string_view path_of_id;
    std::string_view path_of_name;
    std::string_view purpose;
    MappingFunction function;
    Answering answering = Answering::briefly;
    bool is_alone = false;
    std::vector<RouteField> members = {};
    std::vector<RouteField> parameters = {};
};

/// The history's route comes before the mapping's, because the mapping's path by name, {table}/{function},
/// also matches {id}/history.
std::vector<MappingRoute> mapping_routes() {
    return {
        {.method = "GET",
         .path_of_id = "/_tailrace/mappings/{id}/history",
         .path_of_name = "/_tailrace/mappings/{table}/{function}/history",
         .purpose =
             "The last calls of the mapping's function, oldest first; ?failed shows only those that failed, "
             "?records adds the events; ?after= shows only calls with a greater number; ?limit= shows at "
             "most this many calls: the first ones with ?after=, without it the last ones. GivenUp has the "
             "batches that redrive sends again, including those from before a restart.",
         .function = show_history,
         .parameters = {{.name = "failed", .kind = FieldKind::flag},
                        {.name = "records", .kind = FieldKind::flag},
                        {.name = "after", .kind = FieldKind::number},
                        {.name = "limit", .kind = FieldKind::number}}},
        {.method = "GET",
         .path_of_id = "/_tailrace/mappings/{id}",
         .path_of_name = "/_tailrace/mappings/{table}/{function}",
         .purpose = "One mapping, by its id or its name, TABLE/FUNCTION.",
         .function = show},
        {.method = "POST",
         .path_of_id = "/_tailrace/mappings/{id}/pause",
         .path_of_name = "/_tailrace/mappings/{table}/{function}/pause",
         .purpose = "Starts no new batch until the mapping is resumed.",
         .function = pause,
         .answering = Answering::waiting,
         .is_alone = true},
        {.method = "POST",
         .path_of_id = "/_tailrace/mappings/{id}/resume",
         .path_of_name = "/_tailrace/mappings/{table}/{function}/resume",
         .purpose = "Continues after a pause.",
         .function = resume},
        {.method = "POST",
         .path_of_id = "/_tailrace/mappings/{id}/step",
         .path_of_name = "/_tailrace/mappings/{table}/{function}/step",
         .purpose = "Sends the next batch at once, even while paused, and returns the result.",
         .function = step,
         .answering = Answering::waiting,
         .is_alone = true},
        {.method = "POST",
         .path_of_id = "/_tailrace/mappings/{id}/skip",
         .path_of_name = "/_tailrace/mappings/{table}/{function}/skip",
         .purpose =
             "Gives up the next batch, which is the failing one if there is one. It is kept for redrive.",
         .function = skip,
         .answering = Answering::waiting,
         .is_alone = true},
        {.method = "POST",
         .path_of_id = "/_tailrace/mappings/{id}/replay",
         .path_of_name = "/_tailrace/mappings/{table}/{function}/replay",
         .purpose =
             "Sends records again: {\"FromSequenceNumber\": …, \"ToSequenceNumber\": …}, or everything up to "
             "the mapping's checkpoint.",
         .function = replay,
         .answering = Answering::waiting,
         .members = {{.name = "FromSequenceNumber"}, {.name = "ToSequenceNumber"}}},
        {.method = "POST",
         .path_of_id = "/_tailrace/mappings/{id}/redrive",
         .path_of_name = "/_tailrace/mappings/{table}/{function}/redrive",
         .purpose =
             "Sends each given-up batch once more, or those that have records from FromSequenceNumber to "
             "ToSequenceNumber.",
         .function = redrive,
         .answering = Answering::waiting,
         .members = {{.name = "FromSequenceNumber"}, {.name = "ToSequenceNumber"}}},
    };
}

}  // namespace

void add_mapping_endpoints(Mount& admin, const KnownMappings& mappings) {
    admin.add({.method = "GET",
               .path = "/_tailrace/mappings",
               .purpose = "Every event source mapping with its parameters and status.",
               .function = [mappings](const WebRequest&) { return show_all(mappings); }});
    for (const MappingRoute& each : mapping_routes()) {
        Route route{.method = each.method,
                    .path = each.path_of_id,
                    .purpose = each.purpose,
                    .function = [mappings, action = MappingAction{each.function, each.is_alone}](
                                    const WebRequest& request) { return answer(mappings, action, request); },
                    .answering = each.answering,
                    .members = each.members,
                    .parameters = each.parameters};
        admin.add(route);
        route.path = each.path_of_name;
        route.purpose = {};
        admin.add(std::move(route));
    }
}

}  // namespace tailrace::server
