#include <memory>
#include <set>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/consumed_capacities.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/transactions/cancellation_reasons.hpp"
#include "engine/operation/transactions/request_fingerprint.hpp"
#include "engine/operation/transactions/transact_member.hpp"
#include "engine/partiql/bound_statement.hpp"
#include "engine/partiql/key_terms.hpp"
#include "engine/partiql/operations.hpp"
#include "engine/partiql/planned_write.hpp"
#include "engine/partiql/selection.hpp"
#include "engine/partiql/statement_reasons.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/table/request_tokens.hpp"

namespace tailrace::partiql {
namespace {

using operation::ConsumedCapacities;
using operation::OperationContext;
using operation::ResponseBody;

/// One statement of a transaction, parsed and bound.
struct Member {
    BoundStatement statement;
    bool returns_failed_item = false;
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

/// The items that the members of a transaction read or write.
class TransactionItems {
  public:
    void add(const table::TableDefinition& table, const std::string& row_key) {
        ++count_;
        items_.emplace(&table, row_key);
    }
    void require_distinct() const {
        if (items_.size() == count_) return;
        throw ApiError::validation("Transaction request cannot include multiple operations on one item");
    }

  private:
    std::set<std::pair<const table::TableDefinition*, std::string>> items_;
    std::size_t count_ = 0;
};

/// Calls `plan(place, table)` for every member whose table exists, and handles what it throws: a fault of the
/// statement fails the request, and every other fault cancels the transaction.
template <typename Plan>
void plan_members(const table::ReadSession& session, const Members& members, StatementReasons& reasons,
                  Plan&& plan) {
    for (std::size_t i = 0; i < members.size(); ++i) {
        const table::TableDefinition* table = session.find_table(members[i].statement.table);
        if (table == nullptr) {
            reasons.add(i, "ResourceNotFound", "Requested resource not found");
            continue;
        }
        try {
            plan(i, *table);
        } catch (const StatementFault& fault) {
            reject_member(i, fault.message());
        } catch (const KeyMismatch&) {
            reasons.add(i, "ValidationError", "The provided key element does not match the schema");
        } catch (const ApiError& error) {
            reasons.add(i, operation::code_of(error), error.message());
        }
    }
}

/// The results of a transaction's reads.
struct FoundItems {
    /// Items as they are stored.
    std::vector<std::optional<std::string>> items;
    std::optional<boost::json::array> consumed;
};

/// The reads of a transaction.
class ReadTransaction {
  public:
    ReadTransaction(table::ReadSession& session, const Members& members)
        : session_(session), members_(members) {}

    FoundItems read(table::ReturnConsumedCapacity wanted) {
        plan();
        table::ItemReader reader(session_, table::Consistency::transactional);
        FoundItems found;
        ConsumedCapacities consumed;
        std::size_t size_bytes = 0;
        for (const auto& [table, row_key] : gets_) {
            table::ItemRead read = reader.read(*table, row_key);
            size_bytes += read.size_bytes();
            consumed.add(*table, read.capacity());
            std::optional<std::string>& item = found.items.emplace_back();
            if (read.stored) item = std::move(read.stored->bytes);
        }
        operation::require_response_size(size_bytes);
        found.consumed = consumed.json(wanted, table::CapacityDetail::with_read_units);
        return found;
    }

  private:
    void plan() {
        StatementReasons reasons(members_.size());
        TransactionItems items;
        plan_members(session_, members_, reasons,
                     [&](std::size_t place, const table::TableDefinition& table) {
                         const BoundStatement& statement = members_[place].statement;
                         if (!statement.index.empty()) {
                             throw StatementFault("Reads on indices are not supported within transactions.");
                         }
                         const AttributeMap key = key_of(table, statement);
                         gets_.emplace_back(&table, table::base_row_key(table, key));
                         items.add(table, gets_.back().second);
                         if (session_.in_transaction(table, gets_.back().second))
                             throw ApiError::transaction_conflict();
                     });
        reasons.require_none();
        items.require_distinct();
    }

    /// Faults of the WHERE clause are faults of the statement, except those of the key's own values.
    static AttributeMap key_of(const table::TableDefinition& source, const BoundStatement& statement) {
        try {
            return selected_key(source, statement, "ExecuteTransaction");
        } catch (const KeyMismatch&) {
            throw;
        } catch (const table::EmptyKeyValue&) {
            throw;
        } catch (const ApiError& error) {
            throw StatementFault(error.message());
        }
    }

    table::ReadSession& session_;
    const Members& members_;
    std::vector<std::pair<const table::TableDefinition*, std::string>> gets_;
};

/// The writes of a transaction. All are decided before the first is applied.
class WriteTransaction {
  public:
    WriteTransaction(table::WriteSession& session, const Members& members)
        : session_(session), writer_(session), members_(members), reasons_(members.size()) {}

    void decide() {
        plan();
        for (std::size_t i = 0; i < members_.size(); ++i) decide(i);
        reasons_.require_none();
    }

