#include "engine/validation/shape_check.hpp"

#include <string>

#include "engine/validation/shape_table.hpp"
#include "tests/catch.hpp"
#include "tests/validation/shape_answer.hpp"

namespace {

std::string serialization(const std::string& message) {
    return "SerializationException: " + message;
}

std::string put_with(const std::string& attribute) {
    return answer("PutItem", R"({"TableName":"abc","Item":{"a":)" + attribute + "}}");
}

const std::string cannot_cast =
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
    "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are "
    "in module java.base of loader 'bootstrap')";

}  // namespace

// A valid request passes: unknown members are ignored, and null counts as absent.
TEST_CASE("well-formed requests pass", "[shape]") {
    CHECK(answer("PutItem", R"({"TableName":"abc","Item":{"a":{"S":"x"}}})") == "accepted");
    CHECK(answer("PutItem", R"({"TableName":"abc","Item":{},"Nonsense":[1],"ReturnValues":null})") ==
          "accepted");
    CHECK(answer("GetItem", R"({"TableName":"abc","Key":{"a":{"B":"AAEC"}},"ConsistentRead":"YES"})") ==
          "accepted");
    CHECK(answer("ListTables", "{}") == "accepted");
    CHECK(answer("DescribeLimits", "{}") == "accepted");
    CHECK(answer("NoSuchOperation", R"({"TableName":1})") == "accepted");
}

// Every operation of both APIs has a shape.
TEST_CASE("each operation has its shape", "[shape]") {
    for (const std::string_view name :
         {"BatchExecuteStatement", "BatchGetItem", "CreateTable", "DescribeStream", "ExecuteTransaction",
          "GetRecords", "GetShardIterator", "ListStreams", "PutItem", "Query", "TransactWriteItems",
          "UpdateTimeToLive"}) {
        INFO(name);
        CHECK(tailrace::validation::find_input_shape(name) != nullptr);
    }
    CHECK(tailrace::validation::find_input_shape("putItem") == nullptr);
}

TEST_CASE("a String of another JSON type is refused in the parser's words", "[shape]") {
    const auto with = [](const std::string& value) {
        return answer("PutItem", R"({"TableName":)" + value + "}");
    };
    CHECK(with("true") == serialization("TRUE_VALUE cannot be converted to String"));
    CHECK(with("false") == serialization("FALSE_VALUE cannot be converted to String"));
    CHECK(with("23") == serialization("NUMBER_VALUE cannot be converted to String"));
    CHECK(with("-2147483648") == serialization("NUMBER_VALUE cannot be converted to String"));
    CHECK(with("34.56") == serialization("DECIMAL_VALUE cannot be converted to String"));
    CHECK(with("[]") == serialization("Unrecognized collection type class java.lang.String"));
    CHECK(with("{}") == serialization("Start of structure or map found where not expected"));
}

TEST_CASE("Booleans, Integers and Longs of another JSON type are refused", "[shape]") {
    const auto read = [](const std::string& value) {
        return answer("GetItem", R"({"ConsistentRead":)" + value + "}");
    };
    CHECK(read(R"("23")") == serialization("Unexpected token received from parser"));
    CHECK(read("23") == serialization("NUMBER_VALUE cannot be converted to Boolean"));
    CHECK(read("34.56") == serialization("DECIMAL_VALUE cannot be converted to Boolean"));
    CHECK(read("[]") == serialization("Unrecognized collection type class java.lang.Boolean"));
    CHECK(read("{}") == serialization("Start of structure or map found where not expected"));

    const auto limit = [](const std::string& value) { return answer("Query", R"({"Limit":)" + value + "}"); };
    CHECK(limit(R"("23")") == serialization("STRING_VALUE cannot be converted to Integer"));
    CHECK(limit("true") == serialization("TRUE_VALUE cannot be converted to Integer"));
    CHECK(limit("[]") == serialization("Unrecognized collection type class java.lang.Integer"));
    CHECK(limit("{}") == serialization("Start of structure or map found where not expected"));

    CHECK(answer("CreateTable", R"({"ProvisionedThroughput":{"ReadCapacityUnits":"1"}})") ==
          serialization("STRING_VALUE cannot be converted to Long"));
    CHECK(answer("CreateTable", R"({"ProvisionedThroughput":{"ReadCapacityUnits":[]}})") ==
          serialization("Unrecognized collection type class java.lang.Long"));
}

