#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/operation/consumed_capacity.hpp"
#include "engine/operation/items/write_answer.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/partiql/bound_statement.hpp"
#include "engine/partiql/operations.hpp"
#include "engine/partiql/planned_write.hpp"
#include "engine/partiql/selection.hpp"
#include "engine/table/items/distinct_items.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/row_key.hpp"

namespace tailrace::partiql {
namespace {

using operation::OperationContext;
using operation::ResponseBody;

/// One statement of a batch. A fault of a statement fails only that statement.
struct BatchMember {
    /// Nullopt if there is a fault.
    std::optional<BoundStatement> statement;
    std::optional<ApiError> fault;
    table::Consistency consistency = table::Consistency::eventual;
    /// True if the request asks for the item that fails the condition.
    bool shows_failed_item = false;
};

/// The result of one statement.
struct MemberResult {
    std::optional<ApiError> fault;
    /// Empty if the statement failed before its item was reached.
    std::string table_name;
    /// In wire JSON: for a SELECT the item as it is stored, for a write what it returns; empty if there is
    /// none.
    std::string item_json;
};

struct BatchResult {
    std::vector<MemberResult> members;
    RequestCost cost;
    std::optional<boost::json::array> consumed;
};

/// "ConditionalCheckFailed", "ValidationError", …; source: API_BatchStatementError.
std::string short_code(const ApiError& error) {
    constexpr std::string_view suffix = "Exception";
    std::string_view name = error.name();
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
    const bool has_long_code = name == "Validation" || name == "Throttling";
    return std::string(name).append(has_long_code ? "Error" : "");
}

/// The API's BatchStatementError.
boost::json::object error_json(const ApiError& error) {
    boost::json::object shown{{"Code", short_code(error)}, {"Message", error.message()}};
    if (const auto* item = error.extra().if_contains("Item")) shown["Item"] = *item;
    return shown;
}

std::vector<BatchMember> read_statements(const Request& request) {
    std::vector<BatchMember> members;
    for (const auto& each : *request.list("Statements")) {
        const Request content = request.element(each);
        BatchMember& member = members.emplace_back();
        try {
            const std::vector<AttributeValue> parameters = read_parameters(content);
            member.statement = read_statement(content, parameters);
            member.consistency = operation::read_consistency(content);
            member.shows_failed_item = operation::returns_failed_item(content);
            if (member.statement->kind != Statement::Kind::exists) continue;
            throw ApiError::validation("EXISTS can only be used in ExecuteTransaction write requests.");
        } catch (const ApiError& error) {
            member.fault = error;
        }
    }
    return members;
}

/// Notes the cost, and the tables of all statements that could be read.
void note_cost(OperationContext& context, const std::vector<BatchMember>& members, const RequestCost& cost) {
    context.cost = cost;
    for (const BatchMember& member : members) {
        if (member.statement) context.cost.add_table(member.statement->table);
    }
}

/// Returns true if the batch writes. Throws if it has both reads and writes.
bool require_one_direction(const std::vector<BatchMember>& members) {
    bool reads = false;
    bool writes = false;
    for (const BatchMember& member : members) {
        if (member.fault) continue;
        (member.statement->is_select() ? reads : writes) = true;
    }
    if (reads && writes) {
        throw ApiError::validation("Read and write requests together in the same batch is not supported.");
    }
    return writes;
}

/// A batch in its session.
class Batch {
  public:
    explicit Batch(const std::vector<BatchMember>& members) : members_(members), places_(members.size()) {
        for (const BatchMember& each : members) result_.members.push_back({each.fault, {}, {}});
    }

    BatchResult read(table::ReadSession& session, table::ReturnConsumedCapacity wanted) {
        for_each([&](std::size_t i) {
            const BoundStatement& statement = *members_[i].statement;
            const table::TableDefinition& table = session.table(statement.table);
            const AttributeMap key = selected_key(table, statement, session.now(), "BatchExecuteStatement");
            places_[i] = {&table, table::base_row_key(table, key)};
        });
        require_distinct_items();
        for_each([&](std::size_t i) {
            const auto& [table, row_key] = places_[i];
            MemberResult& result = begin(i);
            auto read = table::ItemReader(session, members_[i].consistency).read(*table, row_key);
            consumed_.add(*table, read.capacity());
            if (!read.stored) return;
            result.item_json = std::move(read.stored->bytes);
            ++result_.cost.items_read;
            ++result_.cost.items_returned;
        });
        return finish(wanted);
    }

