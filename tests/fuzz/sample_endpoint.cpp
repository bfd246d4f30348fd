#include "tests/fuzz/sample_endpoint.hpp"

#include <array>

#include "engine/partiql/operations.hpp"
#include "engine/storage/open_store.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace tailrace::fuzz {
namespace {

constexpr std::string_view create_table = R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
        {"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"gk","AttributeType":"S"},
        {"AttributeName":"lk","AttributeType":"B"}],
    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
    "LocalSecondaryIndexes":[{"IndexName":"by_l","Projection":{"ProjectionType":"KEYS_ONLY"},
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"lk","KeyType":"RANGE"}]}],
    "GlobalSecondaryIndexes":[{"IndexName":"by_g","Projection":{"ProjectionType":"ALL"},
        "KeySchema":[{"AttributeName":"gk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}],
    "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}})";

constexpr std::array<std::string_view, 2> put_items = {
    R"({"TableName":"things","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"gk":{"S":"g"},"lk":{"B":"AQI="},
        "n":{"N":"5"},"l":{"L":[{"N":"1"},{"M":{"a":{"S":"x"}}}]},"ss":{"SS":["a","b"]}}})",
    R"({"TableName":"things","Item":{"pk":{"S":"a"},"sk":{"N":"2.5"},"m":{"M":{"a":{"N":"4"}}}}})"};

constexpr std::string_view authorization =
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260131/eu-west-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef";

}  // namespace

SampleEndpoint::SampleEndpoint() : engine_({}, storage::open_store({}), clock_, partiql::operations()) {
    require(post("DynamoDB_20120810.CreateTable", create_table) == 200, "the sample's table is made");
    for (const std::string_view body : put_items) {
        require(post("DynamoDB_20120810.PutItem", body) == 200, "the sample's items are put");
    }
}

int SampleEndpoint::post(std::string_view target, std::string_view body) {
    const std::array<server::HttpHeader, 4> headers = {{{"Content-Type", "application/x-amz-json-1.0"},
                                                        {"X-Amz-Target", target},
                                                        {"X-Amz-Date", "20260131T120000Z"},
                                                        {"Authorization", authorization}}};
    server::HttpResponse response;
    door_.answer({"POST", "/", headers, body}, response);
    require_answerable(response.status, response.content());
    return response.status;
}

}  // namespace tailrace::fuzz
