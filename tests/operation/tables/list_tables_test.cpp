#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

void create(TestEngine& engine, const std::string& name) {
    engine.done("CreateTable", R"({"TableName":")" + name + R"(","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
}

}  // namespace

TEST_CASE("ListTables returns an empty list if there are no tables", "[list_tables]") {
    TestEngine engine;
    CHECK(engine.answer("ListTables", "{}") == json(R"({"TableNames":[]})"));
}

TEST_CASE("ListTables walks all tables in the order of their names", "[list_tables]") {
    TestEngine engine;
    for (const char* name : {"beta", "alpha", "delta", "Gamma"}) create(engine, name);
    CHECK(engine.answer("ListTables", "{}") == json(R"({"TableNames":["Gamma","alpha","beta","delta"]})"));
    CHECK(engine.answer("ListTables", R"({"Limit":3})") ==
          json(R"({"TableNames":["Gamma","alpha","beta"],"LastEvaluatedTableName":"beta"})"));
    CHECK(engine.answer("ListTables", R"({"Limit":3,"ExclusiveStartTableName":"beta"})") ==
          json(R"({"TableNames":["delta"]})"));
    CHECK(engine.answer("ListTables", R"({"ExclusiveStartTableName":"between"})") ==
          json(R"({"TableNames":["delta"]})"));
}