TEST_CASE("binary values must be base64 in a string", "[shape]") {
    CHECK(put_with(R"({"B":true})") ==
          serialization("only base-64-encoded strings are convertible to bytes"));
    CHECK(put_with(R"({"B":34.56})") ==
          serialization("only base-64-encoded strings are convertible to bytes"));
    CHECK(put_with(R"({"B":[]})") == serialization("Unrecognized collection type class java.nio.ByteBuffer"));
    CHECK(put_with(R"({"B":{}})") == serialization("Start of structure or map found where not expected"));
    CHECK(put_with(R"({"B":"23456"})") ==
          serialization("Base64 encoded length is expected a multiple of 4 bytes but found: 5"));
    CHECK(put_with(R"({"B":"=+/="})") == serialization("Invalid last non-pad Base64 character dectected"));
    CHECK(put_with(R"({"B":"+/+="})") == serialization("Invalid last non-pad Base64 character dectected"));
    CHECK(put_with(R"({"BS":["AAEC","AA=="]})") == "accepted");
    CHECK(put_with(R"({"B":""})") == "accepted");
}

// AWS reads members of structures and elements of collections in different ways, and its messages differ.
TEST_CASE("lists, maps and structures of another JSON type are refused", "[shape]") {
    CHECK(answer("CreateTable", R"({"KeySchema":"x"})") == serialization("Unexpected field type"));
    CHECK(answer("CreateTable", R"({"KeySchema":{}})") ==
          serialization("Start of structure or map found where not expected"));
    CHECK(answer("CreateTable", R"({"KeySchema":["x"]})") ==
          serialization("Unexpected value type in payload"));
    CHECK(answer("CreateTable", R"({"KeySchema":[[]]})") ==
          serialization("Unrecognized collection type class "
                        "com.amazonaws.dynamodb.v20120810.KeySchemaElement"));
    CHECK(answer("CreateTable", R"({"ProvisionedThroughput":23})") == serialization("Unexpected field type"));
    CHECK(answer("CreateTable", R"({"ProvisionedThroughput":[]})") ==
          serialization("Unrecognized collection type class "
                        "com.amazonaws.dynamodb.v20120810.ProvisionedThroughput"));
    CHECK(answer("PutItem", R"({"Item":true})") == serialization("Unexpected field type"));
    CHECK(answer("PutItem", R"({"Item":[]})") ==
          serialization("Unrecognized collection type java.util.Map<java.lang.String, "
                        "com.amazonaws.dynamodb.v20120810.AttributeValue>"));
    CHECK(answer("PutItem", R"({"ExpressionAttributeNames":[]})") ==
          serialization("Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>"));
    CHECK(answer("BatchWriteItem", R"({"RequestItems":[]})") ==
          serialization("Unrecognized collection type java.util.Map<java.lang.String, "
                        "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>"));
    CHECK(answer("BatchWriteItem", R"({"RequestItems":{"abc":1}})") == serialization(cannot_cast));
    CHECK(answer("BatchGetItem", R"({"RequestItems":{"abc":{"Keys":["x"]}}})") == serialization(cannot_cast));
}

TEST_CASE("attribute values are checked at every depth", "[shape]") {
    CHECK(put_with(R"("x")") == serialization("Unexpected value type in payload"));
    CHECK(put_with("[]") == serialization("Unrecognized collection type class "
                                          "com.amazonaws.dynamodb.v20120810.AttributeValue"));
    CHECK(put_with(R"({"N":1})") == serialization("NUMBER_VALUE cannot be converted to String"));
    CHECK(put_with(R"({"SS":"x"})") == serialization("Unexpected field type"));
    CHECK(put_with(R"({"NS":[1]})") == serialization("NUMBER_VALUE cannot be converted to String"));
    CHECK(put_with(R"({"L":[{"M":{"b":{"NULL":"x"}}}]})") ==
          serialization("Unexpected token received from parser"));
    CHECK(put_with(R"({"M":{"b":1}})") == serialization("Unexpected value type in payload"));
    CHECK(answer("UpdateItem", R"({"AttributeUpdates":{"a":{"Value":1}}})") ==
          serialization("Unexpected field type"));
}

