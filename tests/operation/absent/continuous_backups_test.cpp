#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

constexpr std::string_view describe = R"({"TableName":"music"})";

std::string update(const std::string& specification) {
    return R"({"TableName":"music","PointInTimeRecoverySpecification":{)" + specification + "}}";
}

boost::json::value recovery_of(const boost::json::value& answer) {
    return answer.at("ContinuousBackupsDescription").at("PointInTimeRecoveryDescription");
}

}  // namespace

TEST_CASE("continuous backups are on and recovery is off", "[describe_continuous_backups]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.done("DescribeContinuousBackups", describe) ==
          json(R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED",
                   "PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"DISABLED"}}})"));
}

// The restorable range begins when recovery was enabled and ends five minutes ago.
TEST_CASE("point-in-time recovery is a setting", "[update_continuous_backups]") {
    TestEngine engine;
    engine.create_plain_tables();
    const auto enabled =
        engine.done("UpdateContinuousBackups", update(R"("PointInTimeRecoveryEnabled":true)"));
    CHECK(recovery_of(enabled) == json(R"({"PointInTimeRecoveryStatus":"ENABLED","RecoveryPeriodInDays":35,
                   "EarliestRestorableDateTime":1769860800.0,"LatestRestorableDateTime":1769860800.0})"));
    engine.clock.advance(std::chrono::hours(24 * 2));
    engine.done("UpdateContinuousBackups",
                update(R"("PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":1)"));
    CHECK(recovery_of(engine.done("DescribeContinuousBackups", describe)) ==
          json(R"({"PointInTimeRecoveryStatus":"ENABLED","RecoveryPeriodInDays":1,
                   "EarliestRestorableDateTime":1769947200.0,"LatestRestorableDateTime":1770033300.0})"));
    const auto disabled =
        engine.done("UpdateContinuousBackups", update(R"("PointInTimeRecoveryEnabled":false)"));
    CHECK(recovery_of(disabled) == json(R"({"PointInTimeRecoveryStatus":"DISABLED"})"));
}

TEST_CASE("a recovery period goes with recovery", "[update_continuous_backups]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.refusal("UpdateContinuousBackups",
                         update(R"("PointInTimeRecoveryEnabled":false,"RecoveryPeriodInDays":7)")) ==
          "ValidationException: Invalid Request: Cannot specify RecoveryPeriodInDays when disabling "
          "point-in-time recovery.");
}

// These operations report a missing table with an exception of their own.
TEST_CASE("backups of a missing table", "[describe_continuous_backups]") {
    TestEngine engine;
    CHECK(engine.answer("DescribeContinuousBackups", R"({"TableName":"nowhere"})") ==
          json(R"({"__type":"com.amazonaws.dynamodb.v20120810#TableNotFoundException",
                   "message":"Table not found: nowhere"})"));
}
