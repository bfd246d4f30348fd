#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"
#include "engine/model/request.hpp"
#include "engine/operation/engine.hpp"
#include "engine/table/database.hpp"
#include "engine/validation/parameter_rules.hpp"

namespace tailrace::operation {

/// What an operation works with. One request has one; the database behind it is shared and has its own lock.
struct OperationContext {
    table::Database& database;
    const Clock& clock;
    const EngineOptions& options;
    const Caller& caller;
};

/// Carries out an operation on a request whose shape has been checked and returns the response body. Throws
/// ApiError for every answer that is an error. Reads the request before it goes to the database, and writes
/// the answer after that, so that both are done outside the database's lock.
using Run = std::string(OperationContext& context, const Request& request);

/// The two services of the API, of which each has operations of its own.
enum class Service : std::uint8_t { dynamodb, streams };

/// One operation of the API, with all that is said of it outside of its own file.
struct Operation {
    std::string_view name;
    Service service = Service::dynamodb;
    Wording wording = {};
    /// What takes expressions at the top of its request.
    validation::ExpressionParameters expressions = {};
    Run* run;
};

/// Null when there is no operation of that name.
const Operation* find_operation(std::string_view name);

}  // namespace tailrace::operation
