#include "server/admin/shard_endpoints.hpp"

#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

/// A server with the split endpoint, and an engine with one table. The table has a stream if `view_type` is
/// given.
class Splitting : public FrontDoorFixture {
  public:
    explicit Splitting(const std::string& view_type = {}) {
        add_shard_endpoints(admin, engine);
        boost::json::object request =
            boost::json::parse(R"({"TableName":"notes","BillingMode":"PAY_PER_REQUEST",
                "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})")
                .as_object();
        if (!view_type.empty()) {
            request["StreamSpecification"] =
                boost::json::object{{"StreamEnabled", true}, {"StreamViewType", view_type}};
        }
        const boost::json::value made = boost::json::parse(engine.execute("CreateTable", request));
        if (!view_type.empty()) arn = made.at("TableDescription").at("LatestStreamArn").as_string();
    }

    /// The shards with their parents.
    std::vector<std::pair<std::string, std::string>> shards() {
        const boost::json::value described =
            boost::json::parse(engine.execute("DescribeStream", {{"StreamArn", arn}}));
        std::vector<std::pair<std::string, std::string>> all;
        for (const auto& shard : described.at("StreamDescription").at("Shards").as_array()) {
            const auto* parent = shard.as_object().if_contains("ParentShardId");
            all.emplace_back(shard.at("ShardId").as_string(),
                             parent != nullptr ? parent->as_string() : boost::json::string());
        }
        return all;
    }

    Engine engine{{}, storage::open_store({}), clock};
    std::string arn;
};

}  // namespace

// The request names the table; if it names no shard, the server chooses one.
TEST_CASE("a shard is split on request") {
    Splitting server("KEYS_ONLY");
    const std::string first = server.shards().front().first;
    const HttpResponse response = server.ask("POST", "/_tailrace/streams/split?table=notes", {});
    CHECK(response.status == 200);
    auto shards = server.shards();
    REQUIRE(shards.size() == 3);
    CHECK(shards[1].second == first);
    CHECK(shards[2].second == first);
    CHECK(response.body == R"({"StreamArn":")" + server.arn + R"(","ParentShardId":")" + first +
                               R"(","ChildShardIds":[")" + shards[1].first + R"(",")" + shards[2].first +
                               R"("]})");

    const std::string path = "/_tailrace/streams/split?table=notes&shard=" + shards[2].first;
    CHECK(server.ask("POST", path, {}).status == 200);
    shards = server.shards();
    REQUIRE(shards.size() == 5);
    CHECK(shards[3].second == shards[2].first);
    CHECK(server.ask("POST", path, {}).body ==
          R"({"message":"The shard )" + shards[2].first + " is closed\"}");
}

TEST_CASE("an impossible split is refused") {
    Splitting server;
    const auto refusal = [&](const std::string& query) {
        const HttpResponse response = server.ask("POST", "/_tailrace/streams/split" + query, {});
        CHECK(response.status == 400);
        return response.body;
    };
    CHECK(refusal("") == R"({"message":"The query must contain table, the name of a table. )"
                         R"(It may contain shard, the id of a shard."})");
    CHECK(refusal("?table=notes") == R"({"message":"The table notes has no enabled stream."})");
    CHECK(refusal("?table=nowhere") ==
          R"({"message":"Requested resource not found: Table: nowhere not found"})");
    Splitting streaming("KEYS_ONLY");
    CHECK(streaming.ask("POST", "/_tailrace/streams/split?table=notes&shard=s", {}).body ==
          R"({"message":"Requested resource not found: Shard does not exist"})");
}
