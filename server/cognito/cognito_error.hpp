#pragma once

#include <exception>
#include <string>

#include "server/wire/http_message.hpp"

namespace tailrace::server {

/// An error in the form in which Cognito's API reports it: {"__type":"UserNotFoundException","message":"…"}.
/// Source: the errors of each operation in the API reference, and the texts in public issue threads.
class CognitoError : public std::exception {
  public:
    /// 400 InvalidParameterException: a value breaks a rule.
    static CognitoError invalid_parameter(std::string message);
    /// 400 ResourceNotFoundException "User pool us-east-1_AbCdEf123 does not exist."
    static CognitoError no_pool(const std::string& pool_id);
    /// 400 UserNotFoundException "User does not exist."
    static CognitoError no_user();
    /// 400 UsernameExistsException.
    static CognitoError username_exists(std::string message);
    /// 400 AliasExistsException.
    static CognitoError alias_exists(std::string message);
    /// 400 InvalidPasswordException "Password did not conform with password policy: …"
    static CognitoError invalid_password(const std::string& fault);
    /// 400 UnsupportedUserStateException.
    static CognitoError unsupported_state(std::string message);
    /// 400 LimitExceededException.
    static CognitoError limit_exceeded(std::string message);
    /// 400 SerializationException: the body is not JSON, or a member has the wrong JSON type.
    static CognitoError serialization(std::string message);
    /// 400 UnknownOperationException: an operation of Cognito that is not supported here.
    static CognitoError unknown_operation(std::string message);
    /// 500 InternalErrorException.
    static CognitoError internal(std::string message);

    const char* what() const noexcept override { return message_.c_str(); }
    const std::string& name() const { return name_; }
    HttpResponse response() const;

  private:
    CognitoError(int status, const char* name, std::string message)
        : status_(status), name_(name), message_(std::move(message)) {}

    int status_;
    std::string name_;
    std::string message_;
};

}  // namespace tailrace::server
