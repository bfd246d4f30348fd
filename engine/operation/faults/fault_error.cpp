#include "engine/operation/faults/fault_error.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "engine/table/transactions/cancellation_reasons.hpp"

namespace tailrace::operation {
namespace {

// The messages are those of "Error handling with DynamoDB" and "Diagnosing throttling" in the Developer
// Guide, of the API's reference, and of answers of AWS that users show.
constexpr const char* table_provisioned =
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
    "provisioning level with the UpdateTable API.";
constexpr const char* index_provisioned =
    "The level of configured provisioned throughput for one or more global secondary indexes of the table "
    "was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary "
    "indexes with the UpdateTable API.";
constexpr const char* on_demand =
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
    "table or index so please try again shortly. If exceptions persist, check if you have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";
constexpr const char* on_demand_maximum =
    "Throughput exceeds the maximum OnDemandThroughput configured on table or index";
constexpr const char* account_limit =
    "Throughput exceeds the current throughput limit for your account. Please contact AWS Support at "
    "https://aws.amazon.com/support to request a limit increase.";

constexpr std::string_view provisioned_reason = "ProvisionedThroughputExceeded";
constexpr std::string_view key_range_reason = "KeyRangeThroughputExceeded";
constexpr std::string_view maximum_reason = "MaxOnDemandThroughputExceeded";
constexpr std::string_view account_reason = "AccountLimitExceeded";

// The prefixes of `__type`; see api_error.cpp.
constexpr std::string_view dynamodb = "com.amazonaws.dynamodb.v20120810#";
constexpr std::string_view framework = "com.amazon.coral.service#";
constexpr std::string_view availability = "com.amazon.coral.availability#";

std::string join(std::string_view prefix, std::string_view name) {
    return std::string(prefix).append(name);
}

/// An error that only a script gives, or any other error with a message that the script gives.
class ScriptedError : public ApiError {
  public:
    ScriptedError(std::string type, std::string message)
        : ApiError(400, std::move(type), std::move(message), MessageMember::lower) {}
    ScriptedError(const ApiError& error, std::string message) : ApiError(error) {
        message_ = std::move(message);
        if (message_member_ == MessageMember::absent) message_member_ = MessageMember::lower;
    }

