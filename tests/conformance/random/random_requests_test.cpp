#include "conformance/runner/random/random_requests.hpp"

#include <map>

#include "tests/catch.hpp"

namespace json = boost::json;
using tailrace::conformance::RandomRequests;

namespace {

constexpr std::size_t length = 2000;

RandomRequests requests_of(std::uint64_t seed, bool read_indexes = true) {
    return RandomRequests(seed, {"hash", "range", "indexed", read_indexes});
}

std::string sequence(std::uint64_t seed) {
    RandomRequests requests = requests_of(seed);
    std::string text;
    for (std::size_t i = 0; i < length; ++i) {
        const auto request = requests.next();
        text += request.operation + " " + json::serialize(request.body) + "\n";
    }
    return text;
}

}  // namespace

// A difference found in a long run can be reproduced by its seed.
TEST_CASE("a seed determines the sequence") {
    CHECK(sequence(1) == sequence(1));
    CHECK(sequence(1) != sequence(2));
}

TEST_CASE("every kind of request comes, and indexes are read only where they do not lag") {
    std::map<std::string, int> counts;
    RandomRequests requests = requests_of(1);
    for (std::size_t i = 0; i < length; ++i) ++counts[requests.next().operation];
    for (const char* operation : {"PutItem", "UpdateItem", "DeleteItem", "GetItem", "Query", "Scan",
                                  "BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems",
                                  "ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"}) {
        INFO(operation);
        CHECK(counts[operation] > 20);
    }
    RandomRequests without = requests_of(1, false);
    for (std::size_t i = 0; i < length; ++i) CHECK_FALSE(without.next().body.contains("IndexName"));
}

TEST_CASE("the parameters from before expressions come, too") {
    std::map<std::string, int> counts;
    RandomRequests requests = requests_of(1);
    for (std::size_t i = 0; i < length; ++i) {
        for (const auto& member : requests.next().body) ++counts[std::string(member.key())];
    }
    for (const char* parameter : {"Expected", "AttributeUpdates", "AttributesToGet", "KeyConditions",
                                  "QueryFilter", "ScanFilter", "ConditionalOperator"}) {
        INFO(parameter);
        CHECK(counts[parameter] > 4);
    }
}

// These are the items to compare after a write.
TEST_CASE("a write names the items that it writes") {
    RandomRequests requests = requests_of(1);
    for (std::size_t i = 0; i < length; ++i) {
        const auto request = requests.next();
        INFO(json::serialize(request.body));
        if (request.operation == "PutItem") {
            REQUIRE(request.written.size() == 1);
            CHECK(request.written[0].table == request.body.at("TableName").as_string());
            CHECK(request.written[0].key.at("pk") == request.body.at("Item").at("pk"));
        } else if (request.operation == "TransactWriteItems") {
            CHECK(request.written.size() == request.body.at("TransactItems").as_array().size());
        } else if (request.operation == "Query" || request.operation == "TransactGetItems") {
            CHECK(request.written.empty());
        }
    }
}
