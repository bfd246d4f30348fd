#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/operation/consumed_capacity.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/transactions/request_token.hpp"
#include "engine/operation/transactions/transact_member.hpp"
#include "engine/partiql/bound_statement.hpp"
#include "engine/partiql/key_terms.hpp"
#include "engine/partiql/operations.hpp"
#include "engine/partiql/planned_write.hpp"
#include "engine/partiql/selection.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/table/transactions/read_transaction.hpp"
#include "engine/table/transactions/write_transaction.hpp"

namespace tailrace::partiql {
namespace {

using operation::OperationContext;
using operation::ResponseBody;

/// One statement of a transaction, parsed and bound.
struct Member {
    BoundStatement statement;
    bool shows_failed_item = false;
};

using Members = std::vector<Member>;

[[noreturn]] void reject_member(std::size_t place, const std::string& message) {
    throw ApiError::validation("Validation failed in TransactStatements[" + std::to_string(place) +
                               "]: " + message);
}

/// The parameters of all members are read before the first statement.
Members read_members(const Request& request) {
    const boost::json::array& statements = *request.list("TransactStatements");
    std::vector<std::vector<AttributeValue>> parameters;
    for (const auto& each : statements) parameters.push_back(read_parameters(request.element(each)));
    Members members;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const Request content = request.element(statements[i]);
        try {
            members.push_back(
                {read_statement(content, parameters[i]), operation::returns_failed_item(content)});
        } catch (const ApiError& error) {
            reject_member(i, error.message());
        }
    }
    return members;
}

/// Returns true if the transaction reads. Throws if it has both reads and writes.
bool require_one_direction(const Members& members) {
    std::size_t reads = 0;
    for (const Member& each : members) reads += each.statement.is_select() ? 1 : 0;
    if (reads == 0 || reads == members.size()) return reads > 0;
    throw ApiError::validation(
        "ExecuteTransaction API does not support both read and write operations in the same request.");
}

/// The part of a transaction's statements that counts towards its size limit: the items that it inserts.
std::size_t inserted_bytes(const Members& members) {
    std::size_t bytes = 0;
    for (const Member& each : members) bytes += each.statement.image ? each.statement.image->size_bytes : 0;
    return bytes;
}

/// Calls `plan(place, table)` for every member whose table exists and is not being created or deleted.
/// Handles what it throws: a fault of the statement fails the request, and every other fault cancels the
/// transaction.
template <typename Plan>
void plan_members(const table::ReadSession& session, const Members& members,
                  table::CancellationReasons& reasons, Plan&& plan) {
    for (std::size_t i = 0; i < members.size(); ++i) {
        const table::TableDefinition* table = nullptr;
        try {
            table = &session.table(members[i].statement.table);
        } catch (const ApiError& not_found) {
            reasons.add(i, "ResourceNotFound", not_found.message());
            continue;
        }
        try {
            plan(i, *table);
        } catch (const StatementFault& fault) {
            reject_member(i, fault.message());
        } catch (const KeyMismatch&) {
            reasons.add(i, "ValidationError", "The provided key element does not match the schema");
        } catch (const table::ItemRefused& refused) {
            reasons.add_refusal(i, refused);
        } catch (const ApiError& error) {
            reasons.add(i, error);
        }
    }
    reasons.require_none();
}

/// The key of the item that a SELECT reads. A fault of the WHERE clause is a fault of the statement, except
/// if a key value is empty or of a wrong type.
AttributeMap key_of(const table::TableDefinition& source, const BoundStatement& statement, Timestamp now) {
    try {
        return selected_key(source, statement, now, "ExecuteTransaction");
    } catch (const KeyMismatch&) {
        throw;
    } catch (const table::EmptyKeyValue&) {
        throw;
    } catch (const ApiError& error) {
        throw StatementFault(error.message());
    }
}

table::ReadTransaction plan_transaction(table::ReadSession& session, const Members& members) {
    table::ReadTransaction transaction(session);
    table::CancellationReasons reasons(members.size(), table::EmptyKey::is_reason);
    plan_members(session, members, reasons, [&](std::size_t place, const table::TableDefinition& table) {
        const BoundStatement& statement = members[place].statement;
        if (!statement.index.empty()) {
            throw StatementFault("Reads on indices are not supported within transactions.");
        }
        transaction.add(table, table::base_row_key(table, key_of(table, statement, session.now())));
    });
    transaction.require_distinct();
    return transaction;
}

table::WriteTransaction plan_transaction(table::WriteSession& session, const Members& members) {
    table::WriteTransaction transaction(session, members.size(), table::EmptyKey::is_reason);
    plan_members(
        session, members, transaction.reasons(), [&](std::size_t place, const table::TableDefinition& table) {
            const BoundStatement& statement = members[place].statement;
            if (statement.returning != operation::ReturnValues::none) {
                throw StatementFault("RETURNING clause is not supported in ExecuteTransaction.");
            }
            if (statement.kind == Statement::Kind::exists && !statement.index.empty()) {
                throw StatementFault("Operations on indices are not supported in transactions");
            }
            transaction.add(
                plan_write(table, statement,
                           {.in_transaction = true, .shows_failed_item = members[place].shows_failed_item}));
        });
    transaction.require_distinct();
    return transaction;
}

std::string transaction_answer(std::string_view responses,
                               const std::optional<boost::json::array>& consumed) {
    ResponseBody body;
    body.list("Responses", responses);
    if (consumed) body.member("ConsumedCapacity", *consumed);
    return std::move(body).take();
}

std::string execute_writes(OperationContext& context, const Request& request, const Members& members) {
    const table::TransactionTerms terms{operation::read_request_token(request, "TransactStatements"),
                                        context.options.transaction_duration};
    const auto wanted = operation::read_return_consumed_capacity(request);
    const auto consumed = context.write_items([&](table::WriteSession& session) {
        const auto cost =
            table::carry_out(session, terms, [&] { return plan_transaction(session, members); });
        context.cost.capacity_units = cost.consumed.total();
        context.cost.items_written = members.size();
        return cost.consumed.json(wanted, cost.detail);
    });
    return transaction_answer("", consumed);
}

std::string execute_reads(OperationContext& context, const Request& request, const Members& members) {
    const auto wanted = operation::read_return_consumed_capacity(request);
    std::optional<boost::json::array> consumed;
    const auto items = context.read([&](table::ReadSession& session) {
        table::FoundItems found = plan_transaction(session, members).read();
        operation::require_response_size(found.size_bytes);
        context.cost.capacity_units = found.consumed.total();
        consumed = found.consumed.json(wanted, table::CapacityDetail::with_read_units);
        return std::move(found.items);
    });
    const auto shown = [&](std::size_t place, const std::string& stored) {
        ++context.cost.items_read;
        ++context.cost.items_returned;
        return selected_json(members[place].statement, stored);
    };
    return transaction_answer(operation::item_responses(items, shown), consumed);
}

}  // namespace

std::string execute_transaction(OperationContext& context, const Request& request) {
    const Members members = read_members(request);
    for (const Member& each : members) context.cost.add_table(each.statement.table);
    if (require_one_direction(members)) return execute_reads(context, request, members);
    operation::require_payload_size(inserted_bytes(members));
    return execute_writes(context, request, members);
}

}  // namespace tailrace::partiql
