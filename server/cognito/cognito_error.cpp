#include "server/cognito/cognito_error.hpp"

#include <boost/json.hpp>

namespace tailrace::server {
namespace {

constexpr int refusal_status = 400;
constexpr int server_error = 500;

}  // namespace

CognitoError CognitoError::invalid_parameter(std::string message) {
    return {refusal_status, "InvalidParameterException", std::move(message)};
}

CognitoError CognitoError::no_pool(const std::string& pool_id) {
    return {refusal_status, "ResourceNotFoundException", "User pool " + pool_id + " does not exist."};
}

CognitoError CognitoError::no_user() {
    return {refusal_status, "UserNotFoundException", "User does not exist."};
}

CognitoError CognitoError::username_exists(std::string message) {
    return {refusal_status, "UsernameExistsException", std::move(message)};
}

CognitoError CognitoError::alias_exists(std::string message) {
    return {refusal_status, "AliasExistsException", std::move(message)};
}

CognitoError CognitoError::invalid_password(const std::string& fault) {
    return {refusal_status, "InvalidPasswordException",
            "Password did not conform with password policy: " + fault};
}

CognitoError CognitoError::unsupported_state(std::string message) {
    return {refusal_status, "UnsupportedUserStateException", std::move(message)};
}

CognitoError CognitoError::limit_exceeded(std::string message) {
    return {refusal_status, "LimitExceededException", std::move(message)};
}

CognitoError CognitoError::serialization(std::string message) {
    return {refusal_status, "SerializationException", std::move(message)};
}

CognitoError CognitoError::unknown_operation(std::string message) {
    return {refusal_status, "UnknownOperationException", std::move(message)};
}

CognitoError CognitoError::internal(std::string message) {
    return {server_error, "InternalErrorException", std::move(message)};
}

HttpResponse CognitoError::response() const {
    HttpResponse response;
    response.status = status_;
    response.content_type = "application/x-amz-json-1.1";
    response.add_header("x-amzn-ErrorType", name_ + ":");
    boost::json::object body{{"__type", name_}};
    if (!message_.empty()) body["message"] = message_;
    response.body = boost::json::serialize(body);
    return response;
}

}  // namespace tailrace::server
