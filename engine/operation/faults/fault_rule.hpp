#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/attribute_value.hpp"
#include "engine/operation/faults/answer_fault.hpp"
#include "engine/operation/faults/fault_error.hpp"

namespace tailrace::operation {

/// What happens to a call of a function.
struct CallFault {
    enum class Kind : std::uint8_t {
        /// The function is not called, and the call counts as failed.
        failed,
        timed_out,
        /// The function is not called, as if it could not be reached.
        not_invoked,
        /// The function is called, and its answer names items that have failed.
        items_failed
    };
    Kind kind = Kind::failed;
    std::string message = {};
    std::string error_type = {};
    /// How many records at the end of the batch have failed.
    std::size_t items = 0;
};

/// What a rule does to the requests that it applies to.
struct FaultEffect {
    /// Ends the request. If the rule has a key, it ends only what the request does to that item: a batch
    /// leaves the item unprocessed, and a transaction is cancelled with the error as that member's reason.
    std::optional<FaultError> error = {};
    /// The number of items of a batch that are left unprocessed: the first ones that meet the rule.
    std::size_t unprocessed = 0;
    /// The codes of the reasons for which a transaction is cancelled, one for each of its first members.
    std::vector<std::string> cancellation_codes = {};
    /// True if the delay of `answer` is measured by the engine's clock.
    bool waits_on_clock = false;
    AnswerFault answer = {};
    std::optional<CallFault> call = {};

    bool ends_request() const { return error || answer.connection == ConnectionFault::closed_before_work; }
};

/// Which requests meet a fault, and which fault that is. A request meets the rule if it has the operation,
/// the table, the index and the key that the rule names. The rule does not apply to the first `skip` of these
/// requests. After that it applies to the next `times` requests.
struct FaultRule {
    /// For people to read; it has no effect.
    std::string name = {};
    /// Empty for every operation of DynamoDB and of its streams. Layers above have names of their own for
    /// other things that may meet faults, such as calls of functions.
    std::string operation = {};
    /// For calls of functions: the function. Empty for every function.
    std::string function_name = {};
    /// Empty for every table. The table need not exist.
    std::string table_name = {};
    /// A read of this index, or a write to a table that has it. Empty for any access.
    std::string index_name = {};
    /// The key of an item, or its partition key alone. With an index name, it is a key of the index.
    std::optional<AttributeMap> key = {};
    std::uint64_t skip = 0;
    /// nullopt if there is no limit.
    std::optional<std::uint64_t> times = {};
    /// The probability that the rule applies to a request that neither `skip` nor `times` rules out. The same
    /// seed gives the same sequence of decisions.
    double probability = 1;
    std::uint64_t seed = 0;
    FaultEffect effect = {};
    /// The rule as a request wrote it, to be shown.
    boost::json::object given = {};
};

}  // namespace tailrace::operation