// A wrong type anywhere is reported before any constraint. The first one in the request is reported.
TEST_CASE("types come before constraints", "[shape]") {
    CHECK(answer("PutItem", R"({"TableName":"","Item":{"a":{"S":1}}})") ==
          serialization("NUMBER_VALUE cannot be converted to String"));
    CHECK(answer("PutItem", R"({"Item":[],"TableName":1})") ==
          serialization("Unrecognized collection type java.util.Map<java.lang.String, "
                        "com.amazonaws.dynamodb.v20120810.AttributeValue>"));
}

TEST_CASE("members of lists and of structures are named by their paths", "[shape]") {
    CHECK(
        answer("CreateTable",
               R"({"TableName":"abc","AttributeDefinitions":[{}],"KeySchema":[{}],
                     "ProvisionedThroughput":{},"SSESpecification":{"KMSMasterKeyId":""}})") ==
        errors(7,
               "Value null at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: "
               "Member must not be null; Value null at 'attributeDefinitions.1.member.attributeName' failed "
               "to satisfy constraint: Member must not be null; Value null at "
               "'provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must not "
               "be null; Value null at 'provisionedThroughput.readCapacityUnits' failed to satisfy "
               "constraint: Member must not be null; Value null at 'keySchema.1.member.attributeName' "
               "failed to satisfy constraint: Member must not be null; Value null at "
               "'keySchema.1.member.keyType' failed to satisfy constraint: Member must not be null; Value "
               "'' at 'sSESpecification.kMSMasterKeyId' failed to satisfy constraint: Member must have "
               "length greater than or equal to 1"));
    CHECK(answer("CreateTable", R"({"TableName":"abc","AttributeDefinitions":
                                    [{"AttributeName":"pk","AttributeType":"INVALID"}],
                                    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})") ==
          errors(1,
                 "Value 'INVALID' at 'attributeDefinitions.1.member.attributeType' failed to satisfy "
                 "constraint: Member must satisfy enum value set: [B, N, S]"));
}

TEST_CASE("numbers keep their bounds", "[shape]") {
    CHECK(answer("Scan", R"({"TableName":"abc","Limit":0})") ==
          errors(1,
                 "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or "
                 "equal to 1"));
    CHECK(
        answer("ListTables", R"({"ExclusiveStartTableName":"a;","Limit":500})") ==
        errors(3,
               "Value 'a;' at 'exclusiveStartTableName' failed to satisfy constraint: Member must satisfy "
               "regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a;' at 'exclusiveStartTableName' failed "
               "to satisfy constraint: Member must have length greater than or equal to 3; Value '500' at "
               "'limit' failed to satisfy constraint: Member must have value less than or equal to 100"));
    CHECK(answer("CreateTable", R"({"TableName":"abc","AttributeDefinitions":[],"KeySchema":[],
                                    "ProvisionedThroughput":{"ReadCapacityUnits":-1,"WriteCapacityUnits":-1},
                                    "BillingMode":"A"})") ==
          errors(4,
                 "Value 'A' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value "
                 "set: [PROVISIONED, PAY_PER_REQUEST]; Value '-1' at "
                 "'provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must have "
                 "value greater than or equal to 1; Value '-1' at 'provisionedThroughput.readCapacityUnits' "
                 "failed to satisfy constraint: Member must have value greater than or equal to 1; Value "
                 "'[]' at 'keySchema' failed to satisfy constraint: Member must have length greater than or "
                 "equal to 1"));
}

