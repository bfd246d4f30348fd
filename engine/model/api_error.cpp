#include "engine/model/api_error.hpp"

#include "engine/model/json_text.hpp"

namespace tailrace {
namespace {

// The prefixes of `__type`, as observed on AWS: errors of its service framework carry the framework's names.
constexpr std::string_view dynamodb = "com.amazonaws.dynamodb.v20120810#";
constexpr std::string_view framework = "com.amazon.coral.service#";
constexpr std::string_view framework_validation = "com.amazon.coral.validate#";
constexpr std::string_view framework_availability = "com.amazon.coral.availability#";

std::string join(std::string_view prefix, std::string_view name) {
    return std::string(prefix).append(name);
}

}  // namespace

ApiError::ApiError(int status, std::string type, std::string message, MessageMember member)
    : message_(std::move(message)), message_member_(member), status_(status), type_(std::move(type)) {}

ApiError ApiError::validation(std::string message) {
    return {400, join(framework_validation, "ValidationException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::serialization(std::string message) {
    const auto member = message.empty() ? MessageMember::absent : MessageMember::upper;
    return {400, join(framework, "SerializationException"), std::move(message), member};
}

ApiError ApiError::unknown_operation() {
    return {400, join(framework, "UnknownOperationException"), {}, MessageMember::absent};
}

ApiError ApiError::resource_not_found(std::string message) {
    return {400, join(dynamodb, "ResourceNotFoundException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::table_not_found(std::string message) {
    return {400, join(dynamodb, "TableNotFoundException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::policy_not_found(std::string message) {
    return {400, join(dynamodb, "PolicyNotFoundException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::backup_not_found(std::string message) {
    return {400, join(dynamodb, "BackupNotFoundException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::export_not_found(std::string message) {
    return {400, join(dynamodb, "ExportNotFoundException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::import_not_found(std::string message) {
    return {400, join(dynamodb, "ImportNotFoundException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::global_table_not_found(std::string message) {
    return {400, join(dynamodb, "GlobalTableNotFoundException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::resource_in_use(std::string message) {
    return {400, join(dynamodb, "ResourceInUseException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::limit_exceeded(std::string message) {
    return {400, join(dynamodb, "LimitExceededException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::conditional_check_failed(std::string_view item_json) {
    ApiError error(400, join(dynamodb, "ConditionalCheckFailedException"), "The conditional request failed",
                   MessageMember::lower);
    if (!item_json.empty()) error.extra_["Item"] = parse_json(item_json);
    return error;
}

ApiError ApiError::duplicate_item() {
    return {400, join(dynamodb, "DuplicateItemException"), "Duplicate primary key exists in table",
            MessageMember::lower};
}

ApiError ApiError::transaction_canceled(boost::json::array reasons) {
    std::string message = "Transaction cancelled, please refer cancellation reasons for specific reasons [";
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        if (i > 0) message.append(", ");
        message.append(std::string_view(reasons[i].at("Code").as_string()));
    }
    message.push_back(']');
    ApiError error(400, join(dynamodb, "TransactionCanceledException"), std::move(message),
                   MessageMember::upper);
    error.extra_["CancellationReasons"] = std::move(reasons);
    return error;
}

ApiError ApiError::transaction_conflict() {
    return {400, join(dynamodb, "TransactionConflictException"), "Transaction is ongoing for the item",
            MessageMember::lower};
}

ApiError ApiError::idempotent_parameter_mismatch() {
    return {400, join(dynamodb, "IdempotentParameterMismatchException"), "IdempotentParameterMismatch",
            MessageMember::upper};
}

ApiError ApiError::trimmed_data_access(std::string message) {
    return {400, join(dynamodb, "TrimmedDataAccessException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::expired_iterator(std::string message) {
    return {400, join(dynamodb, "ExpiredIteratorException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::access_denied(std::string message) {
    return {400, join(framework, "AccessDeniedException"), std::move(message), MessageMember::upper};
}

ApiError ApiError::missing_authentication_token(std::string message) {
    return {400, join(framework, "MissingAuthenticationTokenException"), std::move(message),
            MessageMember::lower};
}

ApiError ApiError::incomplete_signature(std::string message) {
    return {400, join(framework, "IncompleteSignatureException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::invalid_signature(std::string message) {
    return {400, join(framework, "InvalidSignatureException"), std::move(message), MessageMember::lower};
}

ApiError ApiError::request_too_large() {
    return {413, "RequestEntityTooLarge", {}, MessageMember::absent};
}

ApiError ApiError::internal_server_error() {
    return {500, join(dynamodb, "InternalServerError"), "Internal server error", MessageMember::lower};
}

/// The status and the name are from "Error handling with DynamoDB". The prefix is that of
/// ThrottlingException, the framework's other error of this kind.
ApiError ApiError::service_unavailable(std::string message) {
    return {503, join(framework_availability, "ServiceUnavailable"), std::move(message),
            MessageMember::lower};
}

std::string_view ApiError::name() const {
    const std::string_view type = type_;
    return type.substr(type.find('#') + 1);
}

std::string ApiError::body() const {
    boost::json::object body;
    body["__type"] = type_;
    if (message_member_ != MessageMember::absent) {
        body[message_member_ == MessageMember::lower ? "message" : "Message"] = message_;
    }
    for (const auto& member : extra_) body[member.key()] = member.value();
    return boost::json::serialize(body);
}

}  // namespace tailrace
