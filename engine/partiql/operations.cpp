#include "engine/partiql/operations.hpp"

#include <array>

namespace tailrace::partiql {
namespace {

using operation::Access;
using operation::Operation;

constexpr std::array table_of_operations = {
    Operation{"BatchExecuteStatement", Access::write, batch_execute_statement},
    Operation{"ExecuteStatement", Access::write, execute_statement},
    Operation{"ExecuteTransaction", Access::write, execute_transaction},
};

}  // namespace

std::span<const Operation> operations() {
    return table_of_operations;
}

}  // namespace tailrace::partiql
