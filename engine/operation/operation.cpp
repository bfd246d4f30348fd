#include "engine/operation/operation.hpp"

#include <algorithm>
#include <array>

namespace tailrace::operation {
namespace {

constexpr std::array table_of_operations = {
    Operation{"BatchGetItem", Access::read, batch_get_item},
    Operation{"BatchWriteItem", Access::write, batch_write_item},
    Operation{"CreateTable", Access::write, create_table},
    Operation{"DeleteItem", Access::write, delete_item},
    Operation{"DeleteTable", Access::write, delete_table},
    Operation{"DescribeTable", Access::read, describe_table},
    Operation{"GetItem", Access::read, get_item},
    Operation{"ListTables", Access::read, list_tables},
    Operation{"PutItem", Access::write, put_item},
    Operation{"Query", Access::read, query},
    Operation{"Scan", Access::read, scan},
    Operation{"TransactGetItems", Access::read, transact_get_items},
    Operation{"TransactWriteItems", Access::write, transact_write_items},
    Operation{"UpdateItem", Access::write, update_item},
    Operation{"UpdateTable", Access::write, update_table},
};

static_assert(std::ranges::is_sorted(table_of_operations, {}, &Operation::name));

}  // namespace

std::span<const Operation> operations() {
    return table_of_operations;
}

const Operation* find_operation(std::string_view name) {
    const auto found = std::ranges::lower_bound(table_of_operations, name, {}, &Operation::name);
    return found != table_of_operations.end() && found->name == name ? &*found : nullptr;
}

}  // namespace tailrace::operation
