#include "engine/partiql/operations.hpp"

#include <array>

namespace tailrace::partiql {

// Each is defined in the file of the same name.
operation::Run batch_execute_statement, execute_statement, execute_transaction;

namespace {

using operation::Operation;

constexpr std::array table_of_operations = {
    Operation{.name = "BatchExecuteStatement", .run = batch_execute_statement},
    Operation{.name = "ExecuteStatement", .run = execute_statement},
    Operation{.name = "ExecuteTransaction", .run = execute_transaction},
};

}  // namespace

std::span<const Operation> operations() {
    return table_of_operations;
}

}  // namespace tailrace::partiql
