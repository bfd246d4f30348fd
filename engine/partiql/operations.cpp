#include "engine/partiql/operations.hpp"

#include <array>

namespace tailrace::partiql {

// Each is defined in the file of the same name.
operation::Run batch_execute_statement, execute_statement, execute_transaction;

namespace {

using operation::Operation;

constexpr std::array rows = {
    Operation{.name = "BatchExecuteStatement", .touches_items = true, .run = batch_execute_statement},
    Operation{.name = "ExecuteStatement", .touches_items = true, .run = execute_statement},
    Operation{.name = "ExecuteTransaction", .touches_items = true, .run = execute_transaction},
};

const auto table_of_operations = operation::with_input_shapes(rows);

}  // namespace

std::span<const Operation> operations() {
    return table_of_operations;
}

}  // namespace tailrace::partiql
