#include "engine/model/api_error.hpp"
#include "engine/model/uuid.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/tables/shown_settings.hpp"
#include "engine/operation/tables/table_description.hpp"
#include "engine/operation/tables/table_lifecycle.hpp"
#include "engine/operation/tables/table_request.hpp"

namespace tailrace::operation {
namespace {

/// "arn:aws:dynamodb:<region>:<account>:table/<name>". The region is the caller's, if the request names one.
std::string table_arn(const OperationContext& context, std::string_view table_name) {
    const std::string& region =
        context.caller.region.empty() ? context.options.region : context.caller.region;
    return "arn:aws:dynamodb:" + region + ":" + context.options.account_id + ":table/" +
           std::string(table_name);
}

/// The table as the request alone defines it. Throws ApiError::validation for settings that do not fit it.
table::TableDefinition new_definition(const OperationContext& context, const CreateTableRequest& create) {
    const RequestedSettings& settings = create.settings;
    table::TableDefinition definition;
    definition.name = table::table_name_of(create.table_name);
    definition.id = make_uuid();
    definition.arn = table_arn(context, definition.name);
    definition.attribute_definitions = *create.attribute_definitions;
    definition.keys = create.keys;
    for (const RequestedIndex& index : create.indexes) definition.indexes.push_back(index.definition);
    definition.billing_mode = settings.billing_mode.value_or(table::BillingMode::provisioned);
    definition.throughput = settings.capacity.provisioned.value_or(table::Throughput());
    definition.deletion_protection = settings.deletion_protection.value_or(false);
    for (const Tag& tag : create.tags) definition.tags.push_back(tag_json(tag));
    set_shown_settings(create, definition);
    return definition;
}

/// While the table is being created, warm throughput is shown only if it was requested.
void show_warming(const RequestedCapacity& wanted, table::TableDefinition& made) {
    const auto asked = wanted.warm.value_or(table::WarmThroughput());
    if (asked.read_units_per_second == 0 && asked.write_units_per_second == 0) return;
    made.transition->shown_of_table["WarmThroughput"] = describe_warmth(made.warm, "UPDATING");
}

void create_spaces(table::WriteSession& session, table::TableDefinition& definition) {
    definition.space = session.create_space();
    for (table::IndexDefinition& index : definition.indexes) index.space = session.create_space();
}

}  // namespace

std::string create_table(OperationContext& context, const Request& request) {
    const auto create = CreateTableRequest::read(request);
    const table::TableDefinition wanted = new_definition(context, create);
    const std::optional<RequestedStream>& stream = create.settings.stream;

    DescribedTable created;
    created.definition = context.write([&](table::WriteSession& session) {
        session.remove_gone_tables();
        if (session.find_table(wanted.name) != nullptr) {
            throw ApiError(exceptions::resource_in_use, "Table already exists: " + wanted.name);
        }
        table::TableDefinition made = wanted;
        made.created = session.now();
        if (made.billing_mode == table::BillingMode::pay_per_request) {
            made.pay_per_request_since = session.now();
        }
        made.transition = begin_transition(context, table::Transition::Kind::creating, session.now());
        show_warming(create.settings.capacity, made);
        create_spaces(session, made);
        if (stream && stream->enabled) {
            made.stream = new_stream(session, made, stream->view_type, context.options.shards);
        }
        session.save_table(made);
        return made;
    });
    created.counts.resize(created.definition.indexes.size() + 1);
    // Only DescribeTable shows the time at which the table became on demand.
    created.definition.pay_per_request_since.reset();

    ResponseBody body;
    body.member("TableDescription", describe(created));
    return std::move(body).take();
}

}  // namespace tailrace::operation
