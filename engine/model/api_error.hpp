#pragma once

#include <boost/json.hpp>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "engine/model/api_exceptions.hpp"

namespace tailrace {

/// The failure of a request: one of DynamoDB's exceptions, as the caller sees it.
///
/// The rule that finds the fault throws it. It is caught where the response to a request is written, and per
/// member in transactions and batches. Expected outcomes (a condition that does not hold, an item that does
/// not exist) are return values of the layers below; the operation turns them into an ApiError.
class ApiError : public std::exception {
  public:
    /// With the exception's own message. The exception is one of those in `exceptions`.
    explicit ApiError(const ApiException& kind) : ApiError(kind, std::string(kind.message)) {}
    /// Without a text, the error has no message.
    ApiError(const ApiException& kind, std::string message)
        : exception_(&kind), message_(std::move(message)) {}

    static ApiError validation(std::string message) { return {exceptions::validation, std::move(message)}; }
    static ApiError serialization(std::string message = {}) {
        return {exceptions::serialization, std::move(message)};
    }
    static ApiError resource_not_found(std::string message) {
        return {exceptions::resource_not_found, std::move(message)};
    }
    /// `item_json` is the old item in wire JSON (an object), or empty if it was not requested or does not
    /// exist.
    static ApiError conditional_check_failed(std::string_view item_json = {});
    /// `reasons` is the CancellationReasons array. The message lists the codes of the reasons.
    static ApiError transaction_canceled(boost::json::array reasons);

    int status() const { return exception_->status; }
    /// The exception's name without its prefix, as cancellation reasons and batch errors show it:
    /// "ValidationException".
    std::string_view name() const { return exception_->name; }
    /// The name with its prefix, as `__type` carries it.
    std::string type() const;
    const std::string& message() const { return message_; }
    const char* what() const noexcept override { return message_.c_str(); }

    /// The response body: `__type`, the message, if there is one, and the extra members.
    std::string body() const;
    /// Members besides `__type` and message, such as Item and CancellationReasons.
    const boost::json::object& extra() const { return extra_; }

    void set_message(std::string message) { message_ = std::move(message); }
    /// Adds an extra member.
    void set(std::string_view member, boost::json::value value) { extra_[member] = std::move(value); }

  private:
    const ApiException* exception_;
    std::string message_;
    boost::json::object extra_;
};

}  // namespace tailrace
