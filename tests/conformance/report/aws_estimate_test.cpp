#include "conformance/runner/report/aws_estimate.hpp"

#include "tests/catch.hpp"

using namespace tailrace::conformance;
using Catch::Matchers::WithinAbs;

namespace {

const std::string throughput =
    R"("ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 20})";

/// A suite of one case with these steps, and with three shapes of tables.
struct OneCase {
    Suite suite;

    explicit OneCase(const std::string& steps) {
        suite.cases = parse_cases("a", "b",
                                  R"({"source": "page", "tier": 1, "cases": [
                                      {"name": "one", "reason": "r", "steps": [)" +
                                      steps + "]}]}");
        suite.tables = {
            parse_table("on-demand", R"({"reason": "r", "create": {"BillingMode": "PAY_PER_REQUEST"}})"),
            parse_table("provisioned", R"({"reason": "r", "create": {)" + throughput + "}}"),
            parse_table("indexed", R"({"reason": "r", "create": {)" + throughput +
                                       R"(, "GlobalSecondaryIndexes": [{)" + throughput + "}]}}")};
    }
    Estimate on_aws() const { return estimate(suite, {&suite.cases[0]}, 1); }
};

std::string step(const std::string& operation, const std::string& request, const std::string& more = "") {
    return R"({"operation": ")" + operation + R"(", "request": )" + request + more + "}";
}

/// The price of one hour of the shape "provisioned": 20 write and 10 read capacity units.
constexpr double provisioned_dollars = 20 * 0.00065 + 10 * 0.00013;

}  // namespace

TEST_CASE("an estimate is one line") {
    Estimate estimate{.tables = 12,
                      .provisioned_tables = 3,
                      .requests = 345,
                      .write_units = 67.2,
                      .read_units = 8.9,
                      .dollars = 0.12345,
                      .minutes = 3.2};
    CHECK(estimate.text() ==
          "about 345 requests, 12 tables (3 of them provisioned), 67 write and 9 read units, $0.1235, 4 "
          "minutes");
}

// A million units cost what AWS's page says. The size that counts is that of the request as sent.
TEST_CASE("requests on demand are priced by their size") {
    const std::string big = step(
        "PutItem", R"({"TableName": "${table:on-demand}", "Item": {"x": {"S": {"$repeat": ["x", 10000]}}}})");
    const Estimate written = OneCase(big).on_aws();
    CHECK(written.tables == 1);
    CHECK(written.provisioned_tables == 0);
    CHECK(written.requests == 1 + 12);
    CHECK(written.write_units == 20);
    CHECK(written.read_units == 0);
    CHECK_THAT(written.dollars, WithinAbs(20 * 0.625e-6, 1e-9));
    const Estimate read =
        OneCase(big + "," + step("Query", R"({"TableName": "${table:on-demand}"})")).on_aws();
    CHECK(read.read_units == 6);
    CHECK_THAT(read.dollars, WithinAbs(20 * 0.625e-6 + 6 * 0.125e-6, 1e-9));
    const Estimate either = OneCase(step("ExecuteStatement", R"({"Statement": "x"})")).on_aws();
    CHECK(either.write_units == 2);
    CHECK(either.read_units == 2);
}

// Provisioned throughput, that of indexes included, is paid for by the hour, and part of an hour costs a
// whole one.
TEST_CASE("provisioned tables are priced by the hour") {
    const Estimate shared = OneCase(step("GetItem", R"({"TableName": "${table:provisioned}"})")).on_aws();
    CHECK(shared.tables == 1);
    CHECK(shared.provisioned_tables == 1);
    CHECK_THAT(shared.dollars, WithinAbs(provisioned_dollars + 2 * 0.125e-6, 1e-9));
    const Estimate own = OneCase(step("DescribeTable", R"({"TableName": "${own-table:indexed}"})")).on_aws();
    CHECK(own.tables == 1);
    CHECK_THAT(own.dollars, WithinAbs(2 * provisioned_dollars, 1e-9));
}

// A shared table exists for the whole run: 200 cases that each create a table for half a minute take 101
// minutes.
TEST_CASE("a shared provisioned table is paid for as long as the run takes") {
    OneCase base(
        step("DescribeTable", R"({"TableName": "${own-table:on-demand}", "X": "${table:provisioned}"})"));
    const std::vector<const Case*> cases(200, base.suite.cases.data());
    const Estimate whole = estimate(base.suite, cases, 1);
    CHECK(whole.tables == 201);
    CHECK_THAT(whole.minutes, WithinAbs(101, 0.5));
    CHECK_THAT(whole.dollars, WithinAbs(2 * provisioned_dollars, 1e-9));
    CHECK_THAT(estimate(base.suite, cases, 4).minutes, WithinAbs(26, 0.5));
}

// Creating and changing tables costs money if AWS will do it, and nothing if AWS will refuse.
TEST_CASE("tables that cases make are counted") {
    const std::string create = R"({"TableName": "${new-table}", )" + throughput + "}";
    const Estimate made =
        OneCase(step("CreateTable", create) + "," + step("UpdateTable", create) + "," +
                step("CreateTable", create, R"(, "expect": {"error": {"type": "ResourceInUseException"}})") +
                "," + step("UpdateTable", create, R"(, "expect": {"status": 500})"))
            .on_aws();
    CHECK(made.tables == 1);
    CHECK(made.provisioned_tables == 1);
    CHECK(made.requests == 4 + 12);
    CHECK_THAT(made.dollars, WithinAbs(2 * provisioned_dollars, 1e-9));
}

TEST_CASE("random requests cost something, too") {
    CHECK(estimate_random(1000).text() ==
          "about 2036 requests, 3 tables (0 of them provisioned), 4000 write and 4000 read units, $0.0030, 3 "
          "minutes");
}