    ConsumedCapacities apply(std::chrono::milliseconds duration) {
        ConsumedCapacities consumed;
        for (const table::WriteDecision& decision : decisions_) {
            session_.hold_item(*decision.table, decision.row_key, duration);
            table::Capacity capacity = writer_.apply(decision);
            // A transactional write costs double, on the table and on its indexes.
            capacity.add(table::Capacity(capacity));
            consumed.add(*decision.table, capacity);
        }
        return consumed;
    }

    /// The cost of a repeated request whose transaction was already carried out: its items are only read.
    ConsumedCapacities repeat() {
        plan();
        table::ItemReader reader(session_, table::Consistency::transactional);
        ConsumedCapacities consumed;
        for (const auto& each : writes_) {
            consumed.add(each->table(), reader.read(each->table(), each->row_key()).capacity());
        }
        return consumed;
    }

  private:
    void plan() {
        TransactionItems items;
        plan_members(session_, members_, reasons_,
                     [&](std::size_t place, const table::TableDefinition& table) {
                         const BoundStatement& statement = members_[place].statement;
                         if (!statement.returning.empty()) {
                             throw StatementFault("RETURNING clause is not supported in ExecuteTransaction.");
                         }
                         if (statement.kind == Statement::Kind::exists && !statement.index.empty()) {
                             throw StatementFault("Operations on indices are not supported in transactions");
                         }
                         writes_.push_back(std::make_unique<PlannedWrite>(table, statement, true));
                         items.add(table, writes_.back()->row_key());
                     });
        reasons_.require_none();
        items.require_distinct();
    }

    void decide(std::size_t place) {
        try {
            const table::WriteDecision& decision =
                decisions_.emplace_back(writer_.decide(writes_[place]->request()));
            if (decision.condition_held) return;
            if (members_[place].statement.kind == Statement::Kind::insert) {
                return reasons_.add(place, "DuplicateItem", ApiError::duplicate_item().message());
            }
            reasons_.add(place, "ConditionalCheckFailed", "The conditional request failed");
            if (members_[place].returns_failed_item) reasons_.show_item(place, decision);
        } catch (const ApiError& error) {
            reasons_.add(place, operation::code_of(error), error.message());
        }
    }

    table::WriteSession& session_;
    table::ItemWriter writer_;
    const Members& members_;
    StatementReasons reasons_;
    std::vector<std::unique_ptr<PlannedWrite>> writes_;
    std::vector<table::WriteDecision> decisions_;
};

/// True if the token was used for the same transaction before.
bool is_repeated(const table::RequestTokens& tokens, std::string_view token, std::uint64_t fingerprint) {
    const auto seen = tokens.find(token, fingerprint);
    if (seen == table::RequestTokens::Seen::with_another_request) {
        throw ApiError::idempotent_parameter_mismatch();
    }
    return seen == table::RequestTokens::Seen::with_this_request;
}

std::string transaction_answer(std::string_view responses,
                               const std::optional<boost::json::array>& consumed) {
    ResponseBody body;
    body.list("Responses", responses);
    if (consumed) body.member("ConsumedCapacity", *consumed);
    return std::move(body).take();
}

std::string execute_writes(OperationContext& context, const Request& request, const Members& members) {
    const auto token = request.text("ClientRequestToken");
    const std::uint64_t fingerprint =
        token ? operation::request_fingerprint(*request.find("TransactStatements")) : 0;
    const auto wanted = operation::read_return_consumed_capacity(request);

    const auto consumed = context.database.write([&](table::WriteSession& session) {
        table::RequestTokens tokens(session);
        WriteTransaction transaction(session, members);
        if (token && is_repeated(tokens, *token, fingerprint)) {
            return transaction.repeat().json(wanted, table::CapacityDetail::with_read_units);
        }
        transaction.decide();
        const ConsumedCapacities written = transaction.apply(context.options.transaction_duration);
        if (token) tokens.remember(*token, fingerprint);
        return written.json(wanted, table::CapacityDetail::with_write_units);
    });
    return transaction_answer("", consumed);
}

std::string execute_reads(OperationContext& context, const Request& request, const Members& members) {
    const auto wanted = operation::read_return_consumed_capacity(request);
    const FoundItems found = context.database.read(
        [&](table::ReadSession& session) { return ReadTransaction(session, members).read(wanted); });
    std::string responses;
    for (std::size_t i = 0; i < members.size(); ++i) {
        ResponseBody response;
        if (const auto& item = found.items[i]) {
            response.member("Item", selected_json(members[i].statement, *item));
        }
        responses.append(i > 0 ? "," : "").append(std::move(response).take());
    }
    return transaction_answer(responses, found.consumed);
}

}  // namespace

std::string execute_transaction(OperationContext& context, const Request& request) {
    const Members members = read_members(request);
    if (require_one_direction(members)) return execute_reads(context, request, members);
    operation::require_payload_size(inserted_bytes(members));
    return execute_writes(context, request, members);
}

}  // namespace tailrace::partiql