    BatchResult write(table::WriteSession& session, table::ReturnConsumedCapacity wanted) {
        std::vector<std::optional<table::PlannedWrite>> writes(members_.size());
        for_each([&](std::size_t i) {
            const BoundStatement& statement = *members_[i].statement;
            const table::TableDefinition& table = session.table(statement.table);
            writes[i].emplace(
                plan_write(table, statement, {.shows_failed_item = members_[i].shows_failed_item}));
            places_[i] = {&table, writes[i]->row_key};
        });
        require_distinct_items();
        table::ItemWriter writer(session);
        for_each([&](std::size_t i) {
            MemberResult& result = begin(i);
            const table::WriteOutcome outcome = writer.write(writes[i]->request());
            require_condition_held(*writes[i], outcome);
            consumed_.add(writes[i]->table, outcome.capacity);
            ++result_.cost.items_written;
            const BoundStatement& statement = *members_[i].statement;
            result.item_json = operation::returned_attributes(statement.returning, outcome, statement.update);
        });
        return finish(wanted);
    }

  private:
    /// Calls `work` with the place of each member that has no fault yet.
    template <typename Work>
    void for_each(Work&& work) {
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (result_.members[i].fault) continue;
            try {
                work(i);
            } catch (const ApiError& error) {
                result_.members[i].fault = error;
            }
        }
    }

    void require_distinct_items() const {
        table::DistinctItems items(table::repeated_in_batch);
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (!result_.members[i].fault) items.add(*places_[i].first, places_[i].second);
        }
        items.require_distinct();
    }

    MemberResult& begin(std::size_t place) {
        result_.members[place].table_name = places_[place].first->name;
        return result_.members[place];
    }

    BatchResult finish(table::ReturnConsumedCapacity wanted) {
        result_.cost.capacity_units = consumed_.total();
        result_.consumed = consumed_.json(wanted);
        return std::move(result_);
    }

    const std::vector<BatchMember>& members_;
    /// The table and the row key of each member that has had no fault so far.
    std::vector<std::pair<const table::TableDefinition*, std::string>> places_;
    BatchResult result_;
    table::ConsumedCapacities consumed_;
};

std::string member_json(const BatchMember& member, const MemberResult& result) {
    ResponseBody response;
    if (result.fault) {
        response.member("Error", error_json(*result.fault));
    } else if (!result.item_json.empty()) {
        const bool is_select = member.statement->is_select();
        response.member("Item",
                        is_select ? selected_json(*member.statement, result.item_json) : result.item_json);
    }
    if (!result.table_name.empty()) response.member("TableName", boost::json::value(result.table_name));
    return std::move(response).take();
}

std::string batch_answer(const std::vector<BatchMember>& members, const BatchResult& result) {
    operation::ResponseList responses;
    for (std::size_t i = 0; i < members.size(); ++i) {
        responses.add(member_json(members[i], result.members[i]));
    }
    ResponseBody body;
    body.list("Responses", responses.elements_json());
    if (result.consumed) body.member("ConsumedCapacity", *result.consumed);
    return std::move(body).take();
}

}  // namespace

std::string batch_execute_statement(OperationContext& context, const Request& request) {
    const std::vector<BatchMember> members = read_statements(request);
    const auto wanted = operation::read_return_consumed_capacity(request);
    if (require_one_direction(members)) {
        const BatchResult result = context.write_items(
            [&](table::WriteSession& session) { return Batch(members).write(session, wanted); });
        note_cost(context, members, result.cost);
        return batch_answer(members, result);
    }
    const BatchResult result =
        context.read([&](table::ReadSession& session) { return Batch(members).read(session, wanted); });
    note_cost(context, members, result.cost);
    return batch_answer(members, result);
}

}  // namespace tailrace::partiql
