#include <string>

#include "engine/validation/shape_check.hpp"
#include "engine/validation/table_rules.hpp"
#include "tests/catch.hpp"
#include "tests/validation/refusal.hpp"

namespace {

std::string create(const std::string& members) {
    return refusal(
        [](const tailrace::Request& request) {
            tailrace::validation::check_shape("CreateTable", request.json());
            tailrace::validation::check_create_table(request);
        },
        R"({"TableName":"abc",)" + members + "}");
}

std::string refused_table(const std::string& message) {
    return "ValidationException: " + message;
}

std::string invalid_table(const std::string& fault) {
    return refused_table("One or more parameter values were invalid: " + fault);
}

std::string definitions(const std::string& names) {
    std::string out;
    for (const char name : names) {
        out += (out.empty() ? "" : ",") + (R"({"AttributeName":")" + std::string(1, name)) +
               R"(","AttributeType":"S"})";
    }
    return R"("AttributeDefinitions":[)" + out + "]";
}

/// Builds a KeySchema: "aH bR" is HASH a and RANGE b.
std::string key(const std::string& elements) {
    std::string out;
    for (std::size_t i = 0; i < elements.size(); i += 3) {
        out += (out.empty() ? "" : ",") + (R"({"AttributeName":")" + std::string(1, elements[i])) +
               R"(","KeyType":")" + (elements[i + 1] == 'H' ? "HASH" : "RANGE") + R"("})";
    }
    return R"("KeySchema":[)" + out + "]";
}

const std::string on_demand = R"("BillingMode":"PAY_PER_REQUEST")";

std::string index(const std::string& name, const std::string& elements,
                  const std::string& projection = R"({"ProjectionType":"ALL"})") {
    return R"({"IndexName":")" + name + R"(",)" + key(elements) + R"(,"Projection":)" + projection + "}";
}

std::string with_local(const std::string& indexes, const std::string& table_key = "aH bR",
                       const std::string& defined = "ab") {
    return create(definitions(defined) + "," + key(table_key) + "," + on_demand +
                  R"(,"LocalSecondaryIndexes":[)" + indexes + "]");
}

std::string with_global(const std::string& indexes, const std::string& defined = "ab") {
    return create(definitions(defined) + "," + key("aH bR") + "," + on_demand +
                  R"(,"GlobalSecondaryIndexes":[)" + indexes + "]");
}

std::string with_setting(const std::string& setting) {
    return create(definitions("a") + "," + key("aH") + "," + on_demand + "," + setting);
}

}  // namespace

TEST_CASE("plain tables pass", "[create-table]") {
    CHECK(create(definitions("a") + "," + key("aH") + "," + on_demand) == "accepted");
    CHECK(create(definitions("ab") + "," + key("aH bR") +
                 R"(,"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})") == "accepted");
}

