#include "stream/handler/handler.hpp"

#include <boost/json.hpp>
#include <optional>

#include "engine/model/json_text.hpp"

namespace tailrace::stream {
namespace {

constexpr std::string_view not_invoked_type = "NotInvoked";

std::string error_payload(std::string_view message, std::string_view type) {
    return boost::json::serialize(boost::json::object{{"errorMessage", message}, {"errorType", type}});
}

/// Returns a string member of the payload, or nullopt if the payload is not an object or has no such string.
std::optional<std::string> member_of(std::string_view payload, std::string_view name) {
    boost::json::error_code error;
    const boost::json::value parsed = parse_json(payload, error);
    if (error || !parsed.is_object()) return std::nullopt;
    const boost::json::value* value = parsed.get_object().if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

}  // namespace

std::string HandlerResult::error_message() const {
    const std::optional<std::string> message = member_of(payload, "errorMessage");
    const std::string type = member_of(payload, "errorType").value_or("");
    // Exceptions without a message are common, assertions above all.
    if (message.value_or(payload).empty())
        return type.empty() ? "the function failed without a message" : type;
    if (!message) return payload;
    const bool says_nothing = type.empty() || type == "Error" || type == not_invoked_type;
    return says_nothing ? *message : type + ": " + *message;
}

/// These types are Lambda's.
bool HandlerResult::is_crash() const {
    if (outcome != CallOutcome::function_error) return false;
    const std::string type = member_of(payload, "errorType").value_or("");
    return type == "Runtime.ExitError" || type == "Sandbox.Timedout" || type == "Runtime.InvalidEntrypoint";
}

HandlerResult HandlerResult::failed(std::string_view message, std::string_view type) {
    return {CallOutcome::function_error, error_payload(message, type)};
}

HandlerResult HandlerResult::not_invoked(std::string_view message) {
    return {CallOutcome::not_invoked, error_payload(message, not_invoked_type)};
}

HandlerResult Handler::invoke(std::string_view event_json) {
    const auto batch = EventBatch::from_event_json(event_json);
    if (!batch) return HandlerResult::failed("the event is not a batch of records: {\"Records\":[…]}");
    return handle(*batch);
}

}  // namespace tailrace::stream
