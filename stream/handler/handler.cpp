#include "stream/handler/handler.hpp"

#include <boost/json.hpp>

#include "engine/model/json_text.hpp"

namespace tailrace::stream {
namespace {

std::string error_payload(std::string_view message, std::string_view type) {
    return boost::json::serialize(boost::json::object{{"errorMessage", message}, {"errorType", type}});
}

}  // namespace

std::string HandlerResult::error_message() const {
    boost::json::error_code error;
    const boost::json::value parsed = parse_json(payload, error);
    if (error || !parsed.is_object()) return payload;
    const boost::json::value* message = parsed.as_object().if_contains("errorMessage");
    return message != nullptr && message->is_string() ? std::string(message->get_string()) : payload;
}

HandlerResult HandlerResult::failed(std::string_view message, std::string_view type) {
    return {CallOutcome::function_error, error_payload(message, type)};
}

HandlerResult HandlerResult::not_invoked(std::string_view message) {
    return {CallOutcome::not_invoked, error_payload(message, "NotInvoked")};
}

HandlerResult Handler::invoke(std::string_view event_json) {
    const auto batch = EventBatch::from_event_json(event_json);
    if (!batch) return HandlerResult::failed("the event is no batch of records: {\"Records\":[…]}");
    return handle(*batch);
}

}  // namespace tailrace::stream