// A list that is too long is shown in full, as Java prints it.
TEST_CASE("structures are shown with their members", "[shape]") {
    CHECK(
        answer("CreateTable",
               R"({"TableName":"abc","AttributeDefinitions":[],"KeySchema":[
                     {"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"RANGE"},
                     {"AttributeName":"c","KeyType":"RANGE"}]})") ==
        errors(1,
               "Value '[KeySchemaElement(attributeName=a, keyType=HASH), KeySchemaElement(attributeName=b, "
               "keyType=RANGE), KeySchemaElement(attributeName=c, keyType=RANGE)]' at 'keySchema' failed to "
               "satisfy constraint: Member must have length less than or equal to 2"));
}

// The key of a global index may have up to eight attributes, that of a local index two.
TEST_CASE("only global indexes have multi-attribute keys", "[shape]") {
    const auto with_index = [](const std::string& kind) {
        return answer("CreateTable",
                      R"({"TableName":"abc","AttributeDefinitions":[],
                          "KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],")" +
                          kind +
                          R"(":[{"IndexName":"abc","Projection":{},"KeySchema":[
                          {"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"HASH"},
                          {"AttributeName":"c","KeyType":"RANGE"}]}]})");
    };
    CHECK(with_index("GlobalSecondaryIndexes") == "accepted");
    CHECK(with_index("LocalSecondaryIndexes") ==
          errors(1,
                 "Value '[KeySchemaElement(attributeName=a, keyType=HASH), KeySchemaElement(attributeName=b, "
                 "keyType=HASH), KeySchemaElement(attributeName=c, keyType=RANGE)]' at "
                 "'localSecondaryIndexes.1.member.keySchema' failed to satisfy constraint: Member must have "
                 "length less than or equal to 2"));
}

TEST_CASE("at most ten errors are shown", "[shape]") {
    const std::string message = answer(
        "CreateTable", R"({"TableName":"abc","AttributeDefinitions":[{},{},{},{},{},{}],"KeySchema":[]})");
    CHECK(
        message.starts_with("ValidationException: 10 validation errors detected: Value null at "
                            "'attributeDefinitions.1.member.attributeType'"));
    CHECK(
        message.ends_with("Value null at 'attributeDefinitions.5.member.attributeName' failed to satisfy "
                          "constraint: Member must not be null"));
}

// An index name's length is reported before its pattern; other names are the other way round.
TEST_CASE("the order of length and pattern is the shape's own", "[shape]") {
    CHECK(answer("Query", R"({"TableName":"abc","IndexName":"a;"})") ==
          errors(2,
                 "Value 'a;' at 'indexName' failed to satisfy constraint: Member must have length greater "
                 "than or equal to 3; Value 'a;' at 'indexName' failed to satisfy constraint: Member must "
                 "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"));
    CHECK(answer("CreateBackup", R"({"TableName":"abc","BackupName":""})") ==
          errors(2,
                 "Value '' at 'backupName' failed to satisfy constraint: Member must satisfy regular "
                 "expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'backupName' failed to satisfy "
                 "constraint: Member must have length greater than or equal to 3"));
}

