#pragma once

#include <boost/json.hpp>
#include <exception>
#include <string>
#include <string_view>

namespace tailrace {

/// The failure of a request: one of the exceptions that DynamoDB's API names, as the caller sees it.
///
/// There is one factory per exception, so that the status, the prefix of `__type` and the case of the message
/// member are in one place. The rule that finds the fault throws it. It is caught where the response to a
/// request is written, and per member in transactions and batches. Expected outcomes (a condition that does
/// not hold, an item that does not exist) are return values of the layers below; the operation turns them
/// into an ApiError.
class ApiError : public std::exception {
  public:
    /// 400 ValidationException: a value, a parameter or a combination of them breaks a rule.
    static ApiError validation(std::string message);
    /// 400 SerializationException: the body is not JSON or a member has the wrong JSON type. Its message may
    /// be empty.
    static ApiError serialization(std::string message = {});
    /// 400 UnknownOperationException: X-Amz-Target is missing or names no operation. Has no message.
    static ApiError unknown_operation();
    /// 400 ResourceNotFoundException.
    static ApiError resource_not_found(std::string message);
    /// 400 TableNotFoundException, PolicyNotFoundException, BackupNotFoundException, ExportNotFoundException,
    /// ImportNotFoundException and GlobalTableNotFoundException: used in place of ResourceNotFoundException
    /// where the API has a separate exception for the kind of resource that is missing.
    static ApiError table_not_found(std::string message);
    static ApiError policy_not_found(std::string message);
    static ApiError backup_not_found(std::string message);
    static ApiError export_not_found(std::string message);
    static ApiError import_not_found(std::string message);
    static ApiError global_table_not_found(std::string message);
    /// 400 ResourceInUseException.
    static ApiError resource_in_use(std::string message);
    /// 400 LimitExceededException.
    static ApiError limit_exceeded(std::string message);
    /// 400 ConditionalCheckFailedException "The conditional request failed"; `item_json` is the old item in
    /// wire JSON (an object), or empty if it was not requested or does not exist.
    static ApiError conditional_check_failed(std::string_view item_json = {});
    /// 400 DuplicateItemException "Duplicate primary key exists in table". It never carries the item.
    static ApiError duplicate_item();
    /// 400 TransactionCanceledException; `reasons` is the CancellationReasons array. The message lists the
    /// codes of the reasons.
    static ApiError transaction_canceled(boost::json::array reasons);
    /// 400 TransactionConflictException.
    static ApiError transaction_conflict();
    /// 400 IdempotentParameterMismatchException.
    static ApiError idempotent_parameter_mismatch();
    /// 400 TrimmedDataAccessException.
    static ApiError trimmed_data_access(std::string message);
    /// 400 ExpiredIteratorException.
    static ApiError expired_iterator(std::string message);
    /// 400 AccessDeniedException.
    static ApiError access_denied(std::string message);
    /// 400 MissingAuthenticationTokenException.
    static ApiError missing_authentication_token(std::string message);
    /// 400 IncompleteSignatureException.
    static ApiError incomplete_signature(std::string message);
    /// 400 InvalidSignatureException.
    static ApiError invalid_signature(std::string message);
    /// 413 RequestEntityTooLarge: the body is over 16 MB. Its `__type` has no prefix, and it has no message.
    static ApiError request_too_large();
    /// 500 InternalServerError.
    static ApiError internal_server_error();
    /// 503 ServiceUnavailable: the service cannot accept the request now, but may later. SDKs retry it.
    static ApiError service_unavailable(std::string message);

    int status() const { return status_; }
    /// The exception's name without its prefix, as cancellation reasons and batch errors show it:
    /// "ValidationException".
    std::string_view name() const;
    /// The name with its prefix, as `__type` carries it.
    const std::string& type() const { return type_; }
    const std::string& message() const { return message_; }
    const char* what() const noexcept override { return message_.c_str(); }

    /// The response body: `__type`, the message under the member name that AWS uses for this exception, and
    /// the extra members.
    std::string body() const;
    /// Members besides `__type` and message, such as Item and CancellationReasons.
    const boost::json::object& extra() const { return extra_; }

  protected:
    enum class MessageMember { lower, upper, absent };

    /// For errors that only a test asks for; see operation::make_error().
    ApiError(int status, std::string type, std::string message, MessageMember member);

    std::string message_;
    MessageMember message_member_;
    boost::json::object extra_;

  private:
    int status_;
    std::string type_;
};

}  // namespace tailrace