    void set(std::string_view member, boost::json::array values) {
        if (!values.empty()) extra_[member] = std::move(values);
    }
};

/// The requested reason, or else the one that fits the access and has this ending.
std::string reason_of(const FaultError& error, const FaultedAccess& access, std::string_view ending) {
    if (!error.reason.empty()) return error.reason;
    std::string reason = access.index != nullptr ? "Index" : "Table";
    return reason.append(access.is_write ? "Write" : "Read").append(ending);
}

std::string arn_of(const FaultedAccess& access) {
    if (access.index == nullptr) return access.table->arn;
    return access.table->arn + "/index/" + access.index->name;
}

/// Returns no reasons for an operation that touches no items, because its limits are not those of a table.
boost::json::array reasons(const FaultedAccess& access, std::string_view reason) {
    if (access.table == nullptr) return {};
    boost::json::array all;
    all.push_back(boost::json::object{{"reason", reason}, {"resource", arn_of(access)}});
    return all;
}

// The members with the reasons differ in case. Source: the model of AWS's SDK for JavaScript, 3.1169.0.
ApiError provisioned_throughput_exceeded(const FaultError& error, const FaultedAccess& access) {
    const std::string reason = reason_of(error, access, provisioned_reason);
    const bool is_index = reason.starts_with("Index");
    ScriptedError made(join(dynamodb, "ProvisionedThroughputExceededException"),
                       is_index ? index_provisioned : table_provisioned);
    made.set("ThrottlingReasons", reasons(access, reason));
    return made;
}

ApiError throttling(const FaultError& error, const FaultedAccess& access) {
    const std::string type = join(availability, "ThrottlingException");
    if (access.table == nullptr) {
        return ScriptedError(type, access.is_write
                                       ? "The rate of control plane requests made by this account is too high"
                                       : "Rate exceeded");
    }
    const std::string reason = reason_of(error, access, key_range_reason);
    ScriptedError made(type, reason.ends_with(maximum_reason) ? on_demand_maximum : on_demand);
    made.set("throttlingReasons", reasons(access, reason));
    return made;
}

ApiError request_limit_exceeded(const FaultError& error, const FaultedAccess& access) {
    ScriptedError made(join(dynamodb, "RequestLimitExceeded"), account_limit);
    made.set("ThrottlingReasons", reasons(access, reason_of(error, access, account_reason)));
    return made;
}

/// An error's name, and the function that makes it.
struct KnownError {
    std::string_view name;
    ApiError (*make)(const FaultError& error, const FaultedAccess& access);
};

template <ApiError (*Factory)(std::string), const char* const& Message>
ApiError with_text(const FaultError&, const FaultedAccess&) {
    return Factory(Message);
}

template <ApiError (*Factory)()>
ApiError as_ever(const FaultError&, const FaultedAccess&) {
    return Factory();
}

ApiError conditional_check_failed(const FaultError&, const FaultedAccess&) {
    return ApiError::conditional_check_failed();
}

/// Makes an error that is the same every time.
template <const std::string_view& Prefix, const char* const& Name, const char* const& Message>
ApiError scripted(const FaultError&, const FaultedAccess&) {
    return ScriptedError(join(Prefix, Name), Message);
}

constexpr const char* collection = "ItemCollectionSizeLimitExceededException";
constexpr const char* collection_text = "Collection size exceeded.";
constexpr const char* in_progress = "TransactionInProgressException";
constexpr const char* in_progress_text =
    "The transaction with the given request token is already in progress.";
constexpr const char* expired = "ExpiredTokenException";
constexpr const char* expired_text = "The security token included in the request is expired";
constexpr const char* unrecognized = "UnrecognizedClientException";
constexpr const char* unrecognized_text = "The security token included in the request is invalid.";
constexpr auto item_collection_size_limit_exceeded = scripted<dynamodb, collection, collection_text>;
constexpr auto transaction_in_progress = scripted<dynamodb, in_progress, in_progress_text>;
constexpr auto expired_token = scripted<framework, expired, expired_text>;
constexpr auto unrecognized_client = scripted<framework, unrecognized, unrecognized_text>;
constexpr const char* denied = "User is not authorized to perform this operation";
constexpr const char* trimmed = "The operation attempted to read past the oldest stream record in a shard.";
constexpr const char* iterator_expired = "The shard iterator has expired and can no longer be used.";
constexpr const char* bad_signature =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details.";
constexpr const char* incomplete = "The request signature does not conform to AWS standards.";
constexpr const char* too_many = "Too many operations for a given subscriber.";
constexpr const char* no_token = "Request must contain a valid (registered) AWS Access Key ID.";
constexpr const char* in_use = "The resource which you are attempting to change is in use.";
constexpr const char* not_found = "Requested resource not found";
constexpr const char* unavailable = "The service is currently unavailable or busy.";
constexpr const char* invalid = "One or more parameter values were invalid";

constexpr std::array known_errors = {
    KnownError{"AccessDeniedException", with_text<&ApiError::access_denied, denied>},
    KnownError{"ConditionalCheckFailedException", conditional_check_failed},
    KnownError{"DuplicateItemException", as_ever<&ApiError::duplicate_item>},
    KnownError{"ExpiredIteratorException", with_text<&ApiError::expired_iterator, iterator_expired>},
    KnownError{expired, expired_token},
    KnownError{"IdempotentParameterMismatchException", as_ever<&ApiError::idempotent_parameter_mismatch>},
    KnownError{"IncompleteSignatureException", with_text<&ApiError::incomplete_signature, incomplete>},
    KnownError{"InternalServerError", as_ever<&ApiError::internal_server_error>},
    KnownError{"InvalidSignatureException", with_text<&ApiError::invalid_signature, bad_signature>},
    KnownError{collection, item_collection_size_limit_exceeded},
    KnownError{"LimitExceededException", with_text<&ApiError::limit_exceeded, too_many>},
    KnownError{"MissingAuthenticationTokenException",
               with_text<&ApiError::missing_authentication_token, no_token>},
    KnownError{"ProvisionedThroughputExceededException", provisioned_throughput_exceeded},
    KnownError{"RequestLimitExceeded", request_limit_exceeded},
    KnownError{"ResourceInUseException", with_text<&ApiError::resource_in_use, in_use>},
    KnownError{"ResourceNotFoundException", with_text<&ApiError::resource_not_found, not_found>},
    KnownError{"ServiceUnavailable", with_text<&ApiError::service_unavailable, unavailable>},
    KnownError{"ThrottlingException", throttling},
    KnownError{"TransactionConflictException", as_ever<&ApiError::transaction_conflict>},
    KnownError{in_progress, transaction_in_progress},
    KnownError{"TrimmedDataAccessException", with_text<&ApiError::trimmed_data_access, trimmed>},
    KnownError{unrecognized, unrecognized_client},
    KnownError{"ValidationException", with_text<&ApiError::validation, invalid>},
};
static_assert(std::ranges::is_sorted(known_errors, {}, &KnownError::name));

}  // namespace

std::vector<std::string_view> fault_error_names() {
    std::vector<std::string_view> names(known_errors.size());
    std::ranges::transform(known_errors, names.begin(), &KnownError::name);
    return names;
}

std::vector<std::string> throttling_reasons() {
    std::vector<std::string> all;
    for (const char* resource : {"Table", "Index"}) {
        for (const char* kind : {"Read", "Write"}) {
            for (const std::string_view ending :
                 {provisioned_reason, key_range_reason, maximum_reason, account_reason}) {
                all.push_back(std::string(resource).append(kind).append(ending));
            }
        }
    }
    return all;
}

bool has_throttling_reasons(std::string_view error_name) {
    const auto* const found = std::ranges::find(known_errors, error_name, &KnownError::name);
    if (found == known_errors.end()) return false;
    return found->make == provisioned_throughput_exceeded || found->make == throttling ||
           found->make == request_limit_exceeded;
}

ApiError make_error(const FaultError& error, const FaultedAccess& access) {
    const auto* const found = std::ranges::find(known_errors, error.name, &KnownError::name);
    if (found == known_errors.end()) throw std::invalid_argument("There is no error '" + error.name + "'.");
    ApiError made = found->make(error, access);
    if (error.message.empty()) return made;
    return ScriptedError(made, error.message);
}

ApiError throttled(const FaultedAccess& access) {
    const bool is_on_demand = access.table->billing_mode == table::BillingMode::pay_per_request;
    return is_on_demand ? throttling({}, access) : provisioned_throughput_exceeded({}, access);
}

std::vector<std::string_view> cancellation_codes() {
    std::vector<std::string_view> codes = {"None"};
    for (const table::ReasonCode& each : table::reason_codes) codes.push_back(each.code);
    std::ranges::sort(codes);
    return codes;
}

ApiError error_of_code(std::string_view code, const FaultedAccess& access) {
    const auto* const known = std::ranges::find(table::reason_codes, code, &table::ReasonCode::code);
    if (known == table::reason_codes.end()) {
        throw std::invalid_argument("There is no code '" + std::string(code) + "' of a reason.");
    }
    return make_error({.name = std::string(known->error), .message = {}, .reason = {}}, access);
}

}  // namespace tailrace::operation