TEST_CASE("keys and values of maps are bounded as a whole", "[shape]") {
    const std::string keys =
        "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must "
        "have length greater than or equal to 3, Member must satisfy regular expression pattern: "
        "[a-zA-Z0-9_.-]+]";
    CHECK(answer("BatchWriteItem", R"({"RequestItems":{"a":[]}})") ==
          errors(2, "Value '{a=[]}' at 'requestItems' failed to satisfy constraint: " + keys +
                        "; Value '{a=[]}' at 'requestItems' failed to satisfy constraint: Map value must "
                        "satisfy constraint: [Member must have length less than or equal to 25, Member must "
                        "have length greater than or equal to 1]"));
    CHECK(
        answer("BatchWriteItem", R"({"RequestItems":{"aa;":[{"PutRequest":{},"DeleteRequest":{}}]}})") ==
        errors(3,
               "Value '{aa;=[WriteRequest(putRequest=PutRequest(item=null, workloadProfileName=null), "
               "deleteRequest=DeleteRequest(key=null))]}' at 'requestItems' failed to satisfy constraint: " +
                   keys +
                   "; Value null at 'requestItems.aa;.member.1.member.deleteRequest.key' failed to satisfy "
                   "constraint: Member must not be null; Value null at "
                   "'requestItems.aa;.member.1.member.putRequest.item' failed to satisfy constraint: "
                   "Member must not be null"));
    CHECK(answer("BatchGetItem", R"({"RequestItems": {"aa;": {"Keys": [{"a": {"S": "x"}}]}}})") ==
          errors(1, R"(Value '{"aa;":{"Keys":[{"a":{"S":"x"}}]}}' at 'requestItems' failed to satisfy )"
                    "constraint: " +
                        keys));
    CHECK(answer("Query", R"({"TableName":"abc","KeyConditions":{"a":{}}})") ==
          errors(1,
                 "Value null at 'keyConditions.a.member.comparisonOperator' failed to satisfy constraint: "
                 "Member must not be null"));
}

TEST_CASE("elements of a list are bounded as a whole", "[shape]") {
    CHECK(answer("UpdateTable",
                 R"({"TableName":"abc","GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"abc",
                     "KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],
                     "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x",""]}}}]})") ==
          errors(1,
                 "Value '[x, ]' at 'globalSecondaryIndexUpdates.1.member.create.projection.nonKeyAttributes' "
                 "failed to satisfy constraint: Member must satisfy constraint: [Member must have length "
                 "less than or equal to 255, Member must have length greater than or equal to 1]"));
}

// AWS checks some constraints outside the model: they come last, alone, and in other words.
TEST_CASE("late constraints come after all others", "[shape]") {
    CHECK(answer("Query", R"({"TableName":"abc","Limit":0})") ==
          errors(1,
                 "Value at 'Limit' failed to satisfy constraint: Member must have value greater than or "
                 "equal to 1"));
    CHECK(answer("Query", R"({"TableName":"abc","Limit":0,"Select":"COUNTS"})") ==
          errors(1,
                 "Value 'COUNTS' at 'select' failed to satisfy constraint: Member must satisfy enum value "
                 "set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"));
    CHECK(answer("BatchGetItem", R"({"RequestItems":{}})") ==
          errors(1,
                 "Value at 'RequestItems' failed to satisfy constraint: Member must have length greater "
                 "than or equal to 1"));
    CHECK(answer("BatchWriteItem", R"({"RequestItems":{}})") ==
          "ValidationException: The requestItems parameter is required for BatchWriteItem");
    CHECK(answer("BatchGetItem", "{}") ==
          errors(1, "Value null at 'requestItems' failed to satisfy constraint: Member must not be null"));
    std::string keys = R"({"a":{"S":"0"}})";
    for (int i = 1; i <= 100; ++i) keys += R"(,{"a":{"S":"x"}})";
    CHECK(answer("BatchGetItem", R"({"RequestItems":{"abc":{"Keys":[)" + keys + "]}}}") ==
          errors(1,
                 "Value at 'RequestItems.abc.member.Keys' failed to satisfy constraint: Member must have "
                 "length less than or equal to 100"));
}

TEST_CASE("transactions have one to a hundred members", "[shape]") {
    CHECK(answer("TransactWriteItems", R"({"TransactItems":[]})") ==
          errors(1,
                 "Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length "
                 "greater than or equal to 1"));
    CHECK(answer("TransactGetItems", R"({"TransactItems":[{"Get":{"TableName":"abc"}}]})") ==
          errors(1,
                 "Value null at 'transactItems.1.member.get.key' failed to satisfy constraint: Member must "
                 "not be null"));
}