TEST_CASE("throughput goes with the billing mode", "[create-table]") {
    const std::string shape = definitions("a") + "," + key("aH");
    const auto throughput = [](const std::string& read, const std::string& write) {
        return R"(,"ProvisionedThroughput":{"ReadCapacityUnits":)" + read + R"(,"WriteCapacityUnits":)" +
               write + "}";
    };
    CHECK(create(shape) ==
          invalid_table("ReadCapacityUnits and WriteCapacityUnits must both be specified when "
                        "BillingMode is PROVISIONED"));
    CHECK(
        create(shape + "," + on_demand + throughput("1", "1")) ==
        invalid_table("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                      "PAY_PER_REQUEST"));
    CHECK(create(shape + throughput("1000000000001", "1000000000001")) ==
          refused_table("Given value 1000000000001 for ReadCapacityUnits is out of bounds"));
    CHECK(create(shape + throughput("1000000000000", "1000000000001")) ==
          refused_table("Given value 1000000000001 for WriteCapacityUnits is out of bounds"));
    CHECK(create(shape + throughput("1", "1") + R"(,"OnDemandThroughput":{"MaxReadRequestUnits":1})") ==
          invalid_table(
              "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode "
              "is PROVISIONED"));
    CHECK(with_setting(R"("OnDemandThroughput":{"MaxWriteRequestUnits":0})") ==
          invalid_table("Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid "
                        "range"));
}

TEST_CASE("a table's key has the form of a key", "[create-table]") {
    const auto with = [](const std::string& defined, const std::string& elements) {
        return create(definitions(defined) + "," + key(elements) + "," + on_demand);
    };
    CHECK(with("", "aH") == refused_table("Invalid KeySchema: Some index key attribute have no definition"));
    CHECK(with("a", "aH aR") ==
          refused_table("Invalid KeySchema: Some index key attribute have no definition"));
    CHECK(with("b", "aH") ==
          invalid_table("Some index key attributes are not defined in AttributeDefinitions. "
                        "Keys: [a], AttributeDefinitions: [b]"));
    CHECK(with("ab", "aH aH") ==
          refused_table("Both the Hash Key and the Range Key element in the KeySchema have the same name"));
    CHECK(with("ab", "aR bR") ==
          refused_table("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
    CHECK(with("ab", "aH bH") ==
          refused_table("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"));
    CHECK(with("acb", "aH bR") ==
          invalid_table(
              "Number of attributes in KeySchema does not exactly match number of attributes defined in "
              "AttributeDefinitions"));
    CHECK(with("aa", "aH") == refused_table("Attribute Name is duplicated: a"));
}

TEST_CASE("local indexes share the table's partition key", "[create-table]") {
    CHECK(with_local(index("abc", "aH cR"), "aH bR", "abc") == "accepted");
    CHECK(with_local("") == invalid_table("List of LocalSecondaryIndexes is empty"));
    CHECK(with_local(index("abc", "cR"), "aH") ==
          invalid_table("Table KeySchema does not have a range key, which is required when specifying a "
                        "LocalSecondaryIndex"));
    CHECK(with_local(index("abc", "cR dR")) ==
          invalid_table("Some index key attributes are not defined in AttributeDefinitions. Keys: [c, d], "
                        "AttributeDefinitions: [a, b]"));
    CHECK(with_local(index("abc", "aH aH")) ==
          refused_table("Both the Hash Key and the Range Key element in the KeySchema have the same name"));
    CHECK(with_local(index("abc", "aR")) ==
          refused_table("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
    CHECK(with_local(index("abc", "aH bH")) ==
          refused_table("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"));
    CHECK(with_local(index("abc", "bH")) ==
          invalid_table("Index KeySchema does not have a range key for index: abc"));
    CHECK(with_local(index("abc", "bH aR")) ==
          invalid_table(
              "Index KeySchema does not have the same leading hash key as table KeySchema for index: abc. "
              "index hash key: b, table hash key: a"));
    std::string six;
    for (const char c : std::string("123456")) {
        six += (six.empty() ? "" : ",") + index("ab" + std::string(1, c), "aH bR");
    }
    CHECK(with_local(six) == invalid_table("Number of LocalSecondaryIndexes exceeds per-table limit of 5"));
}

TEST_CASE("projections name attributes with INCLUDE only", "[create-table]") {
    const auto projecting = [](const std::string& projection) {
        return with_global(index("abc", "bH", projection));
    };
    CHECK(projecting("{}") == invalid_table("Unknown ProjectionType: null"));
    CHECK(projecting(R"({"NonKeyAttributes":["x"]})") == invalid_table("Unknown ProjectionType: null"));
    CHECK(projecting(R"({"ProjectionType":"ALL","NonKeyAttributes":["x"]})") ==
          invalid_table("ProjectionType is ALL, but NonKeyAttributes is specified"));
    CHECK(projecting(R"({"ProjectionType":"KEYS_ONLY","NonKeyAttributes":["x"]})") ==
          invalid_table("ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified"));
    CHECK(projecting(R"({"ProjectionType":"INCLUDE"})") ==
          invalid_table("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"));
    CHECK(projecting(R"({"ProjectionType":"INCLUDE","NonKeyAttributes":["x","y","x"]})") ==
          invalid_table("Duplicate element in NonKeyAttributes: x"));
    CHECK(projecting(R"({"ProjectionType":"INCLUDE","NonKeyAttributes":["a","x"]})") == "accepted");
}

// Six indexes of 17 attributes each: within the limit of one index, beyond the limit of the table.
TEST_CASE("a table's indexes project a hundred attributes", "[create-table]") {
    std::string attributes;
    for (const char c : std::string("ABCDEFGHIJKLMNOPQ")) {
        attributes += (attributes.empty() ? "\"" : ",\"") + std::string(1, c) + "\"";
    }
    const std::string projection = R"({"ProjectionType":"INCLUDE","NonKeyAttributes":[)" + attributes + "]}";
    std::string indexes;
    for (const char c : std::string("123456")) {
        indexes += (indexes.empty() ? "" : ",") + index("ab" + std::string(1, c), "bH", projection);
    }
    CHECK(with_global(indexes) ==
          invalid_table("Number of NonKeyAttributes exceeds the per-table limit of 100"));
}

// Since November 2025 the key of a global index may have up to four attributes on each side.
TEST_CASE("global indexes may have multi-attribute keys", "[create-table]") {
    CHECK(with_global(index("abc", "aH bH cH dH eR fR gR hR"), "abcdefgh") == "accepted");
    CHECK(with_global(index("abc", "bH")) == "accepted");
    CHECK(with_global(index("abc", "aH bH cH dH eH"), "abcde") ==
          invalid_table("The KeySchema exceeds the maximum allowed number of HASH key attributes"));
    CHECK(with_global(index("abc", "aH bR cR dR eR fR"), "abcdef") ==
          invalid_table("The KeySchema exceeds the maximum allowed number of RANGE key attributes"));
    CHECK(with_global(index("abc", "aH bR cH"), "abc") ==
          invalid_table("All HASH key attributes must precede RANGE key attributes in the KeySchema"));
    CHECK(with_global(index("abc", "aH bH aR")) ==
          refused_table("The KeySchema contains multiple key attributes with the same name"));
    CHECK(with_global(index("abc", "aH aR")) ==
          refused_table("Both the Hash Key and the Range Key element in the KeySchema have the same name"));
    CHECK(with_global(index("abc", "aR")) ==
          refused_table("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
}

TEST_CASE("global indexes are counted, named once and billed like the table", "[create-table]") {
    CHECK(with_global("") == invalid_table("List of GlobalSecondaryIndexes is empty"));
    CHECK(with_global(index("abc", "aH") + "," + index("abc", "bH")) ==
          invalid_table("Duplicate index name: abc"));
    std::string many;
    for (const char c : std::string("abcdefghijklmnopqrstu")) {
        many += (many.empty() ? "" : ",") + index("ab" + std::string(1, c), "bH");
    }
    CHECK(with_global(many) == invalid_table("GlobalSecondaryIndex count exceeds the per-table limit of 20"));

    const std::string throughput =
        R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})";
    const std::string billed = R"({"IndexName":"abd",)" + key("bH") +
                               R"(,"Projection":{"ProjectionType":"ALL"},)" + throughput + "}";
    CHECK(with_global(index("abc", "bH") + "," + billed) ==
          invalid_table("ProvisionedThroughput should not be specified for index: abd when BillingMode is "
                        "PAY_PER_REQUEST"));
    CHECK(create(definitions("ab") + "," + key("aH bR") + "," + throughput +
                 R"(,"GlobalSecondaryIndexes":[)" + billed + "," + index("abe", "bH") + "]") ==
          invalid_table("ProvisionedThroughput is not specified for index: abe"));
}

TEST_CASE("an index name is unique over both kinds", "[create-table]") {
    CHECK(create(definitions("ab") + "," + key("aH bR") + "," + on_demand + R"(,"LocalSecondaryIndexes":[)" +
                 index("abc", "aH bR") + R"(],"GlobalSecondaryIndexes":[)" + index("abc", "bH") + "]") ==
          invalid_table("Duplicate index name: abc"));
}

// An index's key is checked first; the rest of the index only after the attribute definitions.
TEST_CASE("every attribute definition is used", "[create-table]") {
    CHECK(with_global(index("abc", "cH"), "dabc") ==
          invalid_table(
              "Some AttributeDefinitions are not used. AttributeDefinitions: [d, a, b, c], keys used: [a, "
              "b, c]"));
    const std::string unused = invalid_table(
        "Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c], keys used: [a, b]");
    CHECK(with_global(index("abc", "bH", "{}"), "abc") == unused);
    CHECK(with_global(index("abc", "bH") + "," + index("abc", "bH"), "abc") == unused);
    CHECK(with_local(index("abc", "aH bR", "{}"), "aH bR", "abc") == unused);
}

TEST_CASE("streams, encryption and class are settled in the request", "[create-table]") {
    CHECK(with_setting(R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})") ==
          "accepted");
    CHECK(with_setting(R"("StreamSpecification":{"StreamEnabled":true})") ==
          invalid_table("Table is being created with a stream enabled, UpdateViewType is required"));
    CHECK(with_setting(R"("StreamSpecification":{"StreamEnabled":false,"StreamViewType":"NEW_IMAGE"})") ==
          invalid_table(
              "Table is being created with a stream disabled, UpdateViewType should not be specified"));
    CHECK(with_setting(R"("SSESpecification":{"Enabled":false,"SSEType":"KMS"})") ==
          invalid_table("SSEType can not be specified if Enabled is false"));
    CHECK(with_setting(R"("SSESpecification":{"KMSMasterKeyId":"k"})") ==
          invalid_table("KMSMasterKeyId can not be specified if Enabled is false"));
    CHECK(with_setting(R"("SSESpecification":{"Enabled":true,"KMSMasterKeyId":"k"})") ==
          invalid_table("SSEType KMS is required if KMSMasterKeyId is specified"));
    CHECK(with_setting(R"("SSESpecification":{"Enabled":true,"SSEType":"AES256"})") ==
          invalid_table("SSEType AES256 is not supported"));
    CHECK(with_setting(R"("TableClass":"CHEAP")") ==
          refused_table("Invalid table-class parameter provided. Please try again with a valid table-class "
                        "value: [STANDARD, STANDARD_INFREQUENT_ACCESS]."));
}

TEST_CASE("a table may be created with tags", "[create-table]") {
    CHECK(with_setting(R"("Tags":[{"Key":"a","Value":""}])") == "accepted");
    CHECK(with_setting(R"("Tags":[])") == "accepted");
    CHECK(with_setting(R"("Tags":[{}])") == refused_table("The Tag Key provided is invalid, Key: null"));
}
