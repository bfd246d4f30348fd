#include "server/advice/adviser.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "engine/model/function_mark.hpp"
#include "engine/operation/faults/fault_script.hpp"
#include "engine/operation/throughput/item_uses.hpp"
#include "engine/partiql/operations.hpp"
#include "engine/storage/open_store.hpp"
#include "server/advice/advice_text.hpp"
#include "server/advice/run_record.hpp"
#include "server/commands/budget.hpp"
#include "server/commands/running_server.hpp"
#include "server/requests/request_log.hpp"
#include "tests/catch.hpp"
#include "tests/request_json.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

/// An engine with the table music and its index by-album, and its adviser. A run has begun.
class AdvisedEngine {
  public:
    AdvisedEngine() {
        create_table();
        adviser.begin();
    }

    void create_table() {
        ask("CreateTable", R"({"TableName":"music","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"artist","AttributeType":"S"},
                                    {"AttributeName":"album","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"}],
            "GlobalSecondaryIndexes":[{"IndexName":"by-album","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"album","KeyType":"HASH"}]}]})");
    }

    void ask(const std::string& operation, const std::string& request, const Caller& caller = {}) {
        try {
            engine_.execute(operation, tests::request_json(request).as_object(), caller);
        } catch (const ApiError&) {
            // The error is not checked here: the adviser counts it.
        }
    }
    void put(const std::string& artist, std::size_t size = 1) {
        ask("PutItem", R"({"TableName":"music","Item":{"artist":{"S":")" + artist + R"("},"text":{"S":")" +
                           std::string(size, 'x') + R"("}}})");
    }
    void get(const std::string& artist) {
        ask("GetItem", R"({"TableName":"music","Key":{"artist":{"S":")" + artist + R"("}}})");
    }
    void scan() { ask("Scan", R"({"TableName":"music"})"); }

    /// Sends a batch of two items, the first of which is left unprocessed.
    void leave_unprocessed() {
        operation::FaultRule rule{.operation = "BatchWriteItem"};
        rule.effect.unprocessed = 1;
        engine_.faults().replace({rule});
        ask("BatchWriteItem", R"({"RequestItems":{"music":[{"PutRequest":{"Item":{"artist":{"S":"Nils"}}}},)"
                              R"({"PutRequest":{"Item":{"artist":{"S":"Ada"}}}}]}})");
        engine_.faults().replace({});
    }

    Advice advice(double requests_per_month = 1'000'000) { return adviser.advice(requests_per_month, {}); }
    /// Returns the names of the findings, "Scan UnusedIndex".
    std::string findings() {
        std::string names;
        for (const Finding& each : advice().findings)
            names.append(names.empty() ? "" : " ").append(each.name);
        return names;
    }

    ManualClock clock{Timestamp(std::chrono::seconds(1769860800))};

  private:
    Engine engine_{{}, storage::open_store({}), clock, partiql::operations()};
    RequestLog log_{engine_};

  public:
    Adviser adviser{engine_};
};

Verdict verdict(const std::string& budget, AdvisedEngine& engine) {
    const tests::TemporaryFolder folder;
    const std::string file = folder.path("budget.json");
    std::ofstream(file) << budget;
    return check_budget(read_budget(file), advice_json(engine.advice()));
}

std::vector<std::string> broken(const std::string& budget, AdvisedEngine& engine) {
    return verdict(budget, engine).broken;
}

}  // namespace

TEST_CASE("the shape of a statement has no texts and numbers") {
    CHECK(statement_shape("SELECT * FROM \"music.2\" WHERE k1 = 'it''s' AND n IN [1, 2.5e3]") ==
          "SELECT * FROM \"music.2\" WHERE k1 = ? AND n IN [?, ?]");
    CHECK(statement_shape("SELECT 'open") == "SELECT ?");
    CHECK(statement_shape("\"") == "\"");
    CHECK(statement_shape(std::string(1000, 'a')).size() == 300);
    // A character is not cut.
    std::string letters;
    for (int i = 0; i < 200; ++i) letters.append("\u00e9");
    CHECK(statement_shape("\"" + letters + "\"") == "\"" + letters.substr(0, 298));
    CHECK(statement_shape("x" + letters) == "x" + letters.substr(0, 298));
}

// Fewer requests than the threshold prove nothing.
TEST_CASE("a person who looks at items in the console makes no findings") {
    AdvisedEngine engine;
    for (int item = 0; item < 20; ++item) engine.put(std::to_string(item));
    Caller console;
    console.function = console_mark;
    for (int time = 0; time < 5; ++time) engine.ask("Scan", R"({"TableName":"music"})", console);
    CHECK(engine.advice().requests == 20);
    for (int time = 0; time < 5; ++time) engine.scan();
    CHECK(engine.advice().requests == 25);
    CHECK(engine.findings() == "Scan");
}