// AWS measures strings in UTF-16: a character outside the basic plane counts twice.
TEST_CASE("lengths are those of UTF-16", "[shape]") {
    const auto with_token = [](const std::string& token) {
        return answer("TransactWriteItems",
                      R"({"ClientRequestToken":")" + token + R"(","TransactItems":[{}]})");
    };
    std::string eighteen;
    for (int i = 0; i < 18; ++i) eighteen += "\U0001F600";
    CHECK(with_token(eighteen) == "accepted");
    CHECK(with_token(eighteen + "x") ==
          errors(1, "Value '" + eighteen +
                        "x' at 'clientRequestToken' failed to satisfy constraint: Member must have length "
                        "less than or equal to 36"));
}

TEST_CASE("the names of global indexes are reported before those of local ones", "[shape]") {
    const std::string index = R"(","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"Projection":{}}])";
    const auto fault = [](const std::string& name, const std::string& member) {
        return "Value '" + name + "' at '" + member +
               ".1.member.indexName' failed to satisfy constraint: Member must have length greater than or "
               "equal to 3";
    };
    CHECK(answer("CreateTable", R"({"TableName":"abc","AttributeDefinitions":[],)"
                                R"("KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],)"
                                R"("LocalSecondaryIndexes":[{"IndexName":"l1)" +
                                    index + R"(,"GlobalSecondaryIndexes":[{"IndexName":"g1)" + index + "}") ==
          errors(2, fault("g1", "globalSecondaryIndexes") + "; " + fault("l1", "localSecondaryIndexes")));
}

// The model's other patterns, which are sequences of character classes.
TEST_CASE("patterns of several classes are matched", "[shape]") {
    const auto with_bucket = [](const std::string& bucket) {
        return answer("ExportTableToPointInTime",
                      R"({"TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/abc","S3Bucket":")" +
                          bucket + R"("})");
    };
    CHECK(with_bucket("a.b-c") == "accepted");
    CHECK(with_bucket("") ==
          errors(1,
                 "Value '' at 's3Bucket' failed to satisfy constraint: Member must satisfy regular "
                 "expression pattern: ^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$"));
    CHECK(with_bucket("ab-") ==
          errors(1,
                 "Value 'ab-' at 's3Bucket' failed to satisfy constraint: Member must satisfy regular "
                 "expression pattern: ^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$"));
}

// A null among values that must not be null breaks a constraint, whatever the elements of the list are.
TEST_CASE("a null in a list is refused if its elements are not attribute values", "[shape]") {
    const auto nulls_at = [](const std::string& shown, const std::string& place) {
        return errors(1, "Value '" + shown + "' at '" + place +
                             "' failed to satisfy constraint: Member must satisfy constraint: "
                             "[Member must not be null]");
    };
    for (const std::string operation : {"TransactGetItems", "TransactWriteItems"}) {
        CHECK(answer(operation, R"({"TransactItems":[null]})") == nulls_at("[null]", "transactItems"));
    }
    CHECK(answer("BatchExecuteStatement", R"({"Statements":[null,null]})") ==
          nulls_at("[null, null]", "statements"));
    CHECK(answer("ExecuteTransaction", R"({"TransactStatements":[null]})") ==
          nulls_at("[null]", "transactStatements"));
    CHECK(answer("GetItem", R"({"TableName":"abc","Key":{},"AttributesToGet":["a",null]})") ==
          nulls_at("[a, null]", "attributesToGet"));
    CHECK(answer("UntagResource", R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/abc",)"
                                  R"("TagKeys":[null]})") == nulls_at("[null]", "tagKeys"));
    CHECK(answer("CreateTable",
                 R"({"TableName":"abc","AttributeDefinitions":[{"AttributeName":"a",)"
                 R"("AttributeType":"S"}],"KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],)"
                 R"("GlobalSecondaryIndexes":[{"IndexName":"abc","KeySchema":[null],)"
                 R"("Projection":{}}]})") == nulls_at("[null]", "globalSecondaryIndexes.1.member.keySchema"));
    CHECK(answer("PutItem", R"({"TableName":"abc","Item":{"a":{"L":[null]},"b":{"SS":[null]}}})") ==
          "accepted");
    CHECK(answer("BatchWriteItem", R"({"RequestItems":{"abc":[null]}})") == "accepted");
}
