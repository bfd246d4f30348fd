#include "engine/partiql/planned_write.hpp"

#include <memory>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/operation/items/update_step.hpp"
#include "engine/operation/items/write_answer.hpp"
#include "engine/partiql/key_terms.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"

namespace tailrace::partiql {
namespace {

using expression::Condition;
using expression::Path;

void require_key_attributes(const table::KeySchema& keys, const AttributeMap& item) {
    for (const table::KeyAttribute& each : keys.attributes) {
        const AttributeValue* value = item.find(each.name);
        if (value == nullptr) {
            throw ApiError::validation("Key attribute should be present in the item: Key " + each.name);
        }
        require_key_type(each, *value);
    }
}

/// An UpdateStep together with the key that it refers to.
class StatementUpdate final : public table::WriteStep {
  public:
    StatementUpdate(const table::TableDefinition& table, AttributeMap key, const expression::Update& update)
        : key_(std::move(key)), step_(table, key_, &update) {}
    bool reads_old_item() const override { return step_.reads_old_item(); }
    table::ItemImagePtr new_image(const AttributeMap* old_item) const override {
        return step_.new_image(old_item);
    }

  private:
    AttributeMap key_;
    operation::UpdateStep step_;
};

std::shared_ptr<const Condition> owned(Condition condition) {
    return std::make_shared<const Condition>(std::move(condition));
}

table::PlannedWrite plan_insert(const table::TableDefinition& table, const BoundStatement& statement,
                                bool in_transaction) {
    const AttributeMap& item = statement.image->item;
    if (!in_transaction) require_key_attributes(table.keys, item);
    table::check_item(table, item);
    return {.table = table,
            .row_key = table::base_row_key(table, item),
            .step = std::make_unique<table::PutStep>(statement.image),
            .condition = owned(Condition::attribute_not_exists(Path(table.keys.attributes.front().name))),
            .failure = table::FailedCondition::duplicate_item};
}

/// The item that the WHERE clause names. Throws if it names none.
NamedItem require_named_item(const table::TableDefinition& table, const BoundStatement& statement) {
    const bool is_exists = statement.kind == Statement::Kind::exists;
    NamedItem named;
    if (statement.where) {
        table::check_key_paths(table, statement.where->nested_attribute_names());
        named = named_item(table.keys, *statement.where, false);
    }
    if (is_exists && (!named.is_complete || named.rest.empty())) {
        throw StatementFault("EXISTS() must contain a single item read with additional condition");
    }
    if (!named.is_complete) {
        throw KeyMismatch("Where clause does not contain a mandatory equality on all key attributes");
    }
    if (!is_exists && !named.compared_twice.empty()) {
        throw KeyMismatch("Multiple conditions on same key " + named.compared_twice +
                          ". Only single item Update/Insert/Delete are supported");
    }
    for (const table::KeyAttribute& each : table.keys.attributes) {
        require_key_type(each, *named.key.find(each.name));
    }
    table::check_key(table, named.key);
    return named;
}

table::PlannedWrite plan_named(const table::TableDefinition& table, const BoundStatement& statement) {
    NamedItem named = require_named_item(table, statement);
    table::PlannedWrite write{
        .table = table, .row_key = table::base_row_key(table, named.key), .step = nullptr};
    const Path partition(table.keys.attributes.front().name);
    if (statement.kind == Statement::Kind::erase) {
        // A missing item need not be deleted, whatever the other conditions are.
        if (!named.rest.empty()) {
            write.condition = owned(Condition::any_of(
                {Condition::attribute_not_exists(partition), Condition::all_of(std::move(named.rest))}));
        }
        write.step = std::make_unique<table::DeleteStep>();
        return write;
    }
    // Neither UPDATE nor EXISTS creates an item.
    named.rest.insert(named.rest.begin(), Condition::attribute_exists(partition));
    write.condition = owned(Condition::all_of(std::move(named.rest)));
    if (statement.kind == Statement::Kind::exists) return write;
    table::check_update(table, *statement.update);
    write.step = std::make_unique<StatementUpdate>(table, std::move(named.key), *statement.update);
    return write;
}

}  // namespace

table::PlannedWrite plan_write(const table::TableDefinition& table, const BoundStatement& statement,
                               PlanOptions options) {
    if (!statement.index.empty()) throw StatementFault("This operation is not supported on an index");
    if (statement.kind == Statement::Kind::insert) {
        return plan_insert(table, statement, options.in_transaction);
    }
    table::PlannedWrite write = plan_named(table, statement);
    if (options.shows_failed_item) write.failure = table::FailedCondition::with_item;
    return write;
}

void require_condition_held(const table::PlannedWrite& write, const table::WriteOutcome& outcome) {
    const bool is_duplicate = write.failure == table::FailedCondition::duplicate_item;
    if (is_duplicate && !outcome.condition_held) throw ApiError(exceptions::duplicate_item);
    operation::require_condition_held(outcome, write.failure == table::FailedCondition::with_item);
}

}  // namespace tailrace::partiql
