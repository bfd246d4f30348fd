#pragma once

#include <array>
#include <string_view>

namespace tailrace::inputs {

/// The CreateTable and PutItem requests that make the tables of the sample requests.
inline constexpr std::array<std::string_view, 2> sample_tables = {
    R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
        {"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"gk","AttributeType":"S"},
        {"AttributeName":"lk","AttributeType":"B"}],
    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
    "LocalSecondaryIndexes":[{"IndexName":"by_l","Projection":{"ProjectionType":"KEYS_ONLY"},
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"lk","KeyType":"RANGE"}]}],
    "GlobalSecondaryIndexes":[{"IndexName":"by_g","Projection":{"ProjectionType":"ALL"},
        "KeySchema":[{"AttributeName":"gk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}],
    "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}})",
    R"({"TableName":"plain",
    "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],
    "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
    "ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}})"};

inline constexpr std::array<std::string_view, 2> sample_items = {
    R"({"TableName":"things","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"gk":{"S":"g"},"lk":{"B":"AQI="},
        "n":{"N":"5"},"l":{"L":[{"N":"1"},{"M":{"a":{"S":"x"}}}]},"ss":{"SS":["a","b"]}}})",
    R"({"TableName":"things","Item":{"pk":{"S":"a"},"sk":{"N":"2.5"},"m":{"M":{"a":{"N":"4"}}}}})"};

}  // namespace tailrace::inputs
