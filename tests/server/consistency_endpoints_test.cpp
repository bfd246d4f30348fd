#include "server/admin/consistency_endpoints.hpp"

#include <boost/json.hpp>

#include "tests/catch.hpp"
#include "tests/server/namespaces_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;
using namespace std::chrono_literals;

namespace {

constexpr const char* path = "/_tailrace/consistency";
constexpr const char* no_lag =
    R"(200 {"ReadLagMs":0,"IndexLagMs":0,"Tables":[],"KeptVersions":0,"KeptBytes":0,"GivenUpVersions":0})";

const std::string table_name_rule =
    "TableName must be the name of a table, 3 to 255 of the characters A-Z a-z 0-9 _ . -, or its ARN.";
const std::string songs_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/songs";

struct LaggingServer : NamespacesFixture {
    LaggingServer() {
        create_table("/", "songs");
        tell("PUT", path, R"({"ReadLagMs":1000})");
        put("/", "songs", "a");
    }

    /// Returns the lags of a namespace in milliseconds, that of reads and that of indexes: "1000 0".
    std::string lags(const std::string& name) {
        const auto shown = boost::json::parse(ask("GET", "/~" + name + path).body);
        return boost::json::serialize(shown.at("ReadLagMs")) + " " +
               boost::json::serialize(shown.at("IndexLagMs"));
    }
};

}  // namespace

TEST_CASE("lags are replaced, shown with what is kept, and removed", "[consistency]") {
    NamespacesFixture server;
    server.create_table("/", "songs");
    CHECK(server.tell("GET", path) == no_lag);
    CHECK(server.tell("PUT", path,
                      R"({"IndexLagMs":2000,"Tables":[{"TableName":"songs","ReadLagMs":500},)"
                      R"({"TableName":"other","IndexLagMs":0}]})") ==
          R"(200 {"ReadLagMs":0,"IndexLagMs":2000,"Tables":[)"
          R"({"TableName":"other","ReadLagMs":0,"IndexLagMs":0},)"
          R"({"TableName":"songs","ReadLagMs":500,"IndexLagMs":2000}],)"
          R"("KeptVersions":0,"KeptBytes":0,"GivenUpVersions":0})");
    server.put("/", "songs", "a");
    CHECK(server.keys("/", "songs").empty());
    const auto shown = boost::json::parse(server.ask("GET", path).body);
    CHECK(shown.at("KeptVersions") == 1);
    CHECK(shown.at("KeptBytes").to_number<int>() > 100);
    CHECK(server.tell("PUT", path, R"({"ReadLagMs":1})") ==
          R"(200 {"ReadLagMs":1,"IndexLagMs":0,"Tables":[],"KeptVersions":0,"KeptBytes":0,)"
          R"("GivenUpVersions":0})");
    CHECK(server.keys("/", "songs") == "a");
    server.put("/", "songs", "b");
    CHECK(server.keys("/", "songs") == "a");
    CHECK(server.tell("DELETE", path) == no_lag);
    CHECK(server.keys("/", "songs") == "a b");
}

TEST_CASE("a table that has lags of zero is shown, and one may be named by its ARN", "[consistency]") {
    NamespacesFixture server;
    server.create_table("/", "songs");
    CHECK(server.tell("PUT", path, R"({"Tables":[{"TableName":"songs"}]})") ==
          R"(200 {"ReadLagMs":0,"IndexLagMs":0,)"
          R"("Tables":[{"TableName":"songs","ReadLagMs":0,"IndexLagMs":0}],)"
          R"("KeptVersions":0,"KeptBytes":0,"GivenUpVersions":0})");
    server.put("/", "songs", "a");
    CHECK(server.keys("/", "songs") == "a");
    CHECK(boost::json::parse(server.ask("GET", path).body).at("KeptVersions") == 0);
    CHECK(server.tell("PUT", path, R"({"Tables":[{"TableName":")" + songs_arn + R"(","ReadLagMs":5}]})") ==
          R"(200 {"ReadLagMs":0,"IndexLagMs":0,)"
          R"("Tables":[{"TableName":"songs","ReadLagMs":5,"IndexLagMs":0}],)"
          R"("KeptVersions":0,"KeptBytes":0,"GivenUpVersions":0})");
    server.put("/", "songs", "b");
    CHECK(server.keys("/", "songs") == "a");
}

