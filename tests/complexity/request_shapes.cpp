#include "tests/complexity/request_shapes.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace tailrace::server {
namespace {

constexpr std::string_view put = R"({"TableName":"plain","Item":{"id":{"S":"k"},)";
constexpr std::string_view put_indexed = R"({"TableName":"indexed","Item":{"id":{"S":"k"},)";
constexpr std::string_view create = R"({"TableName":"made","BillingMode":"PAY_PER_REQUEST",)"
                                    R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
                                    R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"})";

constexpr RequestShape shapes[] = {
    // Items.
    {"PutItem, attributes", "PutItem", put, R"("a#":{"N":"%"})", "}}", "{}"},
    {"PutItem, attributes, indexed and streamed", "PutItem", put_indexed, R"("a#":{"N":"%"})", "}}", "{}"},
    {"PutItem, attributes, too large", "PutItem", put, R"("a#":{"S":"@"})", "}}", "Item size has exceeded",
     2000},
    {"PutItem, an attribute's fault at the end", "PutItem", put, R"("a#":{"N":"%"})", R"(,"z":{"N":"x"}}})",
     "cannot be converted to a numeric value"},
    {"PutItem, no key", "PutItem", R"({"TableName":"plain","Item":{)", R"("a#":{"N":"%"})", "}}",
     "Missing the key id"},
    {"PutItem, a map", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"m":{"M":{)",
     R"("a#":{"S":"%"})", "}}}}", "{}"},
    {"PutItem, maps in a list", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"l":{"L":[)",
     R"({"M":{"b":{"BOOL":true},"a":{"NULL":true}}})", "]}}}", "{}"},
    {"PutItem, a string set", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"s":{"SS":[)",
     R"("#")", "]}}}", "{}"},
    {"PutItem, a number set", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"s":{"NS":[)",
     R"("%")", "]}}}", "{}", 4000},
    {"PutItem, a binary set", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"s":{"BS":[)",
     R"("#")", "]}}}", "{}"},
    {"PutItem, a repeated string", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"s":{"SS":[)",
     R"("#")", R"(,"z","z"]}}})", "contains duplicates"},
    {"PutItem, a repeated number", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"s":{"NS":[)",
     R"("%")", R"(,"0"]}}})", "contains duplicates", 4000},
    {"PutItem, a repeated binary", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"s":{"BS":[)",
     R"("#")", R"(,"AAAA","AAAA"]}}})", "contains duplicates"},
    {"PutItem, the same member again", "PutItem", put, R"("a":{"N":"%"})", "}}", "{}"},
    {"PutItem, unknown members", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"}},)", R"("a#":[%])",
     "}", "{}"},
    {"PutItem, digits", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"n":{"N":")", "7",
     R"("}}})", "overflow", 50000, ""},
    {"PutItem, zeros", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"n":{"N":"0.)", "0",
     R"(1"}}})", "underflow", 50000, ""},
    {"PutItem, escapes", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"t":{"S":")",
     R"(\n\u0001\")", R"("}}})", "{}", 10000, ""},
    {"PutItem, bytes", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"b":{"B":")", "#", R"("}}})",
     "{}", 10000, ""},
    {"PutItem, no bytes", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"},"b":{"B":")", "#",
     R"(!"}}})", "SerializationException", 10000, ""},
    {"PutItem, no JSON", "PutItem", put, R"("a#":{"N":"%"})", "}", "SerializationException"},
    {"PutItem, Expected", "PutItem", R"({"TableName":"plain","Item":{"id":{"S":"k"}},"Expected":{)",
     R"("a#":{"Exists":false})", "}}", "{}"},
    {"PutItem, Expected of a set", "PutItem",
     R"({"TableName":"plain","Item":{"id":{"S":"k"}},"Expected":{"id":{"ComparisonOperator":"IN",)"
     R"("AttributeValueList":[)",
     R"({"S":"#"})", "]}}}", "The conditional request failed"},
    {"PutItem, names that nothing uses", "PutItem",
     R"({"TableName":"plain","Item":{"id":{"S":"k"}},"ConditionExpression":"attribute_exists(id) ",)"
     R"("ExpressionAttributeNames":{)",
     R"("^a#":"a%")", "}}", "unused in expressions"},
    {"PutItem, values that nothing uses", "PutItem",
     R"({"TableName":"plain","Item":{"id":{"S":"k"}},"ConditionExpression":"attribute_exists(id) ",)"
     R"("ExpressionAttributeValues":{)",
     R"(":a#":{"S":"a%"})", "}}", "unused in expressions"},

    // Updates.
    {"UpdateItem, AttributeUpdates", "UpdateItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"ReturnValues":"UPDATED_NEW","AttributeUpdates":{)",
     R"("a#":{"Value":{"N":"%"}})", "}}", "Attributes"},
    {"UpdateItem, AttributeUpdates of an item", "UpdateItem",
     R"({"TableName":"indexed","Key":{"id":{"S":"k"}},"ReturnValues":"UPDATED_OLD","AttributeUpdates":{)",
     R"("a#":{"Action":"DELETE"})", "}}", "Attributes", 1500, ",",
     "PutItem, attributes, indexed and streamed"},
    {"UpdateItem, AttributeUpdates, too large", "UpdateItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"AttributeUpdates":{)", R"("a#":{"Value":{"S":"@"}})",
     "}}", "Item size to update has exceeded", 2000},
    {"UpdateItem, AttributeUpdates, refused", "UpdateItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"AttributeUpdates":{)", R"("a#":{"Value":{"N":"%"}})",
     R"(,"z":{"Action":"ADD","Value":{"BOOL":true}}}})", "ADD action is not supported"},
    {"UpdateItem, SET of paths", "UpdateItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"ExpressionAttributeValues":{":v":{"N":"1"}},)"
     R"("UpdateExpression":"SET )",
     "a%=:v", R"("})", "{}", 200},
    {"UpdateItem, SET of paths that overlap", "UpdateItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"ExpressionAttributeValues":{":v":{"N":"1"}},)"
     R"("UpdateExpression":"SET )",
     "a%=:v", R"(,z=:v,z.a=:v"})", "overlap with each other", 200},
    {"UpdateItem, a value in many places", "UpdateItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"UpdateExpression":"SET a=:v,b=:v,c=:v,d=:v",)"
     R"("ExpressionAttributeValues":{":v":{"L":[)",
     R"({"N":"%"})", "]}}}", "{}"},
    {"UpdateItem, ADD to a set", "UpdateItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"UpdateExpression":"ADD s :v",)"
     R"("ExpressionAttributeValues":{":v":{"SS":[)",
     R"("#")", R"(,"x"]}}})", "{}", 1500, ",", "PutItem, a string set"},
    {"UpdateItem, REMOVE from a list", "UpdateItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"UpdateExpression":"REMOVE )", "l[%]", R"("})", "{}", 250,
     ",", "PutItem, maps in a list"},

    // Reads of items.
    {"GetItem, Key", "GetItem", R"({"TableName":"plain","Key":{)", R"("a#":{"N":"%"})", "}}",
     "The provided key element does not match the schema"},
    {"GetItem, AttributesToGet", "GetItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"AttributesToGet":[)", R"("a#")", "]}", "Item", 1500, ",",
     "PutItem, attributes"},
    {"GetItem, AttributesToGet, repeated", "GetItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"AttributesToGet":[)", R"("a#")", R"(,"z","z"]})",
     "Duplicate value in attribute name: z"},
    {"GetItem, paths", "GetItem", R"({"TableName":"plain","Key":{"id":{"S":"k"}},"ProjectionExpression":")",
     "a%", R"("})", "{}", 400},
    {"GetItem, paths of one map", "GetItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"ProjectionExpression":")", "m.a%", R"("})", "{}", 300},
    {"GetItem, names that nothing uses", "GetItem",
     R"({"TableName":"plain","Key":{"id":{"S":"k"}},"ProjectionExpression":"a","ExpressionAttributeNames":{)",
     R"("^a#":"a%")", "}}", "unused in expressions"},
    {"DeleteItem, Key", "DeleteItem", R"({"TableName":"plain","Key":{)", R"("a#":{"N":"%"})", "}}",
     "The provided key element does not match the schema"},
    {"DeleteItem, Expected", "DeleteItem", R"({"TableName":"plain","Key":{"id":{"S":"k"}},"Expected":{)",
     R"("a#":{"Value":{"N":"%"}})", "}}", "The conditional request failed"},

    // Queries and scans.
    {"Query, KeyConditions", "Query", R"({"TableName":"plain","KeyConditions":{)",
     R"("a#":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"%"}]})", "}}",
     "Conditions can be of length 1 or 2 only"},
    {"Query, QueryFilter", "Query",
     R"({"TableName":"plain","KeyConditions":{"id":{"ComparisonOperator":"EQ","AttributeValueList":)"
     R"([{"S":"k"}]}},"QueryFilter":{)",
     R"("a#":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"%"}]})", "}}", "Count", 1500, ",",
     "PutItem, attributes"},
    {"Query, QueryFilter of a list", "Query",
     R"({"TableName":"plain","KeyConditions":{"id":{"ComparisonOperator":"EQ","AttributeValueList":)"
     R"([{"S":"k"}]}},"QueryFilter":{"a":{"ComparisonOperator":"IN","AttributeValueList":[)",
     R"({"S":"#"})", "]}}}", "Count", 1500, ",", "PutItem, attributes"},
    {"Query, AttributesToGet", "Query",
     R"({"TableName":"indexed","IndexName":"by_kind","KeyConditions":{"kind":{"ComparisonOperator":"EQ",)"
     R"("AttributeValueList":[{"S":"k"}]}},"AttributesToGet":[)",
     R"("a#")", "]}", "does not project"},
    {"Query, ExclusiveStartKey", "Query",
     R"({"TableName":"plain","KeyConditions":{"id":{"ComparisonOperator":"EQ","AttributeValueList":)"
     R"([{"S":"k"}]}},"ExclusiveStartKey":{)",
     R"("a#":{"S":"%"})", "}}", "The provided starting key is invalid"},
    {"Scan, ScanFilter", "Scan", R"({"TableName":"plain","ScanFilter":{)",
     R"("a#":{"ComparisonOperator":"NOT_NULL"})", "}}", "Count", 1500, ",", "PutItem, attributes"},
    {"Scan, any of ScanFilter", "Scan", R"({"TableName":"plain","ConditionalOperator":"OR","ScanFilter":{)",
     R"("b#":{"ComparisonOperator":"NOT_NULL"})", "}}", "Count", 1500, ",", "PutItem, attributes"},
    {"Scan, ExclusiveStartKey", "Scan", R"({"TableName":"plain","ExclusiveStartKey":{)", R"("a#":{"S":"%"})",
     "}}", "The provided starting key is invalid"},

    // Batches and transactions.
    {"BatchGetItem, keys", "BatchGetItem", R"({"RequestItems":{"plain":{"Keys":[)", R"({"id":{"S":"#"}})",
     "]}}}", "ValidationException"},
    {"BatchGetItem, tables", "BatchGetItem", R"({"RequestItems":{)", R"("a#":{"Keys":[{"id":{"S":"%"}}]})",
     "}}", "ValidationException"},
    {"BatchGetItem, AttributesToGet", "BatchGetItem",
     R"({"RequestItems":{"plain":{"Keys":[{"id":{"S":"k"}}],"AttributesToGet":[)", R"("a#")", "]}}}",
     "Responses"},
    {"BatchWriteItem, puts", "BatchWriteItem", R"({"RequestItems":{"plain":[)",
     R"({"PutRequest":{"Item":{"id":{"S":"#"}}}})", "]}}", "ValidationException"},
    {"BatchWriteItem, deletes", "BatchWriteItem", R"({"RequestItems":{"plain":[)",
     R"({"DeleteRequest":{"Key":{"id":{"S":"#"}}}})", "]}}", "ValidationException"},
    {"BatchWriteItem, tables", "BatchWriteItem", R"({"RequestItems":{)",
     R"("a#":[{"DeleteRequest":{"Key":{"id":{"S":"%"}}}}])", "}}", "ValidationException"},
    {"BatchWriteItem, attributes", "BatchWriteItem",
     R"({"RequestItems":{"plain":[{"PutRequest":{"Item":{"id":{"S":"k"},)", R"("a#":{"N":"%"})", "}}}]}}",
     "UnprocessedItems"},
    {"TransactWriteItems, members", "TransactWriteItems", R"({"TransactItems":[)",
     R"({"Delete":{"TableName":"plain","Key":{"id":{"S":"#"}}}})", "]}", "ValidationException"},
    {"TransactWriteItems, attributes", "TransactWriteItems",
     R"({"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"plain","Item":{"id":{"S":"k"},)",
     R"("a#":{"N":"%"})", "}}}]}", "{}"},
    {"TransactGetItems, members", "TransactGetItems", R"({"TransactItems":[)",
     R"({"Get":{"TableName":"plain","Key":{"id":{"S":"#"}}}})", "]}", "ValidationException"},

    // PartiQL.
    {"ExecuteStatement, parameters", "ExecuteStatement",
     R"({"Statement":"SELECT * FROM plain WHERE id=?","Parameters":[)", R"({"S":"#"})", "]}", "Items"},
    {"ExecuteStatement, columns", "ExecuteStatement", R"({"Statement":"SELECT )", "a%",
     R"( FROM plain WHERE id='k'"})", "Items", 600},
    {"ExecuteStatement, the same column again", "ExecuteStatement", R"({"Statement":"SELECT )", "a%",
     R"(,z,z FROM plain WHERE id='k'"})", "Duplicate identifiers in select clause: z", 600},
    {"ExecuteStatement, an item", "ExecuteStatement", R"({"Statement":"INSERT INTO plain VALUE {'id':'k',)",
     "'a%':%", R"(}"})", "Items", 350},
    {"ExecuteStatement, conditions", "ExecuteStatement", R"({"Statement":"SELECT * FROM plain WHERE id='k')",
     " AND a%=1", R"("})", "Items", 70, ""},
    {"ExecuteStatement, assignments", "ExecuteStatement", R"({"Statement":"UPDATE plain)", " SET a%=1",
     R"( WHERE id='k'"})", "", 140, "", "PutItem, attributes"},
    {"BatchExecuteStatement, statements", "BatchExecuteStatement", R"({"Statements":[)",
     R"({"Statement":"SELECT * FROM plain WHERE id='#'"})", "]}", "ValidationException"},
    {"ExecuteTransaction, statements", "ExecuteTransaction", R"({"TransactStatements":[)",
     R"({"Statement":"SELECT * FROM plain WHERE id='#'"})", "]}", "ValidationException"},

    // Tables.
    {"CreateTable, AttributeDefinitions", "CreateTable", create,
     R"(,{"AttributeName":"a#","AttributeType":"S"})", "]}", "does not exactly match", 1500, ""},
    {"CreateTable, AttributeDefinitions, faulty", "CreateTable", create,
     R"(,{"AttributeName":"a#","AttributeType":"x"})", "]}", "validation errors detected", 1500, ""},
    {"CreateTable, KeySchema", "CreateTable",
     R"({"TableName":"made","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
     R"("KeySchema":[)",
     R"({"AttributeName":"a#","KeyType":"HASH"})", "]}", "keySchema"},
    {"CreateTable, indexes", "CreateTable",
     R"({"TableName":"made","BillingMode":"PAY_PER_REQUEST",)"
     R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
     R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"GlobalSecondaryIndexes":[)",
     R"({"IndexName":"a#","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
     R"("Projection":{"ProjectionType":"ALL"}})",
     "]}", "count exceeds the per-table limit"},
    {"CreateTable, an index of each attribute", "CreateTable",
     R"({"TableName":"made","BillingMode":"PAY_PER_REQUEST",)"
     R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
     R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"LocalSecondaryIndexes":[)",
     R"({"IndexName":"a#","KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"id",)"
     R"("KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}})",
     "]}", "ValidationException"},
    {"CreateTable, NonKeyAttributes", "CreateTable",
     R"({"TableName":"made","BillingMode":"PAY_PER_REQUEST",)"
     R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
     R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"GlobalSecondaryIndexes":[)"
     R"({"IndexName":"by_id","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
     R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":[)",
     R"("a#")", "]}}]}", "ValidationException", 4000},
    {"CreateTable, Tags", "CreateTable",
     R"({"TableName":"made","BillingMode":"PAY_PER_REQUEST",)"
     R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
     R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"Tags":[)",
     R"({"Key":"#","Value":"%"})", "]}", "Number of Tags exceed"},
    {"UpdateTable, changes of indexes", "UpdateTable",
     R"({"TableName":"plain","GlobalSecondaryIndexUpdates":[)", R"({"Delete":{"IndexName":"a#"}})", "]}",
     "Subscriber limit exceeded"},
    {"UpdateTable, new indexes", "UpdateTable",
     R"({"TableName":"plain","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
     R"("GlobalSecondaryIndexUpdates":[)",
     R"({"Create":{"IndexName":"a#","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
     R"("Projection":{"ProjectionType":"ALL"}}})",
     "]}", "Subscriber limit exceeded"},
    {"UpdateTable, AttributeDefinitions", "UpdateTable",
     R"({"TableName":"plain","GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_id","KeySchema":)"
     R"([{"AttributeName":"id","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}}],)"
     R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},)",
     R"({"AttributeName":"a#","AttributeType":"S"})", "]}", "TableDescription"},
    {"TagResource, Tags", "TagResource",
     R"({"ResourceArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/plain","Tags":[)",
     R"({"Key":"#","Value":"%"})", "]}", "Number of Tags exceed"},
    {"UntagResource, TagKeys", "UntagResource",
     R"({"ResourceArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/plain","TagKeys":[)", R"("#")", "]}",
     "Number of Tags exceed"},
    {"ListTagsOfResource, a long ARN", "ListTagsOfResource", R"({"ResourceArn":"arn:)", ":aws", R"("})",
     "ValidationException", 20000, ""},

    // Texts.
    {"DescribeTable, a long name", "DescribeTable", R"({"TableName":")", "a#", R"("})", "tableName", 5000,
     ""},
    {"DescribeTable, a long ARN", "DescribeTable", R"({"TableName":"arn:aws)", ":a", R"("})",
     "ValidationException", 20000, ""},
    {"ListImports, a long token", "ListImports", R"({"NextToken":")", "##", R"("})", "nextToken", 3000, ""},
    {"GetRecords, a long iterator", "GetRecords", R"({"ShardIterator":")", "a#", R"("})",
     "ValidationException", 5000, ""},
};

/// The numbers below 2^32 in a scattered order.
std::uint32_t scattered(std::size_t number) {
    return static_cast<std::uint32_t>(number) * 2654435761U + 1;
}

void append(std::string& out, std::string_view each, std::size_t number) {
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", scattered(number));
    for (const char c : each) {
        switch (c) {
            case '#':
                out.append(digits.data());
                break;
            case '%':
                out.append(std::to_string(number));
                break;
            case '^':
                out.push_back('#');
                break;
            case '@':
                out.append(256, 'x');
                break;
            default:
                out.push_back(c);
        }
    }
}

}  // namespace

std::span<const RequestShape> request_shapes() {
    return shapes;
}

std::string body_of(const RequestShape& shape, std::size_t repetitions) {
    std::string body(shape.head);
    for (std::size_t i = 0; i < repetitions; ++i) {
        if (i > 0) body.append(shape.separator);
        append(body, shape.each, i);
    }
    return body.append(shape.tail);
}

}  // namespace tailrace::server
