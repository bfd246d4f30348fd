#include "engine/model/api_error.hpp"

#include <cstddef>

#include "engine/model/json_text.hpp"

namespace tailrace {

ApiError ApiError::conditional_check_failed(std::string_view item_json) {
    ApiError error(exceptions::conditional_check_failed);
    if (!item_json.empty()) error.set("Item", parse_json(item_json));
    return error;
}

ApiError ApiError::transaction_canceled(boost::json::array reasons) {
    std::string message = "Transaction cancelled, please refer cancellation reasons for specific reasons [";
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        if (i > 0) message.append(", ");
        message.append(std::string_view(reasons[i].at("Code").as_string()));
    }
    message.push_back(']');
    ApiError error(exceptions::transaction_canceled, std::move(message));
    error.set("CancellationReasons", std::move(reasons));
    return error;
}

std::string ApiError::type() const {
    return std::string(exception_->prefix).append(exception_->name);
}

std::string ApiError::body() const {
    boost::json::object body;
    body["__type"] = type();
    if (!message_.empty()) body[exception_->message_member] = message_;
    for (const auto& member : extra_) body[member.key()] = member.value();
    return boost::json::serialize(body);
}

}  // namespace tailrace
