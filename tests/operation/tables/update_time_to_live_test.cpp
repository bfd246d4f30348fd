#include "tests/operation/engine_fixture.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

std::string update(const std::string& attribute, bool enabled, const std::string& table = "music") {
    return R"({"TableName":")" + table + R"(","TimeToLiveSpecification":{"AttributeName":")" + attribute +
           R"(","Enabled":)" + (enabled ? "true" : "false") + "}}";
}

constexpr std::string_view describe = R"({"TableName":"music"})";

}  // namespace

// A table that never had time to live looks the same as one on which it was disabled.
TEST_CASE("time to live is enabled, described and disabled", "[update_time_to_live]") {
    TestEngine engine;
    engine.create_plain_tables();
    const auto disabled = json(R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
    CHECK(engine.done("DescribeTimeToLive", describe) == disabled);
    CHECK(engine.done("UpdateTimeToLive", update("expires", true)) ==
          json(R"({"TimeToLiveSpecification":{"Enabled":true,"AttributeName":"expires"}})"));
    CHECK(engine.done("DescribeTimeToLive", describe) ==
          json(R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"expires"}})"));
    CHECK(engine.done("UpdateTimeToLive", update("expires", false)) ==
          json(R"({"TimeToLiveSpecification":{"Enabled":false,"AttributeName":"expires"}})"));
    CHECK(engine.done("DescribeTimeToLive", describe) == disabled);
}

TEST_CASE("an update has to change something", "[update_time_to_live]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.refusal("UpdateTimeToLive", update("expires", false)) ==
          "ValidationException: TimeToLive is already disabled");
    engine.done("UpdateTimeToLive", update("expires", true));
    CHECK(engine.refusal("UpdateTimeToLive", update("expires", true)) ==
          "ValidationException: TimeToLive is already enabled");
    const std::string other =
        "ValidationException: TimeToLive is active on a different AttributeName: current AttributeName is "
        "expires";
    CHECK(engine.refusal("UpdateTimeToLive", update("other", true)) == other);
    CHECK(engine.refusal("UpdateTimeToLive", update("other", false)) == other);
}

// AWS accepts the partition key too.
TEST_CASE("any attribute may say when an item expires", "[update_time_to_live]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.refusal("UpdateTimeToLive", update("artist", true)) == "accepted");
}

TEST_CASE("each table has its own time to live", "[update_time_to_live]") {
    TestEngine engine;
    const std::string missing =
        "ResourceNotFoundException: Requested resource not found: Table: nowhere not found";
    CHECK(engine.refusal("UpdateTimeToLive", update("expires", true, "nowhere")) == missing);
    CHECK(engine.refusal("DescribeTimeToLive", R"({"TableName":"nowhere"})") == missing);
}

TEST_CASE("a specification needs both members", "[update_time_to_live]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.refusal("UpdateTimeToLive", update("", true)) ==
          "ValidationException: 1 validation error detected: Value '' at "
          "'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have length "
          "greater than or equal to 1");
}

// The settings are kept in the file.
TEST_CASE("the settings of a table survive a restart", "[update_time_to_live]") {
    const tests::TemporaryFolder folder;
    const std::string path = folder.path("tables.db");
    {
        TestEngine engine(storage::open_store({path}));
        engine.create_plain_tables();
        engine.done("UpdateTimeToLive", update("expires", true));
        engine.done("UpdateContinuousBackups", R"({"TableName":"music",
            "PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true,
                                                "RecoveryPeriodInDays":7}})");
    }
    TestEngine engine(storage::open_store({path}));
    CHECK(engine.done("DescribeTimeToLive", describe).at("TimeToLiveDescription").at("AttributeName") ==
          "expires");
    CHECK(engine.done("DescribeContinuousBackups", describe)
              .at("ContinuousBackupsDescription")
              .at("PointInTimeRecoveryDescription")
              .at("RecoveryPeriodInDays") == 7);
}
