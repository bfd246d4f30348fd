#pragma once

#include <string_view>

namespace tailrace {

/// An exception that DynamoDB's API names, as it looks on the wire. Each is a constant in `exceptions`, so an
/// error may keep a pointer to it.
struct ApiException {
    std::string_view name;
    /// Comes before the name in `__type`.
    std::string_view prefix;
    int status = 400;
    /// The message of an error that is thrown without one; empty if the error has none.
    std::string_view message = {};
    /// The member of the body that has the message.
    std::string_view message_member = "message";
};

/// The exceptions in alphabetical order. To add one, add it here.
///
/// The messages are those of the API's reference, of "Error handling with DynamoDB" and "Diagnosing
/// throttling" in the Developer Guide, and of AWS's answers that users have published. The prefixes were
/// observed on AWS: errors of its service framework carry the framework's names.
namespace exceptions {

inline constexpr std::string_view dynamodb = "com.amazonaws.dynamodb.v20120810#";
inline constexpr std::string_view framework = "com.amazon.coral.service#";
inline constexpr std::string_view framework_validation = "com.amazon.coral.validate#";
inline constexpr std::string_view framework_availability = "com.amazon.coral.availability#";

inline constexpr ApiException access_denied{
    .name = "AccessDeniedException",
    .prefix = framework,
    .message = "User is not authorized to perform this operation",
    .message_member = "Message",
};
inline constexpr ApiException backup_not_found{.name = "BackupNotFoundException", .prefix = dynamodb};
inline constexpr ApiException conditional_check_failed{
    .name = "ConditionalCheckFailedException",
    .prefix = dynamodb,
    .message = "The conditional request failed",
};
inline constexpr ApiException duplicate_item{
    .name = "DuplicateItemException",
    .prefix = dynamodb,
    .message = "Duplicate primary key exists in table",
};
inline constexpr ApiException expired_iterator{
    .name = "ExpiredIteratorException",
    .prefix = dynamodb,
    .message = "The shard iterator has expired and can no longer be used.",
};
inline constexpr ApiException expired_token{
    .name = "ExpiredTokenException",
    .prefix = framework,
    .message = "The security token included in the request is expired",
};
inline constexpr ApiException export_not_found{.name = "ExportNotFoundException", .prefix = dynamodb};
inline constexpr ApiException global_table_not_found{
    .name = "GlobalTableNotFoundException",
    .prefix = dynamodb,
};
inline constexpr ApiException idempotent_parameter_mismatch{
    .name = "IdempotentParameterMismatchException",
    .prefix = dynamodb,
    .message = "IdempotentParameterMismatch",
    .message_member = "Message",
};
inline constexpr ApiException import_not_found{.name = "ImportNotFoundException", .prefix = dynamodb};
inline constexpr ApiException incomplete_signature{
    .name = "IncompleteSignatureException",
    .prefix = framework,
    .message = "The request signature does not conform to AWS standards.",
};
inline constexpr ApiException internal_server_error{
    .name = "InternalServerError",
    .prefix = dynamodb,
    .status = 500,
    .message = "Internal server error",
};
inline constexpr ApiException invalid_signature{
    .name = "InvalidSignatureException",
    .prefix = framework,
    .message =
        "The request signature we calculated does not match the signature you provided. Check your "
        "AWS Secret Access Key and signing method. Consult the service documentation for details.",
};
inline constexpr ApiException item_collection_size_limit_exceeded{
    .name = "ItemCollectionSizeLimitExceededException",
    .prefix = dynamodb,
    .message = "Collection size exceeded.",
};
inline constexpr ApiException limit_exceeded{
    .name = "LimitExceededException",
    .prefix = dynamodb,
    .message = "Too many operations for a given subscriber.",
};
inline constexpr ApiException missing_authentication_token{
    .name = "MissingAuthenticationTokenException",
    .prefix = framework,
    .message = "Request must contain a valid (registered) AWS Access Key ID.",
};
inline constexpr ApiException policy_not_found{.name = "PolicyNotFoundException", .prefix = dynamodb};
inline constexpr ApiException provisioned_throughput_exceeded{
    .name = "ProvisionedThroughputExceededException",
    .prefix = dynamodb,
    .message =
        "The level of configured provisioned throughput for the table was exceeded. Consider "
        "increasing your provisioning level with the UpdateTable API.",
};
inline constexpr ApiException request_limit_exceeded{
    .name = "RequestLimitExceeded",
    .prefix = dynamodb,
    .message =
        "Throughput exceeds the current throughput limit for your account. Please contact AWS "
        "Support at https://aws.amazon.com/support to request a limit increase.",
};
/// The body is over 16 MB.
inline constexpr ApiException request_too_large{
    .name = "RequestEntityTooLarge",
    .prefix = "",
    .status = 413,
};
inline constexpr ApiException resource_in_use{
    .name = "ResourceInUseException",
    .prefix = dynamodb,
    .message = "The resource which you are attempting to change is in use.",
};
inline constexpr ApiException resource_not_found{
    .name = "ResourceNotFoundException",
    .prefix = dynamodb,
    .message = "Requested resource not found",
};
/// The body is not JSON, or a member has the wrong JSON type.
inline constexpr ApiException serialization{
    .name = "SerializationException",
    .prefix = framework,
    .message_member = "Message",
};
/// The service cannot accept the request now, but may later. SDKs retry it.
inline constexpr ApiException service_unavailable{
    .name = "ServiceUnavailable",
    .prefix = framework_availability,
    .status = 503,
    .message = "The service is currently unavailable or busy.",
};
inline constexpr ApiException table_not_found{.name = "TableNotFoundException", .prefix = dynamodb};
inline constexpr ApiException throttling{
    .name = "ThrottlingException",
    .prefix = framework_availability,
    .message = "Rate exceeded",
};
inline constexpr ApiException transaction_canceled{
    .name = "TransactionCanceledException",
    .prefix = dynamodb,
    .message_member = "Message",
};
inline constexpr ApiException transaction_conflict{
    .name = "TransactionConflictException",
    .prefix = dynamodb,
    .message = "Transaction is ongoing for the item",
};
inline constexpr ApiException transaction_in_progress{
    .name = "TransactionInProgressException",
    .prefix = dynamodb,
    .message = "The transaction with the given request token is already in progress.",
};
inline constexpr ApiException trimmed_data_access{
    .name = "TrimmedDataAccessException",
    .prefix = dynamodb,
    .message = "The operation attempted to read past the oldest stream record in a shard.",
};
/// X-Amz-Target is missing or names no operation.
inline constexpr ApiException unknown_operation{.name = "UnknownOperationException", .prefix = framework};
inline constexpr ApiException unrecognized_client{
    .name = "UnrecognizedClientException",
    .prefix = framework,
    .message = "The security token included in the request is invalid.",
};
/// A value, a parameter or a combination of them breaks a rule.
inline constexpr ApiException validation{
    .name = "ValidationException",
    .prefix = framework_validation,
    .message = "One or more parameter values were invalid",
};

}  // namespace exceptions
}  // namespace tailrace