TEST_CASE("a finding begins at its threshold") {
    AdvisedEngine engine;
    for (int i = 0; i < 20; ++i) engine.put("artist " + std::to_string(i));
    engine.clock.advance(std::chrono::seconds(2));
    engine.scan();
    engine.scan();
    CHECK(engine.findings().empty());
    engine.scan();
    CHECK(engine.findings() == "Scan");
    for (int i = 0; i < 26; ++i) engine.get("artist " + std::to_string(i % 20));
    CHECK(engine.findings() == "Scan");
    engine.get("artist 0");
    CHECK(engine.findings() == "Scan UnusedIndex");
}

// With COUNT the answer has no items, but what a filter lets through was not read in vain.
TEST_CASE("a filter of a request that counts items is judged by what it counts") {
    AdvisedEngine engine;
    for (int i = 0; i < 20; ++i) engine.put("artist " + std::to_string(i));
    engine.clock.advance(std::chrono::seconds(2));
    const auto count = [&engine](const std::string& filter) {
        engine.adviser.begin();
        for (int i = 0; i < 3; ++i)
            engine.ask("Scan", R"({"TableName":"music","Select":"COUNT",)" + filter + "}");
        return engine.findings();
    };
    CHECK(count(R"--("FilterExpression":"attribute_exists(artist)")--") == "Scan");
    CHECK(count(R"("ScanFilter":{"artist":{"ComparisonOperator":"NOT_NULL"}})") == "Scan");
    CHECK(count(R"--("FilterExpression":"attribute_exists(album)")--") == "Scan FilterDiscards");
}

TEST_CASE("a statement of a batch that reads consistently misses no write") {
    AdvisedEngine engine;
    const auto read = [&engine](const std::string& further) {
        engine.adviser.begin();
        for (int i = 0; i < 3; ++i) {
            engine.put("Nils", 60'000);
            engine.ask("BatchExecuteStatement", R"({"Statements":[{"Statement":)"
                                                R"("SELECT * FROM \"music\" WHERE artist = 'Nils'")" +
                                                    further + "}]}");
        }
        return engine.findings();
    };
    CHECK(read(R"(,"ConsistentRead":true)").empty());
    CHECK(read("") == "ReadAfterWrite");
}

// 9999-12-31, which means "never" to many programs, and a time in the present, in milliseconds.
TEST_CASE("a time to live in the far future is not in milliseconds") {
    AdvisedEngine engine;
    engine.ask("UpdateTimeToLive", R"({"TableName":"music","TimeToLiveSpecification":)"
                                   R"({"AttributeName":"expires","Enabled":true}})");
    const auto put = [&engine](const std::string& time) {
        engine.ask("PutItem",
                   R"({"TableName":"music","Item":{"artist":{"S":"a"},"expires":{"N":")" + time + R"("}}})");
        return engine.findings();
    };
    CHECK(put("253402300799").empty());
    CHECK(put("1769860800000") == "TimeToLiveMisread");
}

TEST_CASE("a new table does not have the writes and batches of one with the same name before") {
    AdvisedEngine engine;
    for (int i = 0; i < 3; ++i) {
        engine.put("Nils");
        engine.ask("DeleteTable", R"({"TableName":"music"})");
        engine.create_table();
        engine.get("Nils");
    }
    CHECK(engine.findings().empty());
    engine.leave_unprocessed();
    CHECK(engine.findings() == "UnprocessedItems");
    engine.ask("DeleteTable", R"({"TableName":"music"})");
    CHECK(engine.findings().empty());
    engine.create_table();
    engine.get("Nils");
    CHECK(engine.findings().empty());
}

TEST_CASE("a read after a write is found until a second has passed") {
    AdvisedEngine engine;
    for (int i = 0; i < 3; ++i) {
        engine.put("Nils");
        engine.clock.advance(std::chrono::seconds(1));
        engine.get("Nils");
    }
    CHECK(engine.findings().empty());
    for (int i = 0; i < 3; ++i) {
        engine.put("Nils");
        engine.clock.advance(std::chrono::milliseconds(999));
        engine.get("Nils");
    }
    CHECK(engine.findings() == "ReadAfterWrite");
}

// A program that waits two seconds has waited, even though the manual clock of its server stands still.
TEST_CASE("while the clock of the tables stops, the clock of the machine decides what is new") {
    table::TableDefinition music;
    music.name = "music";
    RunRecord record;
    const auto use = [&](table::AccessKind kind, std::chrono::milliseconds moment) {
        operation::ItemUses uses;
        uses.consumed({.table = music, .row_key = "0123456789", .kind = kind}, 1);
        Observation seen{.pattern = {.operation = "GetItem"}, .counts = {.requests = 1}};
        seen.moment += moment;
        const boost::json::object request;
        record.add(seen, {.operation = "GetItem", .request = request, .uses = &uses});
        return record.patterns().at(seen.pattern).stale_reads;
    };
    use(table::AccessKind::write, std::chrono::milliseconds(5000));
    CHECK(use(table::AccessKind::read, std::chrono::milliseconds(6000)) == 0);
    CHECK(use(table::AccessKind::read, std::chrono::milliseconds(5999)) == 1);
}