TEST_CASE("lags that are wrong are refused, and change nothing", "[consistency]") {
    LaggingServer server;
    const std::string before = server.tell("GET", path);
    const auto refusal = [&](const std::string& body) {
        const HttpResponse response = server.ask("PUT", path, {}, body);
        CHECK(response.status == 400);
        return std::string(boost::json::parse(response.body).at("message").as_string());
    };
    const std::string table = R"({"TableName":"songs"})";
    CHECK(refusal("") == R"(The body must be an object, such as {"ReadLagMs": 500, "IndexLagMs": 2000}.)");
    CHECK(refusal("[]") == R"(The body must be an object, such as {"ReadLagMs": 500, "IndexLagMs": 2000}.)");
    CHECK(refusal(R"({"ReadLag":1})") ==
          "PUT /_tailrace/consistency: unknown member 'ReadLag' "
          "(known: ReadLagMs, IndexLagMs and Tables); did you mean ReadLagMs?");
    for (const char* lag : {"-1", "1.5", "\"1\"", "86400001", "null"}) {
        CAPTURE(lag);
        CHECK(refusal(R"({"IndexLagMs":)" + std::string(lag) + "}") ==
              "the lags: IndexLagMs must be a whole number from 0 to 86400000.");
    }
    CHECK(refusal(R"({"Tables":{}})") == "the lags: Tables must be a list of at most 1000 objects.");
    CHECK(refusal(R"({"Tables":["songs"]})") == "Tables[0]: it must be an object.");
    CHECK(refusal(R"({"Tables":[{"TableName":"songs","LagMs":1}]})") ==
          "Tables[0]: unknown member 'LagMs' (known: TableName, ReadLagMs and IndexLagMs)");
    CHECK(refusal(R"({"Tables":[{"ReadLagMs":1}]})") == "Tables[0]: " + table_name_rule);
    for (const char* name : {"1", "null", "\"\""}) {
        CAPTURE(name);
        CHECK(refusal(R"({"Tables":[{"TableName":)" + std::string(name) + "}]}") ==
              "Tables[0]: TableName must be a text that is not empty.");
    }
    for (const char* name : {"\"ab\"", "\"so ngs\"", "\"songs\\u0007\"", "\"arn:aws:s3:::songs\"",
                             "\"arn:aws:dynamodb:us-east-1:000000000000:table/ab\""}) {
        CAPTURE(name);
        CHECK(refusal(R"({"Tables":[{"TableName":)" + std::string(name) + "}]}") ==
              "Tables[0]: " + table_name_rule);
    }
    CHECK(refusal(R"({"Tables":[{"TableName":")" + std::string(256, 'a') + "\"}]}") ==
          "Tables[0]: " + table_name_rule);
    CHECK(refusal(R"({"Tables":[{"TableName":"songs","ReadLagMs":-1}]})") ==
          "Tables[0]: ReadLagMs must be a whole number from 0 to 86400000.");
    CHECK(refusal(R"({"Tables":[)" + table + "," + table + "]}") ==
          "Tables[1]: the table songs is in the list twice.");
    CHECK(refusal(R"({"Tables":[)" + table + R"(,{"TableName":")" + songs_arn + "\"}]}") ==
          "Tables[1]: the table songs is in the list twice.");
    CHECK(server.tell("GET", path) == before);
}

TEST_CASE("each namespace has lags of its own, and a fork begins with those of its origin", "[consistency]") {
    LaggingServer server;
    server.tell("POST", "/_tailrace/namespaces", R"({"Name":"fork","From":"default"})");
    server.tell("POST", "/_tailrace/namespaces", R"({"Name":"fork-of-fork","From":"fork"})");
    CHECK(server.lags("fork-of-fork") == "1000 0");
    CHECK(server.lags("fork") == "1000 0");
    // What was written before the fork is seen there at once.
    CHECK(server.keys("/~fork/", "songs") == "a");
    CHECK(server.keys("/", "songs").empty());
    server.put("/~fork/", "songs", "b");
    CHECK(server.keys("/~fork/", "songs") == "a");
    server.tell("DELETE", "/~fork/_tailrace/consistency");
    CHECK(server.keys("/~fork/", "songs") == "a b");
    CHECK(server.lags("default") == "1000 0");
    server.tell("POST", "/_tailrace/namespaces", R"({"Name":"empty"})");
    CHECK(server.lags("empty") == "0 0");
}

TEST_CASE("a restore brings back the lags of the snapshot, and a reset removes them", "[consistency]") {
    LaggingServer server;
    server.tell("POST", "/_tailrace/namespaces/default/snapshots", R"({"Name":"late"})");
    CHECK(server.tell("DELETE", path) == no_lag);
    server.tell("POST", "/_tailrace/namespaces/default/restore", R"({"Name":"late"})");
    CHECK(server.lags("default") == "1000 0");
    CHECK(server.keys("/", "songs") == "a");
    server.tell("POST", "/_tailrace/namespaces/default/reset");
    CHECK(server.tell("GET", path) == no_lag);
}

TEST_CASE("a reset that keeps the tables keeps the lags, and shows no earlier item", "[consistency]") {
    LaggingServer server;
    server.clock.advance(1s);
    CHECK(server.keys("/", "songs") == "a");
    server.tell("POST", "/_tailrace/namespaces/default/reset", R"({"Items":true})");
    CHECK(server.keys("/", "songs").empty());
    CHECK(server.lags("default") == "1000 0");
    server.put("/", "songs", "b");
    CHECK(server.keys("/", "songs").empty());
    server.clock.advance(1s);
    CHECK(server.keys("/", "songs") == "b");
}
