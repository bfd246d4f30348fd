#include "server/lambda/lambda_error.hpp"

#include <boost/json.hpp>

namespace tailrace::server {

LambdaError LambdaError::invalid_parameter_value(std::string message) {
    return {400, "InvalidParameterValueException", std::move(message), MessageMember::lower_case};
}

LambdaError LambdaError::invalid_request_content(std::string message) {
    return {400, "InvalidRequestContentException", std::move(message), MessageMember::lower_case};
}

LambdaError LambdaError::request_too_large(std::string message) {
    return {413, "RequestTooLargeException", std::move(message), MessageMember::lower_case};
}

LambdaError LambdaError::entity_too_large(std::string message) {
    return {413, "RequestEntityTooLargeException", std::move(message), MessageMember::alone};
}

LambdaError LambdaError::precondition_failed(std::string message) {
    return {412, "PreconditionFailedException", std::move(message), MessageMember::lower_case};
}

LambdaError LambdaError::resource_conflict(std::string message) {
    return {409, "ResourceConflictException", std::move(message), MessageMember::lower_case};
}

LambdaError LambdaError::resource_in_use(std::string message) {
    return {400, "ResourceInUseException", std::move(message), MessageMember::upper_case};
}

LambdaError LambdaError::resource_not_found(std::string message) {
    return {404, "ResourceNotFoundException", std::move(message), MessageMember::upper_case};
}

LambdaError LambdaError::too_many_requests(std::string message) {
    return {429, "TooManyRequestsException", std::move(message), MessageMember::lower_case};
}

LambdaError LambdaError::service(std::string message) {
    return {500, "ServiceException", std::move(message), MessageMember::upper_case};
}

LambdaError LambdaError::validation(std::string message) {
    return {400, "ValidationException", std::move(message), MessageMember::alone};
}

LambdaError LambdaError::serialization(std::string message) {
    return {400, "SerializationException", std::move(message), MessageMember::alone};
}

LambdaError LambdaError::unknown_operation(std::string message) {
    return {404, "UnknownOperationException", std::move(message), MessageMember::upper_case};
}

LambdaError LambdaError::access_denied(std::string message) {
    return {403, "AccessDeniedException", std::move(message), MessageMember::alone_upper_case};
}

LambdaError LambdaError::refused_signature(const std::string& name, std::string message) {
    return {403, name, std::move(message), MessageMember::alone};
}

std::string LambdaError::body() const {
    if (member_ == MessageMember::alone_upper_case) {
        return boost::json::serialize(boost::json::object{{"Message", message_}});
    }
    if (member_ == MessageMember::alone) {
        return boost::json::serialize(boost::json::object{{"message", message_}});
    }
    const char* message_name = member_ == MessageMember::upper_case ? "Message" : "message";
    return boost::json::serialize(
        boost::json::object{{"Type", status_ >= 500 ? "Service" : "User"}, {message_name, message_}});
}

}  // namespace tailrace::server