// 400 reads, half of them of the same item.
TEST_CASE("a partition with half of the traffic is hot at the traffic of production") {
    AdvisedEngine engine;
    for (int i = 0; i < 400; ++i) engine.get(i % 2 == 0 ? "Nils" : "artist " + std::to_string(i));
    const auto heat = [&engine](double requests_per_month) {
        for (const Finding& each : engine.advice(requests_per_month).findings) {
            if (each.name == "HotPartition") return each.reason.plain;
        }
        return std::string();
    };
    CHECK(heat(1'000'000) ==
          "the partition key \"Nils\" has 50 % of the read units of music; it throttles when music uses 6000 "
          "of them a second.");
    CHECK(heat(64'800'000'000) ==
          "the partition key \"Nils\" uses 6250 read units a second on average at 64800000000 requests a "
          "month; a partition has 3000.");
}

// The price is for requests in the same proportions as in the run.
TEST_CASE("a month has a price for each pattern") {
    AdvisedEngine engine;
    engine.put("Nils");
    engine.get("Nils");
    const Advice advice = engine.advice(2'000'000);
    REQUIRE(advice.patterns.size() == 2);
    CHECK(shown_pattern(advice.patterns[0].pattern) == "PutItem music");
    CHECK(advice.patterns[0].monthly_usd == 0.625);
    CHECK(advice.patterns[1].counts.read_units == 0.5);
    CHECK(advice.patterns[1].monthly_usd == 0.0625);
    CHECK(advice.monthly_usd == 0.6875);
}

// Whatever a client calls its attributes, a cell of the table stays a cell.
TEST_CASE("a pattern cannot break the Markdown") {
    AdvisedEngine engine;
    engine.ask("Query", R"({"TableName":"music","KeyConditionExpression":"#a = :b",
        "ExpressionAttributeNames":{"#a":"x`|\n# y"},"ExpressionAttributeValues":{":b":{"S":"c"}}})");
    CHECK(advice_markdown(engine.advice())
              .find("| ``Query music (x`\\| # y = ?)`` | 1 | 1 | 0 / 0 | 0 | 0 | 0 | 0 |") !=
          std::string::npos);
}

// If a value in a reason has characters that mean something in Markdown, they have no effect.
TEST_CASE("a value in a reason is a code span in Markdown") {
    AdvisedEngine engine;
    const std::string name = R"([a](b) ``c`` "d" <e>)";
    for (int i = 0; i < 3; ++i) engine.put(R"([a](b) ``c`` \"d\" <e>)", 110'000);
    CHECK(engine.findings() == "OversizedItem");
    const std::string reason =
        "3 accesses to items of 100 KB and more; the largest has about 108 KB, under the partition key ";
    CHECK(advice_markdown(engine.advice()).find(reason + "```" + name + "```.") != std::string::npos);
    CHECK(engine.advice().findings.front().reason.plain == reason + R"("[a](b) ``c`` 'd' <e>".)");
}

TEST_CASE("a code span holds any text") {
    CHECK(code_span("").empty());
    CHECK(code_span("a b") == "`a b`");
    CHECK(code_span("a\nb") == "`a b`");
    CHECK(code_span("a`b``c") == "```a`b``c```");
    CHECK(code_span("`a") == "`` `a ``");
    CHECK(code_span(" a ") == "`  a  `");
}

// A client can make as many different requests as it likes.
TEST_CASE("a run has a limited number of patterns") {
    AdvisedEngine engine;
    for (std::size_t i = 0; i < RunRecord::max_patterns + 3; ++i) {
        engine.ask("Scan", R"({"TableName":"music","IndexName":"index)" + std::to_string(i) + R"("})");
    }
    Advice advice = engine.advice();
    CHECK(advice.patterns.size() == RunRecord::max_patterns);
    CHECK(advice.requests == RunRecord::max_patterns + 3);
    CHECK(advice.omitted.requests == 3);
    const std::string markdown = advice_markdown(advice);
    CHECK(markdown.ends_with(
        "included.\n\nThe run has too many different requests: 3 requests are not in the table.\n"));
    advice.omitted = {.requests = 1, .accesses = 1};
    CHECK(advice_markdown(advice).ends_with(
        "included.\n\nThe run has too many different requests: 1 request is not in the table.\n"
        "\nThe run uses too many different items: 1 access is not in the findings.\n"));
    advice.omitted = {.accesses = 2};
    CHECK(advice_markdown(advice).ends_with(
        "included.\n\nThe run uses too many different items: 2 accesses are not in the findings.\n"));
}

TEST_CASE("a budget says which limits are broken") {
    AdvisedEngine engine;
    for (int i = 0; i < 20; ++i) engine.put("artist " + std::to_string(i), 2500);
    for (int i = 0; i < 3; ++i) engine.scan();
    const std::string reason =
        "  Scan music: 3 scans read 20 items each on average; the cost grows with the table.";
    CHECK(broken(R"({"MaxFindings":0})", engine) ==
          std::vector<std::string>{"MaxFindings is 0, and there are 1:", reason});
    CHECK(broken(R"({"MaxFindings":0,"AllowedFindings":["Scan"]})", engine).empty());
    CHECK(broken(R"({"MaxFindings":1,"MaxMonthlyUsd":100})", engine).empty());
    CHECK(broken(R"({"Patterns":[{"Operation":"Scan","MaxCapacityUnitsPerRequest":1},
                                 {"TableName":"music","MaxCapacityUnitsPerRequest":2}]})",
                 engine) ==
          std::vector<std::string>{
              "PutItem music uses 3 capacity units for each request, and MaxCapacityUnitsPerRequest is 2",
              "Scan music uses 6.5 capacity units for each request, and MaxCapacityUnitsPerRequest is 1"});
    CHECK(broken(R"({"MaxMonthlyUsd":1})", engine) ==
          std::vector<std::string>{"a month costs 1.74 USD, and MaxMonthlyUsd is 1"});
}

