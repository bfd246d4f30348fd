#include <vector>

#include "server/mcp/item_tools.hpp"
#include "server/mcp/server_tools.hpp"
#include "server/mcp/tool.hpp"
#include "server/mcp/tool_answers.hpp"

namespace tailrace::server {
namespace {

using Kind = ArgumentKind;

constexpr ToolArgument table_name{"TableName", Kind::text, "The name or ARN of a table."};
constexpr ToolArgument attribute_names{
    "ExpressionAttributeNames", Kind::object,
    "Attribute names for the placeholders in expressions, such as {\"#n\": \"name\"}."};
constexpr ToolArgument attribute_values{
    "ExpressionAttributeValues", Kind::object,
    "Values for the placeholders in expressions, in DynamoDB's JSON, such as {\":a\": {\"S\": \"Ada\"}}."};
constexpr ToolArgument projection{"ProjectionExpression", Kind::text,
                                  "The attributes to return; all if it is left out."};
constexpr ToolArgument consistent_read{"ConsistentRead", Kind::flag,
                                       "true to be certain to read what has just been written."};
constexpr ToolArgument limit{.name = "Limit",
                             .kind = Kind::number,
                             .purpose = "The most elements to return, 25 by default.",
                             .least = 1,
                             .most = max_items};

/// Numbers up to this one are exact in every program that reads JSON.
constexpr std::int64_t max_number = (1LL << 53) - 1;
constexpr ToolArgument after_number{
    .name = "AfterNumber",
    .kind = Kind::number,
    .purpose =
        "NextAfterNumber of the previous page, or 0 to begin with the oldest; the last elements are "
        "shown if it is left out.",
    .least = 0,
    .most = max_number};

Tool tables_tool() {
    return {.name = "tables",
            .title = "Tables",
            .description =
                "Lists, describes, creates, changes and deletes DynamoDB tables. The arguments are those of "
                "DynamoDB's API. A table with one key attribute: {\"Action\": \"create\", \"TableName\": "
                "\"music\", \"AttributeDefinitions\": [{\"AttributeName\": \"artist\", \"AttributeType\": "
                "\"S\"}], \"KeySchema\": [{\"AttributeName\": \"artist\", \"KeyType\": \"HASH\"}]}.",
            .arguments =
                {table_name,
                 {"AttributeDefinitions", Kind::list, "The types of the key attributes: S, N or B."},
                 {"KeySchema", Kind::list, "The partition key (HASH), and the sort key (RANGE) if any."},
                 {"BillingMode", Kind::text, "PAY_PER_REQUEST, which is the default here, or PROVISIONED."},
                 {"ProvisionedThroughput", Kind::object, "ReadCapacityUnits and WriteCapacityUnits."},
                 {"GlobalSecondaryIndexes", Kind::list, "The global indexes of a new table."},
                 {"LocalSecondaryIndexes", Kind::list, "The local indexes of a new table."},
                 {"GlobalSecondaryIndexUpdates", Kind::list, "Global indexes to create, update or delete."},
                 {"StreamSpecification", Kind::object,
                  "For a stream: {\"StreamEnabled\": true, \"StreamViewType\": \"NEW_AND_OLD_IMAGES\"}."},
                 {"ExclusiveStartTableName", Kind::text, "LastEvaluatedTableName of the previous page."},
                 {"Limit", Kind::number, "The most tables to list, 100 by default.", 1, max_items}},
            .actions = {{"list",
                         "List the names of tables.",
                         Effect::reads,
                         {},
                         {"ExclusiveStartTableName", "Limit"},
                         list_tables},
                        {"describe",
                         "Describe a table: keys, indexes, stream, number of items.",
                         Effect::reads,
                         {"TableName"},
                         {},
                         describe_table},
                        {"create",
                         "Create a table.",
                         Effect::changes,
                         {"TableName", "AttributeDefinitions", "KeySchema"},
                         {"BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes",
                          "LocalSecondaryIndexes", "StreamSpecification"},
                         create_table},
                        {"update",
                         "Change a table's indexes, stream or throughput.",
                         Effect::changes,
                         {"TableName"},
                         {"AttributeDefinitions", "BillingMode", "ProvisionedThroughput",
                          "GlobalSecondaryIndexUpdates", "StreamSpecification"},
                         update_table},
                        {"delete",
                         "Delete a table with all its items.",
                         Effect::removes,
                         {"TableName"},
                         {},
                         delete_table}}};
}

Tool get_items_tool() {
    return {
        .name = "get_items",
        .title = "Get items",
        .description =
            "Reads items of a table by their whole keys. Keys and items are in DynamoDB's JSON: "
            "{\"TableName\": \"music\", \"Keys\": [{\"artist\": {\"S\": \"Ada\"}}]}. Items that do not "
            "exist are not in the answer. If the answer has UnprocessedKeys, ask again for those.",
        .arguments = {table_name,
                      {"Keys", Kind::list, "The keys of items, each with all key attributes.", 1, max_items},
                      projection,
                      attribute_names,
                      consistent_read},
        .actions = {{"",
                     "Read items by their keys.",
                     Effect::reads,
                     {"TableName", "Keys"},
                     {"ProjectionExpression", "ExpressionAttributeNames", "ConsistentRead"},
                     get_items}}};
}

Tool change_items_tool() {
    constexpr std::int64_t batch = 25;
    return {
        .name = "change_items",
        .title = "Change items",
        .description =
            "Puts, updates or deletes items of a table. Items are in DynamoDB's JSON: {\"Action\": "
            "\"put\", \"TableName\": \"music\", \"Items\": [{\"artist\": {\"S\": \"Ada\"}, \"year\": "
            "{\"N\": \"1843\"}}]}. put replaces an item that has the same key. update changes some "
            "attributes of one item: {\"Action\": \"update\", \"TableName\": \"music\", \"Key\": "
            "{\"artist\": {\"S\": \"Ada\"}}, \"UpdateExpression\": \"SET plays = :n\", "
            "\"ExpressionAttributeValues\": {\":n\": {\"N\": \"1\"}}}. If the answer has "
            "UnprocessedItems, write those again.",
        .arguments = {table_name,
                      {"Items", Kind::list, "Whole items.", 1, batch},
                      {"Keys", Kind::list, "The keys of items, each with all key attributes.", 1, batch},
                      {"Key", Kind::object, "The key of one item."},
                      {"UpdateExpression", Kind::text, "What to change: SET, REMOVE, ADD or DELETE."},
                      {"ConditionExpression", Kind::text, "What must be true, or nothing is changed."},
                      attribute_names,
                      attribute_values,
                      {"ReturnValues", Kind::text,
                       "What to return of the item: NONE, ALL_OLD, UPDATED_OLD, ALL_NEW or UPDATED_NEW."}},
        .actions = {
            {"put", "Put up to 25 items.", Effect::removes, {"TableName", "Items"}, {}, put_items},
            {"update",
             "Change one item, which is made if it does not exist.",
             Effect::changes,
             {"TableName", "Key", "UpdateExpression"},
             {"ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues", "ReturnValues"},
             update_item},
            {"delete", "Delete up to 25 items.", Effect::removes, {"TableName", "Keys"}, {}, delete_items}}};
}

Tool query_tool() {
    const std::vector<std::string_view> of_both = {"IndexName",
                                                   "FilterExpression",
                                                   "ProjectionExpression",
                                                   "ExpressionAttributeNames",
                                                   "ExpressionAttributeValues",
                                                   "ConsistentRead",
                                                   "Limit",
                                                   "ExclusiveStartKey"};
    std::vector<std::string_view> of_query = of_both;
    of_query.push_back("ScanIndexForward");
    std::vector<std::string_view> of_scan = of_both;
    return {.name = "query",
            .title = "Query and scan",
            .description =
                "Reads the items of one partition (query), or those of a whole table (scan), from the table "
                "or from an index. {\"Action\": \"query\", \"TableName\": \"music\", "
                "\"KeyConditionExpression\": \"artist = :a AND begins_with(song, :s)\", "
                "\"ExpressionAttributeValues\": {\":a\": {\"S\": \"Ada\"}, \":s\": {\"S\": \"A\"}}}. An "
                "answer has 25 items unless Limit says otherwise; Limit counts items before "
                "FilterExpression. If the answer has LastEvaluatedKey, there is more: pass it as "
                "ExclusiveStartKey.",
            .arguments = {table_name,
                          {"IndexName", Kind::text, "An index of the table."},
                          {"KeyConditionExpression", Kind::text,
                           "The partition key by =, and the sort key by =, <, <=, >, >=, BETWEEN or "
                           "begins_with()."},
                          {"FilterExpression", Kind::text, "Leaves out items after they are read."},
                          projection,
                          attribute_names,
                          attribute_values,
                          consistent_read,
                          {"ScanIndexForward", Kind::flag, "false for descending sort keys."},
                          limit,
                          {"ExclusiveStartKey", Kind::object, "LastEvaluatedKey of the previous page."}},
            .actions = {{"query",
                         "Read items of one partition, in the order of the sort key.",
                         Effect::reads,
                         {"TableName", "KeyConditionExpression"},
                         std::move(of_query),
                         query_items},
                        {"scan",
                         "Read items of the whole table or index.",
                         Effect::reads,
                         {"TableName"},
                         std::move(of_scan),
                         scan_items}}};
}

Tool partiql_tool() {
    return {.name = "partiql",
            .title = "PartiQL",
            .description =
                "Carries out one statement of PartiQL, DynamoDB's SQL. {\"Action\": \"select\", "
                "\"Statement\": \"SELECT * FROM \\\"music\\\" WHERE artist = ?\", \"Parameters\": [{\"S\": "
                "\"Ada\"}]}. If the answer has NextToken, there is more: pass it with the same statement.",
            .arguments = {{"Statement", Kind::text, "The statement, with ? for each parameter."},
                          {"Parameters", Kind::list, "The values of the parameters, in DynamoDB's JSON.", 1,
                           max_items},
                          consistent_read,
                          limit,
                          {"NextToken", Kind::text, "NextToken of the previous page."}},
            .actions = {{"select",
                         "Read with SELECT.",
                         Effect::reads,
                         {"Statement"},
                         {"Parameters", "ConsistentRead", "Limit", "NextToken"},
                         select_by_statement},
                        {"change",
                         "Change with INSERT, UPDATE or DELETE.",
                         Effect::removes,
                         {"Statement"},
                         {"Parameters"},
                         change_by_statement}}};
}

Tool streams_tool() {
    return {
        .name = "streams",
        .title = "Streams",
        .description =
            "Reads the change records of tables. First list the streams of a table for its StreamArn, "
            "then the shards of the stream for a ShardId, then the records of the shard. For the "
            "records after those, pass the SequenceNumber of the last one as AfterSequenceNumber.",
        .arguments = {table_name,
                      {"StreamArn", Kind::text, "The ARN of a stream."},
                      {"ShardId", Kind::text, "A shard of the stream."},
                      {"AfterSequenceNumber", Kind::text,
                       "Returns only records after this one; all if it is left out."},
                      {"ExclusiveStartStreamArn", Kind::text, "LastEvaluatedStreamArn of the previous page."},
                      {"ExclusiveStartShardId", Kind::text, "LastEvaluatedShardId of the previous page."},
                      limit},
        .actions = {{"list",
                     "List streams, of one table or of all.",
                     Effect::reads,
                     {},
                     {"TableName", "ExclusiveStartStreamArn", "Limit"},
                     list_streams},
                    {"shards",
                     "List the shards of a stream.",
                     Effect::reads,
                     {"StreamArn"},
                     {"ExclusiveStartShardId", "Limit"},
                     list_shards},
                    {"records",
                     "Read records of a shard, oldest first.",
                     Effect::reads,
                     {"StreamArn", "ShardId"},
                     {"AfterSequenceNumber", "Limit"},
                     read_records}}};
}

Tool mappings_tool() {
    const std::vector<std::string_view> one = {"Mapping"};
    return {
        .name = "mappings",
        .title = "Event source mappings",
        .description =
            "Shows and controls the event source mappings, which send the records of a table's stream to "
            "a function. list shows state, reason, lag and counts; history shows the calls of the "
            "function with their errors. {\"Action\": \"history\", \"Mapping\": \"music/songs\", "
            "\"OnlyFailed\": true} shows why a function fails. To read the whole history, begin with "
            "AfterNumber 0; if the answer has NextAfterNumber, there is more: pass it as AfterNumber.",
        .arguments = {{"Mapping", Kind::text, "A mapping's name, TABLE/FUNCTION, or its id."},
                      {"OnlyFailed", Kind::flag, "true to show only the calls that failed."},
                      {"WithRecords", Kind::flag, "true to add the records of each call."},
                      after_number,
                      limit,
                      {"FromSequenceNumber", Kind::text, "The first record to send again."},
                      {"ToSequenceNumber", Kind::text, "The last record to send again."}},
        .actions = {
            {"list", "Show all mappings, or one.", Effect::reads, {}, {"Mapping"}, list_mappings},
            {"history",
             "Show the calls of a mapping's function, the last ones without AfterNumber.",
             Effect::reads,
             one,
             {"OnlyFailed", "WithRecords", "AfterNumber", "Limit"},
             show_mapping_history},
            {"pause", "Start no new batch until resume.", Effect::changes, one, {}, pause_mapping},
            {"resume", "Continue after pause.", Effect::changes, one, {}, resume_mapping},
            {"step", "Send the next batch now, even while paused.", Effect::changes, one, {}, step_mapping},
            {"skip",
             "Give up the next batch, which is the failing one if there is one.",
             Effect::changes,
             one,
             {},
             skip_batch},
            {"replay",
             "Send records again, by default all up to the mapping's checkpoint.",
             Effect::changes,
             one,
             {"FromSequenceNumber", "ToSequenceNumber"},
             replay_records},
            {"redrive",
             "Send each batch that was given up once more, or only those with records in a range.",
             Effect::changes,
             one,
             {"FromSequenceNumber", "ToSequenceNumber"},
             redrive_batches}}};
}

Tool functions_tool() {
    return {.name = "functions",
            .title = "Functions",
            .description =
                "Lists the functions of the server, and calls them. {\"Action\": \"invoke\", "
                "\"FunctionName\": \"songs\", \"Payload\": {\"title\": \"Air\"}} returns what the function "
                "returns, or its error.",
            .arguments = {{"FunctionName", Kind::text, "The name or ARN of a function."},
                          {"Payload", Kind::any,
                           "The event, any JSON; {} if it is left out. Numbers have the precision of a "
                           "double."},
                          {"PayloadText", Kind::text,
                           "The event as JSON in a text, instead of Payload: it is passed as it is written."},
                          {"Marker", Kind::text, "NextMarker of the previous page."}},
            .actions = {{"list", "List the functions.", Effect::reads, {}, {"Marker"}, list_functions},
                        {"invoke",
                         "Call a function and wait for its result.",
                         Effect::removes,
                         {"FunctionName"},
                         {"Payload", "PayloadText"},
                         invoke_function}}};
}

Tool settle_tool() {
    constexpr std::int64_t longest = 600;
    constexpr std::int64_t year_seconds = 366L * 24 * 60 * 60;
    return {
        .name = "settle",
        .title = "Wait until nothing is left to do",
        .description =
            "Returns when the functions of mappings have handled what was written. Use it after a change, "
            "before you look at what functions did. \"wait\" and \"advance\" also remove expired items, and "
            "wait for what the functions wrote themselves. If something cannot go on, the answer says what "
            "and why.",
        .arguments = {table_name,
                      {"TimeoutSeconds", Kind::number, "How long to wait, 30 by default.", 1, longest},
                      {"AtMostSeconds", Kind::number, "How far the clock may be moved.", 1, year_seconds}},
        .actions = {{"drain",
                     "Wait until functions have been called for everything that was written before.",
                     Effect::reads,
                     {},
                     {"TableName", "TimeoutSeconds"},
                     wait_until_drained},
                    {"wait",
                     "Wait until nothing is left to do.",
                     Effect::changes,
                     {},
                     {"TableName", "TimeoutSeconds"},
                     wait_until_settled},
                    {"advance",
                     "Wait, and move a manual clock to what is due next.",
                     Effect::changes,
                     {"AtMostSeconds"},
                     {"TableName", "TimeoutSeconds"},
                     settle_and_advance}}};
}

Tool clock_tool() {
    constexpr std::int64_t century_seconds = 100L * 366 * 24 * 60 * 60;
    return {
        .name = "clock",
        .title = "Clock",
        .description =
            "Shows the server's time. The clock of a server or namespace with a manual clock can be "
            "moved, so that items expire and windows end without waiting.",
        .arguments = {{"Seconds", Kind::number, "By how much to move it forward.", 1, century_seconds},
                      {"Now", Kind::text, "The time to move it to, such as 2026-01-31T12:00:00Z."}},
        .actions = {{"show", "Show the time.", Effect::reads, {}, {}, show_clock},
                    {"advance", "Move the clock forward.", Effect::changes, {"Seconds"}, {}, move_clock},
                    {"set", "Move the clock to a later time.", Effect::changes, {"Now"}, {}, move_clock}}};
}

Tool faults_tool() {
    return {
        .name = "faults",
        .title = "Scripted faults",
        .description =
            "Makes requests to DynamoDB's API fail as rules say, to test how a program handles that. "
            "{\"Action\": \"set\", \"Rules\": [{\"Operation\": \"PutItem\", \"Times\": 2, \"Then\": "
            "{\"Error\": \"ThrottlingException\"}}]} makes the next two PutItem fail. The rules apply "
            "to these tools as well.",
        .arguments = {{"Rules", Kind::list, "The rules, in place of all earlier ones."}},
        .actions = {
            {"list", "Show the rules, and how often requests met them.", Effect::reads, {}, {}, list_faults},
            {"set", "Replace the rules.", Effect::changes, {"Rules"}, {}, set_faults},
            {"clear", "Remove all rules.", Effect::changes, {}, {}, clear_faults}}};
}

Tool namespaces_tool() {
    return {
        .name = "namespaces",
        .title = "Namespaces",
        .description =
            "Lists, copies, empties and removes namespaces: separate worlds of tables, mappings and time "
            "on one server. Snapshots keep the state of a namespace under a name. These tools work on "
            "the namespace that they were configured for; other clients reach a namespace NAME at the "
            "server's URL followed by /~NAME.",
        .arguments = {{"Name", Kind::text, "The name of a namespace."},
                      {"From", Kind::text, "The namespace to copy; without it, the new namespace is empty."},
                      {"Clock", Kind::text,
                       "real, or the time of a clock of its own, such as 2026-01-31T12:00:00Z."},
                      {"OnlyItems", Kind::flag, "true to keep the tables."},
                      {"Snapshot", Kind::text, "The name of a snapshot."}},
        .actions = {
            {"list",
             "List the namespaces with their sizes and snapshots.",
             Effect::reads,
             {},
             {},
             list_namespaces},
            {"create", "Make a namespace.", Effect::changes, {"Name"}, {"From", "Clock"}, create_namespace},
            {"remove", "Remove a namespace.", Effect::removes, {"Name"}, {}, remove_namespace},
            {"reset",
             "Remove all tables of a namespace, or only their items.",
             Effect::removes,
             {"Name"},
             {"OnlyItems"},
             reset_namespace},
            {"snapshot",
             "Keep the state of a namespace.",
             Effect::changes,
             {"Name", "Snapshot"},
             {},
             take_snapshot},
            {"restore",
             "Bring a namespace back to a snapshot.",
             Effect::removes,
             {"Name", "Snapshot"},
             {},
             restore_snapshot}}};
}

Tool requests_tool() {
    constexpr std::int64_t lowest = 100;
    constexpr std::int64_t highest = 599;
    return {.name = "requests",
            .title = "Recent requests",
            .description =
                "Shows the last requests to DynamoDB's API, oldest first: operation, table, index, status, "
                "error, consumed capacity, items read and returned, and duration. Use it to see what a "
                "program did, and what that cost. To read all that are kept, begin with AfterNumber 0; if "
                "the answer has NextAfterNumber, there is more: pass it as AfterNumber.",
            .arguments = {{"Operation", Kind::text, "Only this operation, such as PutItem."},
                          {"TableName", Kind::text, "Only requests to this table."},
                          {"Status", Kind::number, "Only this status, such as 400.", lowest, highest},
                          after_number,
                          limit},
            .actions = {{"",
                         "Show requests.",
                         Effect::reads,
                         {},
                         {"Operation", "TableName", "Status", "AfterNumber", "Limit"},
                         list_requests}}};
}

Tool advice_tool() {
    constexpr std::int64_t max_requests = 1'000'000'000'000'000;
    return {
        .name = "advice",
        .title = "Advice about a run",
        .description =
            "Says what the requests of a run, such as the tests of a program, would cost on AWS, and what to "
            "change: access patterns with their capacity and price, and findings with a reason and a "
            "remedy. Begin a run, let the program work, then show the advice.",
        .arguments = {{"RequestsPerMonth", Kind::number,
                       "Give the prices for this many requests a month, 1000000 by default.", 1,
                       max_requests}},
        .actions = {
            {"show", "Show the advice.", Effect::reads, {}, {"RequestsPerMonth"}, show_advice},
            {"begin", "Begin a run, and forget the previous one.", Effect::changes, {}, {}, begin_advice},
            {"end", "End the run; show still shows it.", Effect::changes, {}, {}, end_advice}}};
}

}  // namespace

std::span<const Tool> tools() {
    static const std::vector<Tool> all = {
        tables_tool(),  get_items_tool(),  change_items_tool(), query_tool(),  partiql_tool(),
        streams_tool(), mappings_tool(),   functions_tool(),    settle_tool(), clock_tool(),
        faults_tool(),  namespaces_tool(), requests_tool(),     advice_tool()};
    return all;
}

}  // namespace tailrace::server
