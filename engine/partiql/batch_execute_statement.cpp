#include <memory>
#include <set>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/operation/consumed_capacities.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/partiql/bound_statement.hpp"
#include "engine/partiql/operations.hpp"
#include "engine/partiql/planned_write.hpp"
#include "engine/partiql/selection.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/row_key.hpp"

namespace tailrace::partiql {
namespace {

using operation::OperationContext;
using operation::ResponseBody;

/// One statement of a batch on its way. What is wrong with it ends it alone.
struct BatchMember {
    std::optional<BoundStatement> statement;
    table::Consistency consistency = table::Consistency::eventual;
    /// Whether the item that fails its condition is asked for.
    bool shows_failed_item = false;
    const table::Table* table = nullptr;
    std::unique_ptr<PlannedWrite> write;
    std::string row_key;
    /// The member's response, without its TableName.
    ResponseBody response;
    bool failed = false;
    bool ran = false;
};

/// "ConditionalCheckFailed", "ValidationError", …; source: API_BatchStatementError.
std::string short_code(const ApiError& error) {
    constexpr std::string_view suffix = "Exception";
    std::string_view name = error.name();
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
    return name == "Validation" ? "ValidationError" : std::string(name);
}

/// The API's BatchStatementError.
boost::json::object error_json(const ApiError& error) {
    boost::json::object shown{{"Code", short_code(error)}, {"Message", error.message()}};
    if (const auto* item = error.extra().if_contains("Item")) shown["Item"] = *item;
    return shown;
}

/// Calls `work` for the members that nothing is against yet.
template <typename Work>
void for_each(std::vector<BatchMember>& members, Work&& work) {
    for (BatchMember& member : members) {
        if (member.failed) continue;
        try {
            work(member);
        } catch (const ApiError& error) {
            member.failed = true;
            member.response.member("Error", error_json(error));
        }
    }
}

std::vector<BatchMember> read_members(const Request& request) {
    const boost::json::array& statements = *request.list("Statements");
    std::vector<BatchMember> members(statements.size());
    auto next = statements.begin();
    for_each(members, [&](BatchMember& member) {
        const Request content = request.element(*next++);
        const std::vector<AttributeValue> parameters = read_parameters(content);
        member.statement = read_statement(content, parameters);
        member.consistency = operation::read_consistency(content);
        member.shows_failed_item = operation::returns_failed_item(content);
        if (member.statement->kind != Statement::Kind::exists) return;
        throw ApiError::validation("EXISTS can only be used in ExecuteTransaction write requests.");
    });
    return members;
}

/// Whether the batch writes. Reads and writes do not go together.
bool require_one_direction(const std::vector<BatchMember>& members) {
    bool reads = false;
    bool writes = false;
    for (const BatchMember& member : members) {
        if (member.failed) continue;
        (member.statement->is_select() ? reads : writes) = true;
    }
    if (reads && writes) {
        throw ApiError::validation("Read and write requests together in the same batch is not supported.");
    }
    return writes;
}

void require_distinct_items(const std::vector<BatchMember>& members) {
    std::set<std::pair<const table::Table*, std::string_view>> items;
    for (const BatchMember& member : members) {
        if (member.failed || items.emplace(member.table, member.row_key).second) continue;
        throw ApiError::validation("Provided list of item keys contains duplicates");
    }
}

class Batch {
  public:
    explicit Batch(std::vector<BatchMember>& members) : members_(members) {}

    void read(table::ReadSession& session) {
        for_each(members_, [&](BatchMember& member) {
            member.table = &session.table(member.statement->table);
            member.row_key = table::base_row_key(
                member.table->definition,
                selected_key(member.table->definition, *member.statement, "BatchExecuteStatement"));
        });
        require_distinct_items(members_);
        for_each(members_, [&](BatchMember& member) {
            member.ran = true;
            const auto read =
                table::ItemReader(session, member.consistency).read(*member.table, member.row_key);
            consumed_.add(*member.table, read.capacity());
            if (read.stored) {
                member.response.member("Item", selected_json(*member.statement, read.stored->bytes));
            }
        });
    }

    void write(table::WriteSession& session) {
        for_each(members_, [&](BatchMember& member) {
            member.table = &session.table(member.statement->table);
            member.write = std::make_unique<PlannedWrite>(*member.table, *member.statement, false);
            member.row_key = member.write->row_key();
        });
        require_distinct_items(members_);
        table::ItemWriter writer(session);
        for_each(members_, [&](BatchMember& member) {
            member.ran = true;
            const table::WriteOutcome outcome = writer.write(member.write->request());
            member.write->require_condition_held(outcome, member.shows_failed_item);
            consumed_.add(*member.table, outcome.capacity);
            const std::string item = member.write->returned(outcome);
            if (!item.empty()) member.response.member("Item", item);
        });
    }

    std::string answer(table::ReturnConsumedCapacity wanted) {
        std::string responses;
        for (BatchMember& member : members_) {
            if (member.ran) {
                member.response.member("TableName", boost::json::value(member.table->definition.name));
            }
            responses.append(responses.empty() ? "" : ",").append(std::move(member.response).take());
        }
        ResponseBody body;
        body.list("Responses", responses);
        if (wanted != table::ReturnConsumedCapacity::none) {
            body.member("ConsumedCapacity", consumed_.json(wanted));
        }
        return std::move(body).take();
    }

  private:
    std::vector<BatchMember>& members_;
    operation::ConsumedCapacities consumed_;
};

}  // namespace

std::string batch_execute_statement(OperationContext& context, const Request& request) {
    std::vector<BatchMember> members = read_members(request);
    const auto wanted = operation::read_return_consumed_capacity(request);
    Batch batch(members);
    if (require_one_direction(members)) {
        return context.database.write([&](table::WriteSession& session) {
            batch.write(session);
            return batch.answer(wanted);
        });
    }
    return context.database.read([&](table::ReadSession& session) {
        batch.read(session);
        return batch.answer(wanted);
    });
}

}  // namespace tailrace::partiql