TEST_CASE("a budget shows amounts with the digits that differ") {
    AdvisedEngine engine;
    engine.get("Nils");
    CHECK(broken(R"({"MaxMonthlyUsd":0.000001})", engine) ==
          std::vector<std::string>{"a month costs 0.06 USD, and MaxMonthlyUsd is 0.000001"});
    CHECK(broken(R"({"MaxMonthlyUsd":0.06249})", engine) ==
          std::vector<std::string>{"a month costs 0.0625 USD, and MaxMonthlyUsd is 0.06249"});
    CHECK(broken(R"({"Patterns":[{"MaxCapacityUnitsPerRequest":0.499999999999}]})", engine) ==
          std::vector<std::string>{"GetItem music uses 0.5 capacity units for each request, and "
                                   "MaxCapacityUnitsPerRequest is 0.499999999999"});
}

// Perhaps a name is wrong. In some runs the pattern may not occur, so the budget is not broken.
TEST_CASE("a budget remarks on a pattern that no request has") {
    AdvisedEngine engine;
    engine.get("Nils");
    const Verdict result = verdict(
        R"({"Patterns":[{"TableName":"music","MaxCapacityUnitsPerRequest":1},)"
        R"({"Operation":"Query","TableName":"musik","IndexName":"by-year","MaxCapacityUnitsPerRequest":1}]})",
        engine);
    CHECK(result.broken.empty());
    CHECK(result.remarks ==
          std::vector<std::string>{"no request of the run matches Patterns[1]: Query musik.by-year"});
}

TEST_CASE("a run with requests that were not counted keeps no budget that has a limit") {
    AdvisedEngine engine;
    for (std::size_t i = 0; i < RunRecord::max_patterns + 1; ++i) {
        engine.ask("Scan", R"({"TableName":"music","IndexName":"index)" + std::to_string(i) + R"("})");
    }
    const std::vector<std::string> lines = {
        "the run has too many different requests: 1 request is not in the advice, and may break a limit"};
    for (const char* budget : {R"({"MaxMonthlyUsd":1000})", R"({"MaxFindings":9})",
                               R"({"Patterns":[{"MaxCapacityUnitsPerRequest":1000}]})"}) {
        CHECK(broken(budget, engine) == lines);
    }
    const Verdict result = verdict("{}", engine);
    CHECK(result.broken.empty());
    CHECK(result.remarks == lines);
}

TEST_CASE("a budget with an unknown name is refused") {
    AdvisedEngine engine;
    const auto refusal = [&engine](const std::string& budget) {
        try {
            broken(budget, engine);
        } catch (const CommandError& error) {
            const std::string text = error.what();
            return text.substr(text.find("the budget"));
        }
        return std::string("accepted");
    };
    CHECK(refusal(R"({"AllowedFindings":["Scans"]})").ends_with("; did you mean Scan?"));
    CHECK(refusal(R"({"MaxMonthlyUsd":"1"})") == "the budget: MaxMonthlyUsd must be a number of at least 0.");
    CHECK(refusal(R"({"MaxMonthlyUsd":1e999})") == "the budget: MaxMonthlyUsd is too large.");
    CHECK(refusal(R"([])") == "the budget: it must be an object.");
    CHECK(refusal("{}") == "accepted");
}
