#include "engine/operation/faults/fault_error.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "engine/table/transactions/cancellation_reasons.hpp"

namespace tailrace::operation {
namespace {

// The sources of these messages are those of the messages in api_exceptions.hpp.
constexpr const char* index_provisioned =
    "The level of configured provisioned throughput for one or more global secondary indexes of the table "
    "was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary "
    "indexes with the UpdateTable API.";
constexpr const char* on_demand =
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
    "table or index so please try again shortly. If exceptions persist, check if you have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";
// Seen only among the reasons of transactions.
constexpr const char* on_demand_index =
    "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is "
    "automatically scaling your index so please try again shortly.";
constexpr const char* on_demand_maximum =
    "Throughput exceeds the maximum OnDemandThroughput configured on table or index";
constexpr const char* too_many_changes =
    "The rate of control plane requests made by this account is too high";

constexpr std::string_view provisioned_reason = "ProvisionedThroughputExceeded";
constexpr std::string_view key_range_reason = "KeyRangeThroughputExceeded";
constexpr std::string_view maximum_reason = "MaxOnDemandThroughputExceeded";
constexpr std::string_view account_reason = "AccountLimitExceeded";

/// Returns the reason that the rule names. If it does not name a reason, returns the one for this kind of
/// access, with `ending` as its end.
std::string reason_of(const FaultError& error, const FaultedAccess& access, std::string_view ending) {
    if (!error.reason.empty()) return error.reason;
    std::string reason = access.index != nullptr ? "Index" : "Table";
    return reason.append(access.is_write ? "Write" : "Read").append(ending);
}

bool is_on_demand(const FaultedAccess& access) {
    return access.table->billing_mode == table::BillingMode::pay_per_request;
}

std::string arn_of(const FaultedAccess& access) {
    if (access.index == nullptr) return access.table->arn;
    return access.table->arn + "/index/" + access.index->name;
}

/// Adds the reason and the ARN. Leaves them out if the operation touches no items, because its limits are not
/// those of a table.
void add_reason(ApiError& error, std::string_view member, const FaultedAccess& access,
                std::string_view reason) {
    if (access.table == nullptr) return;
    boost::json::object added{{"reason", reason}, {"resource", arn_of(access)}};
    error.set(member, boost::json::array({std::move(added)}));
}

// Some exceptions have their reasons in ThrottlingReasons, others in throttlingReasons. Source: the model of
// AWS's SDK for JavaScript, 3.1169.0.
ApiError provisioned_throughput_exceeded(const FaultError& error, const FaultedAccess& access) {
    const std::string reason = reason_of(error, access, provisioned_reason);
    ApiError made(exceptions::provisioned_throughput_exceeded);
    if (reason.starts_with("Index")) made.set_message(index_provisioned);
    add_reason(made, "ThrottlingReasons", access, reason);
    return made;
}

ApiError throttling(const FaultError& error, const FaultedAccess& access) {
    ApiError made(exceptions::throttling);
    if (access.table == nullptr) {
        if (access.is_write) made.set_message(too_many_changes);
        return made;
    }
    const std::string reason = reason_of(error, access, key_range_reason);
    const bool names_index = access.in_transaction && reason.starts_with("IndexWrite");
    made.set_message(reason.ends_with(maximum_reason) ? on_demand_maximum
                     : names_index                    ? on_demand_index
                                                      : on_demand);
    add_reason(made, "throttlingReasons", access, reason);
    return made;
}

ApiError request_limit_exceeded(const FaultError& error, const FaultedAccess& access) {
    ApiError made(exceptions::request_limit_exceeded);
    add_reason(made, "ThrottlingReasons", access, reason_of(error, access, account_reason));
    return made;
}

/// An error that a rule may give. `make` makes an error that throttles. It is null for other errors, which
/// have the exception's own message.
struct KnownError {
    const ApiException& exception;
    ApiError (*make)(const FaultError& error, const FaultedAccess& access) = nullptr;
};

constexpr std::array known_errors = {
    KnownError{exceptions::access_denied},
    KnownError{exceptions::conditional_check_failed},
    KnownError{exceptions::duplicate_item},
    KnownError{exceptions::expired_iterator},
    KnownError{exceptions::expired_token},
    KnownError{exceptions::idempotent_parameter_mismatch},
    KnownError{exceptions::incomplete_signature},
    KnownError{exceptions::internal_server_error},
    KnownError{exceptions::invalid_signature},
    KnownError{exceptions::item_collection_size_limit_exceeded},
    KnownError{exceptions::limit_exceeded},
    KnownError{exceptions::missing_authentication_token},
    KnownError{exceptions::provisioned_throughput_exceeded, provisioned_throughput_exceeded},
    KnownError{exceptions::request_limit_exceeded, request_limit_exceeded},
    KnownError{exceptions::resource_in_use},
    KnownError{exceptions::resource_not_found},
    KnownError{exceptions::service_unavailable},
    KnownError{exceptions::throttling, throttling},
    KnownError{exceptions::transaction_conflict},
    KnownError{exceptions::transaction_in_progress},
    KnownError{exceptions::trimmed_data_access},
    KnownError{exceptions::unrecognized_client},
    KnownError{exceptions::validation},
};

constexpr std::string_view name_of(const KnownError& error) {
    return error.exception.name;
}
static_assert(std::ranges::is_sorted(known_errors, {}, name_of));

/// Returns null if a rule may not give such an error.
const KnownError* find_known(std::string_view name) {
    const auto* const found = std::ranges::find(known_errors, name, name_of);
    return found == known_errors.end() ? nullptr : found;
}

}  // namespace

bool is_transaction(std::string_view operation) {
    return operation.starts_with("Transact") || operation == "ExecuteTransaction";
}

std::vector<std::string_view> fault_error_names() {
    std::vector<std::string_view> names(known_errors.size());
    std::ranges::transform(known_errors, names.begin(), name_of);
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
    const KnownError* const known = find_known(error_name);
    return known != nullptr && known->make != nullptr;
}

ApiError make_error(const FaultError& error, const FaultedAccess& access) {
    const KnownError* const known = find_known(error.name);
    if (known == nullptr) throw std::invalid_argument("There is no error '" + error.name + "'.");
    ApiError made = known->make != nullptr ? known->make(error, access) : ApiError(known->exception);
    if (!error.message.empty()) made.set_message(error.message);
    return made;
}

ApiError throttled(const FaultedAccess& access, ExceededLimit limit) {
    const FaultError error{.name = {}, .message = {}, .reason = throttling_reason(access, limit)};
    return is_on_demand(access) ? throttling(error, access) : provisioned_throughput_exceeded(error, access);
}

ApiError throttled(const FaultedAccess& access) {
    return throttled(access, is_on_demand(access) ? ExceededLimit::partition : ExceededLimit::units);
}

std::string throttling_reason(const FaultedAccess& access, ExceededLimit limit) {
    if (limit == ExceededLimit::partition) return reason_of({}, access, key_range_reason);
    return reason_of({}, access, is_on_demand(access) ? maximum_reason : provisioned_reason);
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
