#include "engine/partiql/planned_write.hpp"

#include <utility>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
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

std::string json_unless_empty(const AttributeMap& attributes) {
    return attributes.empty() ? std::string() : to_json(attributes);
}

}  // namespace

PlannedWrite::PlannedWrite(const table::TableDefinition& table, const BoundStatement& statement,
                           bool in_transaction)
    : table_(table), statement_(statement) {
    if (!statement.index.empty()) throw StatementFault("This operation is not supported on an index");
    if (statement.kind == Statement::Kind::insert) {
        plan_insert(in_transaction);
    } else {
        plan_named();
    }
    row_key_ = table::base_row_key(table, key_);
}

void PlannedWrite::plan_insert(bool in_transaction) {
    const table::TableDefinition& definition = table_;
    if (!in_transaction) require_key_attributes(definition.keys, statement_.image->item);
    table::check_item(definition, statement_.image->item);
    key_ = table::key_of(definition, nullptr, statement_.image->item);
    condition_ = Condition::attribute_not_exists(Path(definition.keys.attributes.front().name));
    step_ = std::make_unique<table::PutStep>(statement_.image);
}

void PlannedWrite::plan_named() {
    const table::TableDefinition& definition = table_;
    const bool is_exists = statement_.kind == Statement::Kind::exists;
    NamedItem named;
    if (statement_.where) {
        table::check_key_paths(definition, statement_.where->nested_attribute_names());
        named = named_item(definition.keys, *statement_.where, false);
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
    for (const table::KeyAttribute& each : definition.keys.attributes) {
        require_key_type(each, *named.key.find(each.name));
    }
    table::check_key(definition, named.key);
    key_ = std::move(named.key);

    const Path partition(definition.keys.attributes.front().name);
    if (statement_.kind == Statement::Kind::erase) {
        // A missing item need not be deleted, whatever the other conditions are.
        if (!named.rest.empty()) {
            condition_ = Condition::any_of(
                {Condition::attribute_not_exists(partition), Condition::all_of(std::move(named.rest))});
        }
        step_ = std::make_unique<table::DeleteStep>();
        return;
    }
    // Neither UPDATE nor EXISTS creates an item.
    named.rest.insert(named.rest.begin(), Condition::attribute_exists(partition));
    condition_ = Condition::all_of(std::move(named.rest));
    if (is_exists) return;
    table::check_update(definition, *statement_.update);
    step_ = std::make_unique<operation::UpdateStep>(definition, key_, &*statement_.update);
}

table::WriteRequest PlannedWrite::request() const {
    return {.table = table_,
            .row_key = row_key_,
            .step = step_.get(),
            .condition = condition_ ? &*condition_ : nullptr};
}

void PlannedWrite::require_condition_held(const table::WriteOutcome& outcome, bool with_item) const {
    if (outcome.condition_held) return;
    if (statement_.kind == Statement::Kind::insert) throw ApiError::duplicate_item();
    throw ApiError::conditional_check_failed(with_item ? operation::old_item_json(outcome)
                                                       : std::string_view());
}

std::string PlannedWrite::returned(const table::WriteOutcome& outcome) const {
    const std::string& wanted = statement_.returning;
    if (wanted == "ALL OLD") return std::string(operation::old_item_json(outcome));
    if (wanted == "ALL NEW") return outcome.new_image->json;
    if (wanted == "MODIFIED OLD") return json_unless_empty(statement_.update->touched(*outcome.old_item));
    if (wanted == "MODIFIED NEW")
        return json_unless_empty(statement_.update->touched(outcome.new_image->item));
    return {};
}

}  // namespace tailrace::partiql
