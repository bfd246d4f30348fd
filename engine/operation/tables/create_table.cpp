#include "engine/model/api_error.hpp"
#include "engine/model/uuid.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/tables/index_request.hpp"
#include "engine/operation/tables/shown_settings.hpp"
#include "engine/operation/tables/table_description.hpp"
#include "engine/operation/tables/table_settings.hpp"
#include "engine/table/table_catalogue_json.hpp"
#include "engine/validation/request_member.hpp"
#include "engine/validation/table_rules.hpp"

namespace tailrace::operation {
namespace {

void read_indexes(const boost::json::object& request, table::TableDefinition& definition) {
    for (const bool global : {false, true}) {
        const auto* indexes =
            validation::list_member(request, global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes");
        if (indexes == nullptr) continue;
        for (const auto& each : *indexes) {
            definition.indexes.push_back(
                read_index(each.as_object(), global, definition.attribute_definitions));
        }
    }
}

table::TableDefinition read_definition(const OperationContext& context, const boost::json::object& request) {
    table::TableDefinition definition;
    definition.name = table::table_name_of(request.at("TableName").as_string());
    definition.id = make_uuid();
    definition.arn = table_arn(context, definition.name);
    definition.attribute_definitions = request.at("AttributeDefinitions").as_array();
    definition.keys =
        table::read_key_schema(request.at("KeySchema").as_array(), definition.attribute_definitions);
    read_indexes(request, definition);
    if (validation::text_member(request, "BillingMode") == "PAY_PER_REQUEST") {
        definition.billing_mode = table::BillingMode::pay_per_request;
    }
    definition.throughput = read_throughput(request);
    definition.deletion_protection =
        validation::boolean_member(request, "DeletionProtectionEnabled").value_or(false);
    if (const auto* tags = validation::list_member(request, "Tags")) definition.tags = *tags;
    read_shown_settings(request, definition);
    return definition;
}

void create_spaces(table::WriteSession& session, table::TableDefinition& definition) {
    definition.space = session.create_space();
    for (table::IndexDefinition& index : definition.indexes) index.space = session.create_space();
}

}  // namespace

std::string create_table(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    validation::check_create_table(request);
    const table::TableDefinition wanted = read_definition(context, request);
    const auto* stream = validation::object_member(request, "StreamSpecification");

    const auto definition = context.database.write([&](table::WriteSession& session) {
        session.remove_gone_tables();
        if (session.find_table(wanted.name) != nullptr) {
            throw ApiError::resource_in_use("Table already exists: " + wanted.name);
        }
        table::TableDefinition made = wanted;
        made.created = session.now();
        if (made.billing_mode == table::BillingMode::pay_per_request) {
            made.pay_per_request_since = session.now();
        }
        made.transition = begin_transition(context, table::Transition::Kind::creating, session.now());
        create_spaces(session, made);
        if (enables_stream(stream)) made.stream = new_stream(session, made, *stream, context.options.shards);
        session.save_table(made);
        return made;
    });

    ResponseBody body;
    body.member("TableDescription",
                describe(definition, table::Counts(definition.indexes.size() + 1), &*definition.transition));
    return std::move(body).take();
}

}  // namespace tailrace::operation
