#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::operation {

/// An error that a rule names.
struct FaultError {
    /// One of fault_error_names().
    std::string name;
    /// Empty for AWS's own message.
    std::string message = {};
    /// For a throttling error, one of throttling_reasons(); empty for the one that fits the access.
    std::string reason = {};
};

/// What a request was about to do when it met a fault.
struct FaultedAccess {
    /// Null for an operation that touches no items.
    const table::TableDefinition* table = nullptr;
    /// Null for the table itself.
    const table::IndexDefinition* index = nullptr;
    bool is_write = false;
    bool in_transaction = false;
};

/// Returns true if the operation's members succeed or fail together.
bool is_transaction(std::string_view operation);

/// The kind of limit that an access to a table or an index exceeds.
enum class ExceededLimit : std::uint8_t {
    /// The provisioned throughput, or the maximum of an on-demand table.
    units,
    /// What one partition can serve.
    partition
};

/// The names of the errors that a rule may give, in alphabetical order.
std::vector<std::string_view> fault_error_names();

/// The 16 reasons of API_ThrottlingReason, such as "TableReadProvisionedThroughputExceeded".
std::vector<std::string> throttling_reasons();

/// Returns true if an error of that name may carry a reason.
bool has_throttling_reasons(std::string_view error_name);

/// Returns the error as AWS answers it. If it throttles access to a table, it has the reason and the ARN of
/// the table or index. `error` has a known name.
ApiError make_error(const FaultError& error, const FaultedAccess& access);

/// Returns the error with which AWS throttles an access that exceeds the limit. It depends on the table's
/// billing mode. Source: "Diagnosing throttling", Developer Guide.
ApiError throttled(const FaultedAccess& access, ExceededLimit limit);

/// The same for the limit that tables of this billing mode usually exceed.
ApiError throttled(const FaultedAccess& access);

/// Returns the reason of that error: "TableWriteKeyRangeThroughputExceeded". Source: API_ThrottlingReason.
std::string throttling_reason(const FaultedAccess& access, ExceededLimit limit);

/// The codes of API_CancellationReason that a rule may give, in alphabetical order, "None" among them.
std::vector<std::string_view> cancellation_codes();

/// Returns the error that a cancellation code stands for. The code must not be "None".
ApiError error_of_code(std::string_view code, const FaultedAccess& access);

}  // namespace tailrace::operation
