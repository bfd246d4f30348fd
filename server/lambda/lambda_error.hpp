#pragma once

#include <exception>
#include <string>
#include <utility>

namespace tailrace::server {

/// An error as Lambda's REST API reports it: the exception's name in the header x-amzn-ErrorType, and a body
/// with Type and the message. Thrown by the routes of mount_lambda(). Source: the error shapes in Lambda's
/// service model, where some call the message "Message" and some "message".
class LambdaError : public std::exception {
  public:
    static LambdaError invalid_parameter_value(std::string message);
    static LambdaError invalid_request_content(std::string message);
    static LambdaError request_too_large(std::string message);
    /// A request of any operation but Invoke that is too large. Its body has no Type.
    static LambdaError entity_too_large(std::string message);
    static LambdaError precondition_failed(std::string message);
    static LambdaError resource_conflict(std::string message);
    static LambdaError resource_in_use(std::string message);
    static LambdaError resource_not_found(std::string message);
    static LambdaError too_many_requests(std::string message);
    static LambdaError service(std::string message);
    /// A parameter that does not match its shape. Its body has no Type.
    static LambdaError validation(std::string message);
    /// A value of the wrong JSON type.
    static LambdaError serialization(std::string message);
    /// An operation of Lambda that is not supported here.
    static LambdaError unknown_operation(std::string message);
    /// AWS's answer for a method and path that belong to no operation of Lambda. Its body has no Type.
    static LambdaError access_denied(std::string message);
    /// 403 for a request whose signature is missing or wrong, such as InvalidSignatureException. Its body has
    /// no Type. Source: github.com/erlcloud/erlcloud/issues/690.
    static LambdaError refused_signature(const std::string& name, std::string message);

    int status() const { return status_; }
    const std::string& name() const { return name_; }
    const std::string& message() const { return message_; }
    const char* what() const noexcept override { return message_.c_str(); }
    /// Returns {"Type":"User","Message":…} or the like.
    std::string body() const;

  private:
    enum class MessageMember { upper_case, lower_case, alone, alone_upper_case };
    LambdaError(int status, std::string name, std::string message, MessageMember member)
        : status_(status), name_(std::move(name)), message_(std::move(message)), member_(member) {}

    int status_;
    std::string name_;
    std::string message_;
    MessageMember member_;
};

/// The same with what the caller can do about it, which is a header of the answer.
class HintedLambdaError : public LambdaError {
  public:
    HintedLambdaError(LambdaError error, std::string hint)
        : LambdaError(std::move(error)), hint_(std::move(hint)) {}
    const std::string& hint() const { return hint_; }

  private:
    std::string hint_;
};

}  // namespace tailrace::server
