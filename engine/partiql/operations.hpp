#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>

#include "engine/operation/operation.hpp"

namespace tailrace::partiql {

/// The operations that take PartiQL, in alphabetical order, for the engine's constructor.
std::span<const operation::Operation> operations();

std::string batch_execute_statement(operation::OperationContext& context, const boost::json::object& request);
std::string execute_statement(operation::OperationContext& context, const boost::json::object& request);
std::string execute_transaction(operation::OperationContext& context, const boost::json::object& request);

}  // namespace tailrace::partiql
