#include <string>

#include "engine/validation/shape_check.hpp"
#include "engine/validation/table_rules.hpp"
#include "tests/catch.hpp"
#include "tests/validation/refusal.hpp"

namespace {

std::string update_table(const std::string& members) {
    return refusal(
        [](const tailrace::Request& request) {
            tailrace::validation::check_shape("UpdateTable", request.json());
            tailrace::validation::check_update_table(request);
        },
        R"({"TableName":"abc")" + (members.empty() ? "" : "," + members) + "}");
}

std::string refused_update(const std::string& message) {
    return "ValidationException: " + message;
}

std::string invalid_update(const std::string& fault) {
    return refused_update("One or more parameter values were invalid: " + fault);
}

std::string updates(const std::string& list) {
    return R"("GlobalSecondaryIndexUpdates":[)" + list + "]";
}

const std::string throughput = R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})";
const std::string stream = R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})";
const std::string new_index =
    R"({"Create":{"IndexName":"abc","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],
        "Projection":{"ProjectionType":"ALL"}}})";
const std::string defined_a = R"("AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"}])";

}  // namespace

TEST_CASE("single changes pass", "[update-table]") {
    CHECK(update_table(throughput) == "accepted");
    CHECK(update_table(R"("BillingMode":"PAY_PER_REQUEST")") == "accepted");
    CHECK(update_table(stream) == "accepted");
    CHECK(update_table(R"("StreamSpecification":{"StreamEnabled":false})") == "accepted");
    CHECK(update_table(R"("DeletionProtectionEnabled":true)") == "accepted");
    CHECK(update_table(defined_a + "," + updates(new_index)) == "accepted");
    CHECK(update_table(R"("BillingMode":"PAY_PER_REQUEST",)" + stream) == "accepted");
    CHECK(
        update_table(R"("BillingMode":"PAY_PER_REQUEST","OnDemandThroughput":{"MaxReadRequestUnits":-1})") ==
        "accepted");
}

// An empty list of index updates, or definitions alone, are not a change.
TEST_CASE("a request must change something", "[update-table]") {
    const std::string message = refused_update(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
        "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, "
        "WarmThroughput or TableClass is required");
    CHECK(update_table("") == message);
    CHECK(update_table(updates("")) == message);
    CHECK(update_table(defined_a) == message);
    CHECK(update_table(R"("MultiRegionConsistency":"EVENTUAL")") ==
          refused_update("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
                         "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, "
                         "MultiAccountReplicaReady, ReplicaTransitRoleArn, DeletionProtectionEnabled, "
                         "OnDemandThroughput, WarmThroughput or TableClass is required"));
}

TEST_CASE("some changes must be alone in a request", "[update-table]") {
    const std::string encryption = R"("SSESpecification":{"Enabled":true})";
    const std::string table_class = R"("TableClass":"STANDARD")";
    const std::string protection = R"("DeletionProtectionEnabled":true)";
    const std::string warm = R"("WarmThroughput":{"ReadUnitsPerSecond":1})";
    CHECK(update_table(encryption + "," + protection) ==
          invalid_update("Server-Side Encryption modification must be the only operation in the request"));
    CHECK(update_table(protection + "," + table_class) ==
          invalid_update("TableClass modification must be the only operation in the request"));
    CHECK(update_table(protection + "," + warm) ==
          invalid_update("DeletionProtection modification must be the only operation in the request"));
    CHECK(update_table(warm + "," + stream) ==
          invalid_update("WarmThroughput must be the only operation in the request"));
    CHECK(update_table(warm + "," + updates(R"({"Delete":{"IndexName":"abc"}})")) ==
          invalid_update("WarmThroughput must be the only operation in the request"));
    CHECK(update_table(warm + "," + defined_a + "," + updates(new_index)) ==
          invalid_update("Create global secondary index cannot be specified when updating WarmThroughput"));
    CHECK(
        update_table(stream + R"(,"OnDemandThroughput":{"MaxReadRequestUnits":1})") ==
        invalid_update("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"));
    CHECK(update_table(stream + "," + throughput) ==
          invalid_update("You cannot modify stream status while updating table IOPS"));
    CHECK(update_table(updates(new_index) + "," + throughput) ==
          invalid_update("You cannot create or delete index while updating table IOPS"));
    CHECK(update_table(updates(R"({"Delete":{"IndexName":"abc"}})") + "," + stream) ==
          invalid_update("You cannot create or delete index while changing stream status"));
}

TEST_CASE("throughput goes with the billing mode of an update", "[update-table]") {
    CHECK(update_table(R"("BillingMode":"PROVISIONED")") ==
          invalid_update("ProvisionedThroughput must be specified when BillingMode is PROVISIONED"));
    CHECK(update_table(R"("BillingMode":"PAY_PER_REQUEST",)" + throughput) ==
          invalid_update("ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST"));
    CHECK(update_table(
              R"("ProvisionedThroughput":{"ReadCapacityUnits":1000000000001,"WriteCapacityUnits":1})") ==
          refused_update("Given value 1000000000001 for ReadCapacityUnits is out of bounds"));
    CHECK(update_table(R"("OnDemandThroughput":{"MaxReadRequestUnits":0})") ==
          invalid_update(
              "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range"));
}

TEST_CASE("the warm throughput and the limits of an index are numbers of units", "[update-table]") {
    const auto change = [](const std::string& setting) {
        return update_table(updates(R"({"Update":{"IndexName":"by_game",)" + setting + "}}"));
    };
    CHECK(change(R"("WarmThroughput":{})") ==
          invalid_update("WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond "
                         "specified for index: by_game"));
    CHECK(change(R"("OnDemandThroughput":{"MaxReadRequestUnits":0})") ==
          invalid_update(
              "Requested MaxReadRequestUnits for OnDemandThroughput for index : by_game is outside of "
              "valid range"));
}

// On its own an empty list is reported as no change; together with another change it is reported as empty.
TEST_CASE("a list of index updates beside another change is not empty", "[update-table]") {
    const std::string empty = invalid_update("List of GlobalSecondaryIndexUpdates is empty");
    CHECK(update_table(R"("DeletionProtectionEnabled":true,)" + updates("")) == empty);
    CHECK(update_table(R"("BillingMode":"PAY_PER_REQUEST",)" + updates("")) == empty);
    CHECK(update_table(R"("OnDemandThroughput":{"MaxReadRequestUnits":5},)" + updates("")) == empty);
}

TEST_CASE("each index update is one action on one index", "[update-table]") {
    CHECK(update_table(updates("{}")) ==
          invalid_update("One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                         "GlobalSecondaryIndexUpdate.Delete must not be null"));
    CHECK(update_table(updates(R"({"Delete":{"IndexName":"abc"},"Update":{"IndexName":"abc"}})")) ==
          invalid_update(
              "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"));
    CHECK(update_table(updates(R"({"Delete":{"IndexName":"abc"}},{"Delete":{"IndexName":"abc"}})")) ==
          invalid_update(
              "Only one global secondary index update per index is allowed simultaneously. Index: abc"));
}

TEST_CASE("a new index is defined by the request", "[update-table]") {
    CHECK(update_table(updates(new_index)) ==
          invalid_update("AttributeDefinitions is not specified for index: abc"));
    CHECK(update_table(updates(new_index) +
                       R"(,"AttributeDefinitions":[{"AttributeName":"b","AttributeType":"S"}])") ==
          invalid_update("Some index key attributes are not defined in AttributeDefinitions. Keys: [a], "
                         "AttributeDefinitions: [b]"));
    CHECK(update_table(defined_a + "," + updates(R"({"Create":{"IndexName":"abc","Projection":{},
                             "KeySchema":[{"AttributeName":"a","KeyType":"HASH"}]}})")) ==
          invalid_update("Unknown ProjectionType: null"));
}

TEST_CASE("a stream's view type goes with its being enabled", "[update-table]") {
    CHECK(update_table(R"("StreamSpecification":{"StreamEnabled":true})") ==
          invalid_update("If stream is being enabled then UpdateViewType is required"));
    CHECK(update_table(R"("StreamSpecification":{"StreamEnabled":false,"StreamViewType":"NEW_IMAGE"})") ==
          invalid_update("If stream is being disabled, then UpdateViewType must not be specified"));
}

// A request for a global table must not succeed: the missing replicas would be noticed only later.
TEST_CASE("what belongs to global tables is refused", "[update-table]") {
    const auto absent = [](const std::string& member) {
        return refused_update(member + " is not supported by Tailrace: there are no global tables");
    };
    const std::string replica = R"("ReplicaUpdates":[{"Create":{"RegionName":"eu-west-1"}}])";
    const std::string billing = R"("BillingMode":"PAY_PER_REQUEST",)";
    CHECK(update_table(replica) == absent("ReplicaUpdates"));
    CHECK(update_table(replica + R"(,"MultiRegionConsistency":"STRONG")") == absent("ReplicaUpdates"));
    CHECK(update_table(billing + R"("MultiRegionConsistency":"EVENTUAL")") ==
          absent("MultiRegionConsistency"));
    CHECK(update_table(R"("GlobalTableSettingsReplicationMode":"ENABLED")") ==
          absent("GlobalTableSettingsReplicationMode"));
    CHECK(update_table(R"("GlobalTableWitnessUpdates":[{"Create":{"RegionName":"eu-west-1"}}])") ==
          absent("GlobalTableWitnessUpdates"));
    // What AWS would refuse is reported first.
    CHECK(update_table(billing + replica) ==
          invalid_update("Replica modification must be the only operation in the request"));
}
