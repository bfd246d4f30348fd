#include "server/namespaces.hpp"

#include <future>
#include <latch>
#include <memory>
#include <string>
#include <thread>

#include "engine/table/database.hpp"
#include "server/wire/moment.hpp"
#include "tests/catch.hpp"
#include "tests/server/namespaces_fixture.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

/// Records the keys of the records that it is called with, and then does what the test wants.
class Recorder final : public stream::Handler {
  public:
    explicit Recorder(std::function<void()> then = {}) : then_(std::move(then)) {}

    stream::HandlerResult handle(const stream::EventBatch& batch) override {
        {
            const std::lock_guard lock(mutex_);
            for (const stream::EventRecord& record : batch.records) {
                const auto parsed = boost::json::parse(record.json);
                keys_.append(keys_.empty() ? "" : " ")
                    .append(parsed.at("dynamodb").at("Keys").at("k").at("S").as_string());
            }
        }
        if (then_) then_();
        return {};
    }
    std::string keys() {
        const std::lock_guard lock(mutex_);
        return keys_;
    }

  private:
    const std::function<void()> then_;
    std::mutex mutex_;
    std::string keys_;
};

/// Waits until the functions of a namespace have been called with every change.
void drain_mappings(Tailrace& tailrace) {
    REQUIRE(tailrace.dispatcher().drain(std::chrono::minutes(1)).empty());
}

/// A server whose default namespace calls a recorder with the changes of the table songs.
struct RecordingServer : NamespacesFixture {
    RecordingServer() {
        home.functions().add("recorder", recorder);
        home.map({.table = "songs", .handler = "recorder", .parameters = {}});
    }

    const std::shared_ptr<Recorder> recorder = std::make_shared<Recorder>();
};

}  // namespace

// The same table exists twice, and neither namespace sees what is in the other.
TEST_CASE("a path and a header choose the namespace, and the path comes first") {
    NamespacesFixture server;
    server.create_table("/~blue/", "songs");
    server.create_table("/", "songs", {{"X-Tailrace-Namespace", "green"}});
    server.put("/~blue", "songs", "a");
    server.put("/%7Egreen/", "songs", "b");
    CHECK(server.keys("/~blue/", "songs") == "a");
    CHECK(server.keys("http://localhost:8000/~green/", "songs") == "b");
    CHECK(server.keys("/", "songs") == "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException");
    CHECK(server.operation("/~blue/", "Scan", R"({"TableName":"songs","Select":"COUNT"})",
                           {{"x-tailrace-namespace", "nowhere"}}) == R"({"Count":1,"ScannedCount":1})");
    CHECK(server.names() == "default blue green");
}

TEST_CASE("the user of a proxy is a namespace") {
    NamespacesFixture server;
    const std::string target = "http://dynamodb.eu-west-1.amazonaws.com/";
    // "blue:namespace"
    const Headers blue = {{"Proxy-Authorization", "Basic Ymx1ZTpuYW1lc3BhY2U="}};
    server.create_table(target, "songs", blue);
    CHECK(server.operation("/~blue/", "ListTables", "{}") == R"({"TableNames":["songs"]})");
    CHECK(server.operation(target, "ListTables", "{}") == R"({"TableNames":[]})");
    CHECK(server.operation("/", "ListTables", "{}", blue) == R"({"TableNames":[]})");
}

TEST_CASE("the default namespace has a name, too") {
    NamespacesFixture server;
    server.create_table("/~default/", "songs");
    CHECK(server.operation("/", "ListTables", "{}") == R"({"TableNames":["songs"]})");
    CHECK(server.names() == "default");
}

TEST_CASE("a namespace that does not exist answers like an empty one, and is not made") {
    NamespacesFixture server;
    CHECK(server.operation("/~blue/", "ListTables", "{}") == R"({"TableNames":[]})");
    CHECK(server.keys("/~blue/", "songs") == "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException");
    CHECK(server.tell("GET", "/~blue/_tailrace/streams") == R"(200 {"Mappings":[]})");
    // Requests to one namespace that does not exist are not listed in another one.
    CHECK(server.tell("GET", "/~green/_tailrace/requests") == R"(200 {"Requests":[],"Newest":0})");
    Headers other = signed_headers("CreateTable");
    other[1].second = "Other.CreateTable";
    CHECK(server.ask("POST", "/~blue/", other, "{}").status == 400);
    CHECK(server.names() == "default");
    CHECK(server.tell("POST", "/~blue/_tailrace/namespaces", R"({"Name":"blue"})").starts_with("200 "));
    CHECK(server.tell("DELETE", "/_tailrace/namespaces/blue") == R"(200 {"Removed":"blue"})");
    // The time that a clock was moved to has to be kept, so this request makes the namespace.
    server.tell("POST", "/~blue/_tailrace/clock", R"({"Seconds":60})");
    CHECK(server.names() == "default blue");
    CHECK(server.tell("GET", "/~blue/_tailrace/clock") ==
          R"(200 {"Now":"2026-01-31T12:01:00.000Z","EpochSeconds":1.76986086E9,"Manual":true})");
    CHECK(server.tell("GET", "/_tailrace/clock") ==
          R"(200 {"Now":"2026-01-31T12:00:00.000Z","EpochSeconds":1.7698608E9,"Manual":true})");
}

// A table name has at least three characters.
TEST_CASE("a CreateTable that is refused makes no namespace") {
    NamespacesFixture server;
    CHECK(server.operation("/~blue/", "CreateTable", NamespacesFixture::definition("s"))
              .starts_with(R"({"__type":"com.amazon.coral.validate#ValidationException")"));
    CHECK(server.operation("/~blue/", "CreateTable", "[")
              .starts_with(R"({"__type":"com.amazon.coral.service#SerializationException")"));
    Headers unsigned_one = signed_headers("CreateTable");
    unsigned_one.pop_back();
    const HttpResponse refused =
        server.ask("POST", "/~blue/", unsigned_one, NamespacesFixture::definition("songs"));
    CHECK(refused.status == 400);
    CHECK(server.names() == "default");
    // Another namespace that does not exist is still empty, too.
    CHECK(server.operation("/~green/", "ListTables", "{}") == R"({"TableNames":[]})");
    const std::string made =
        server.operation("/~blue/", "CreateTable", NamespacesFixture::definition("songs"));
    CHECK(made.starts_with(R"({"TableDescription":{)"));
    CHECK(server.names() == "default blue");
}

TEST_CASE("what is not a name is refused in the form of the API that the request is for") {
    NamespacesFixture server;
    const std::string message =
        "'bl ue' is not the name of a namespace: 1 to 64 letters, digits, dots, underscores and hyphens, not "
        "only dots.";
    CHECK(server.operation("/~bl ue/", "ListTables", "{}") ==
          R"({"__type":"com.amazon.coral.validate#ValidationException","message":")" + message + "\"}");
    CHECK(server.tell("GET", "/~bl ue/_tailrace/streams") == R"(400 {"message":")" + message + "\"}");
    CHECK(server.tell("GET", "/~bl ue/2015-03-31/functions") ==
          R"(400 {"Type":"User","message":")" + message + "\"}");
    CHECK(server.tell("POST", "/_tailrace/namespaces", R"({"Name":"bl\u0000ue"})") ==
          R"(400 {"message":")" + message + "\"}");
    // A client removes `.` from a path, and `..` together with the part before it.
    for (const std::string name : {".", ".."}) {
        const std::string refusal = R"(400 {"message":")" + ("'" + name + message.substr(message.find("' ")));
        CHECK(server.tell("POST", "/_tailrace/namespaces", R"({"Name":")" + name + "\"}") == refusal + "\"}");
        CHECK(server.tell("POST", "/_tailrace/namespaces/default/snapshots", R"({"Name":")" + name + "\"}") ==
              refusal + "\"}");
    }
    CHECK(server.ask("POST", "/~/", signed_headers("ListTables"), "{}").status == 400);
    CHECK(server.ask("POST", "/~" + std::string(65, 'a'), signed_headers("ListTables"), "{}").status == 400);
    CHECK(server.ask("POST", "/~" + std::string(64, 'a'), signed_headers("ListTables"), "{}").status == 200);
    CHECK(server.ask("POST", "/", signed_headers("ListTables", {{"x-tailrace-namespace", "a/b"}}), "{}")
              .status == 400);
}

TEST_CASE("who is not let in makes no namespace") {
    NamespacesFixture server({}, {}, {.access = {.admin_token = "secret"}});
    CHECK(server.ask("POST", "/~blue/_tailrace/clock", {}, R"({"Seconds":60})").status == 401);
    CHECK(server.ask("GET", "/~blue/_tailrace/streams").status == 401);
    CHECK(server.ask("GET", "/~bl ue/_tailrace/streams").status == 401);
    CHECK(server.names() == "default");
    CHECK(server.ask("POST", "/~blue/_tailrace/clock", {{"X-Tailrace-Token", "secret"}}, R"({"Seconds":60})")
              .status == 200);
    CHECK(server.names() == "default blue");
}

TEST_CASE("with explicit namespaces, a request to another one is refused") {
    NamespacesFixture server({.are_explicit = true});
    const std::string message =
        "There is no namespace 'blue'. GET /_tailrace/namespaces lists them, POST makes one.";
    server.create_table("/~blue/", "songs");
    CHECK(server.names() == "default");
    CHECK(server.operation("/~blue/", "ListTables", "{}") ==
          R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":")" + message +
              "\"}");
    for (const char* path : {"/~blue/_tailrace/streams", "/_tailrace/namespaces/blue/reset"}) {
        CHECK(server.tell("POST", path) == R"(404 {"message":")" + message + "\"}");
    }
    CHECK(server.tell("GET", "/~blue/2015-03-31/functions") ==
          R"(404 {"Type":"User","Message":")" + message + "\"}");
    server.tell("POST", "/_tailrace/namespaces", R"({"Name":"blue"})");
    server.create_table("/~blue/", "songs");
    CHECK(server.operation("/~blue/", "ListTables", "{}") == R"({"TableNames":["songs"]})");
}

TEST_CASE("namespaces are made, listed and removed") {
    NamespacesFixture server({.max_namespaces = 2});
    server.create_table("/", "songs");
    server.put("/", "songs", "a");
    CHECK(server.tell("POST", "/_tailrace/namespaces", R"({"Name":"blue","From":"default"})") ==
          R"(200 {"Name":"blue","Tables":1,"Items":1,"Bytes":2,"Clock":"2026-01-31T12:00:00.000Z",)"
          R"("Snapshots":[]})");
    CHECK(server.tell("POST", "/_tailrace/namespaces", R"({"Name":"blue"})") ==
          R"(409 {"message":"There is already a namespace 'blue'."})");
    CHECK(server.tell("POST", "/_tailrace/namespaces", R"({"Name":"green","From":"red"})") ==
          R"(404 {"message":"There is no namespace 'red'. GET /_tailrace/namespaces lists them, POST makes )"
          R"(one."})");
    CHECK(server.tell("POST", "/~blue/_tailrace/namespaces", R"({"Name":"green","Clock":"real"})") ==
          R"(200 {"Name":"green","Tables":0,"Items":0,"Bytes":0,"Clock":"real","Snapshots":[]})");
    const std::string too_many =
        "There are already 2 namespaces, as many as --max-namespaces allows. DELETE "
        "/_tailrace/namespaces/NAME removes one.";
    CHECK(server.tell("POST", "/_tailrace/namespaces", R"({"Name":"red"})") ==
          R"(409 {"message":")" + too_many + "\"}");
    CHECK(server.tell("POST", "/~red/_tailrace/clock") == R"(409 {"message":")" + too_many + "\"}");
    CHECK(server.operation("/~red/", "CreateTable", NamespacesFixture::definition("songs")) ==
          R"({"__type":"com.amazonaws.dynamodb.v20120810#LimitExceededException","message":")" + too_many +
              "\"}");
    CHECK(server.tell("DELETE", "/~blue/_tailrace/namespaces/blue") == R"(200 {"Removed":"blue"})");
    CHECK(server.keys("/~blue/", "songs") == "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException");
    CHECK(server.tell("DELETE", "/_tailrace/namespaces/default") ==
          R"(409 {"message":"The default namespace cannot be removed. POST )"
          R"(/_tailrace/namespaces/default/reset removes everything in it."})");
    CHECK(server.names() == "default green");
}

TEST_CASE("an invalid body for an endpoint about namespaces is refused with what is allowed") {
    NamespacesFixture server;
    CHECK(
        server.tell("POST", "/_tailrace/namespaces", R"({"Nam":"blue"})") ==
        R"(400 {"message":"POST /_tailrace/namespaces: unknown member 'Nam' (known: Name, From and Clock); )"
        R"(did you mean Name?"})");
    CHECK(server.tell("POST", "/_tailrace/namespaces") == R"(400 {"message":"The body must have a Name."})");
    CHECK(server.tell("POST", "/_tailrace/namespaces", "[]") ==
          R"(400 {"message":"The body must be a JSON object."})");
    CHECK(server.tell("POST", "/_tailrace/namespaces", R"({"Name":1})") ==
          R"(400 {"message":"Name must be a string."})");
    CHECK(server.tell("POST", "/_tailrace/namespaces", R"({"Name":"blue","From":""})") ==
          R"(400 {"message":"From must be the name of a namespace. Leave it out to make an empty one."})");
    CHECK(server.tell("POST", "/_tailrace/namespaces", R"({"Name":"blue","Clock":"noon"})") ==
          R"(400 {"message":"Clock must be a time such as 2026-01-31T12:00:00Z, or real for the machine's )"
          R"(clock."})");
    CHECK(server.tell("POST", "/_tailrace/namespaces/default/reset", R"({"Items":1})") ==
          R"(400 {"message":"Items must be true or false."})");
    CHECK(server.tell("POST", "/_tailrace/namespaces/default/restore", R"({"Name":"seed"})") ==
          R"(404 {"message":"The namespace 'default' has no snapshot 'seed'."})");
    CHECK(server.names() == "default");
}

TEST_CASE("a fork and its source change independently") {
    NamespacesFixture server;
    server.create_table("/", "songs");
    server.put("/", "songs", "a");
    server.tell("POST", "/_tailrace/namespaces", R"({"Name":"blue","From":"default"})");
    server.put("/", "songs", "b");
    // A fork of a fork that has had no request.
    server.tell("POST", "/_tailrace/namespaces", R"({"Name":"green","From":"blue"})");
    server.put("/~blue/", "songs", "c");
    server.tell("POST", "/_tailrace/namespaces",
                R"({"Name":"red","From":"blue","Clock":"2027-01-01T00:00:00Z"})");
    const auto has = [&](const std::string& path, const std::string& key) {
        return server.operation(path, "GetItem",
                                R"({"TableName":"songs","Key":{"k":{"S":")" + key + R"("}}})") != "{}";
    };
    CHECK((has("/", "a") && has("/", "b") && !has("/", "c")));
    CHECK((has("/~blue/", "a") && !has("/~blue/", "b") && has("/~blue/", "c")));
    CHECK((has("/~green/", "a") && !has("/~green/", "b") && !has("/~green/", "c")));
    CHECK((has("/~red/", "a") && has("/~red/", "c")));
    CHECK(
        server.tell("GET", "/~red/_tailrace/clock").starts_with(R"(200 {"Now":"2027-01-01T00:00:00.000Z")"));
    // The counts are those of the rows.
    CHECK(server.namespaces.list().at(0).size->items == 2);
    CHECK(server.namespaces.list().at(1).size->items == 2);
}

TEST_CASE("a fork has the mappings with their places") {
    RecordingServer server;
    server.create_table("/", "songs");
    server.put("/", "songs", "a");
    drain_mappings(server.home);
    server.tell("POST", "/_tailrace/namespaces", R"({"Name":"blue","From":"default"})");
    server.put("/", "songs", "b");
    drain_mappings(server.home);
    server.put("/~blue/", "songs", "c");
    drain_mappings(server.namespaces.find("blue")->tailrace());
    CHECK(server.recorder->keys() == "a b c");
}

TEST_CASE("a restored namespace is as it was, with the time and the places of its mappings") {
    RecordingServer server;
    server.create_table("/", "songs");
    server.put("/", "songs", "a");
    drain_mappings(server.home);
    const std::string seeded =
        R"(200 {"Name":"default","Tables":1,"Items":1,"Bytes":2,"Clock":"2026-01-31T12:00:00.000Z",)"
        R"("Snapshots":["seed"]})";
    CHECK(server.tell("POST", "/_tailrace/namespaces/default/snapshots", R"({"Name":"seed"})") == seeded);
    for (int turn = 0; turn < 2; ++turn) {
        server.put("/", "songs", "b");
        server.create_table("/", "albums");
        server.clock.advance(std::chrono::hours(1));
        drain_mappings(server.home);
        CHECK(server.tell("POST", "/_tailrace/namespaces/default/restore", R"({"Name":"seed"})") == seeded);
        CHECK(server.keys("/", "songs") == "a");
    }
    CHECK(server.recorder->keys() == "a b b");
    CHECK(server.tell("DELETE", "/_tailrace/namespaces/default/snapshots/seed").starts_with("200 "));
    CHECK(server.tell("POST", "/_tailrace/namespaces/default/restore", R"({"Name":"seed"})")
              .starts_with("404 "));
}

TEST_CASE("a namespace has at most 100 snapshots") {
    NamespacesFixture server;
    const auto take = [&](const std::string& name) {
        return server.tell("POST", "/_tailrace/namespaces/default/snapshots", R"({"Name":")" + name + "\"}");
    };
    for (int number = 0; number < 100; ++number) REQUIRE(take(std::to_string(number)).starts_with("200 "));
    CHECK(take("another") == R"(409 {"message":"The namespace 'default' already has 100 snapshots. DELETE )"
                             R"(/_tailrace/namespaces/default/snapshots/NAME removes one."})");
    CHECK(take("99").starts_with("200 "));
    CHECK(server.tell("DELETE", "/_tailrace/namespaces/default/snapshots/0").starts_with("200 "));
    CHECK(take("another").starts_with("200 "));
}

TEST_CASE("a namespace that was reset is as it began") {
    RecordingServer server;
    for (const char* key : {"a", "b"}) {
        server.create_table("/", "songs");
        server.put("/", "songs", key);
        drain_mappings(server.home);
        server.clock.advance(std::chrono::hours(1));
        CHECK(server.tell("POST", "/_tailrace/namespaces/default/reset") ==
              R"(200 {"Name":"default","Tables":0,"Items":0,"Bytes":0,"Clock":"2026-01-31T12:00:00.000Z",)"
              R"("Snapshots":[]})");
    }
    CHECK(server.recorder->keys() == "a b");
}

TEST_CASE("the items can be removed without the tables") {
    RecordingServer server;
    server.create_table("/", "songs");
    const std::string transaction =
        R"({"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"songs",)"
        R"("Item":{"k":{"S":"a"}}}}]})";
    CHECK(server.operation("/", "TransactWriteItems", transaction) == "{}");
    drain_mappings(server.home);
    CHECK(server.tell("POST", "/_tailrace/namespaces/default/reset", R"({"Items":true})") ==
          R"(200 {"Name":"default","Tables":1,"Items":0,"Bytes":0,"Clock":"2026-01-31T12:00:00.000Z",)"
          R"("Snapshots":[]})");
    CHECK(server.keys("/", "songs").empty());
    // The token was used before the reset. It does not prevent the same transaction now.
    CHECK(server.operation("/", "TransactWriteItems", transaction) == "{}");
    CHECK(server.keys("/", "songs") == "a");
    drain_mappings(server.home);
    CHECK(server.recorder->keys() == "a a");
}

// The call under way when the reset begins writes into another table before it ends.
TEST_CASE("a reset waits for the calls of mappings under way") {
    NamespacesFixture server;
    const auto function = std::make_shared<Recorder>([&] {
        // The mapping is taken out of the list before its calls are waited for.
        while (!server.home.dispatcher().statuses().empty()) std::this_thread::yield();
        server.put("/", "copies", "late");
    });
    server.home.functions().add("recorder", function);
    server.create_table("/", "copies");
    server.create_table("/", "songs");
    server.home.map({.table = "songs", .handler = "recorder", .parameters = {}});
    server.put("/", "songs", "a");
    while (function->keys().empty()) std::this_thread::yield();
    server.tell("POST", "/_tailrace/namespaces/default/reset", R"({"Items":true})");
    CHECK(server.keys("/", "copies").empty());
    CHECK(function->keys() == "a");
}

TEST_CASE("credentials choose the namespace if the server isolates by them") {
    const auto headers = [](const std::string& key, const std::string& region) {
        Headers signed_by = signed_headers("ListTables");
        signed_by.back().second = "AWS4-HMAC-SHA256 Credential=" + key + "/20260131/" + region +
                                  "/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
        return signed_by;
    };
    const auto makes = [&](Isolation isolation, const std::string& key, const std::string& region) {
        NamespacesFixture server({.isolation = isolation});
        Headers create = headers(key, region);
        create[1].second = "DynamoDB_20120810.CreateTable";
        server.ask("POST", "/", create, NamespacesFixture::definition("songs"));
        return server.names();
    };
    CHECK(makes(Isolation::none, "123456789012", "eu-west-1") == "default");
    CHECK(makes(Isolation::access_key, "alice", "eu-west-1") == "default alice");
    // The server's functions sign with this key. It may be the token of --admin-token.
    CHECK(makes(Isolation::access_key, "local", "eu-west-1") == "default");
    CHECK(makes(Isolation::account, "123456789012", "eu-west-1") == "default 123456789012");
    CHECK(makes(Isolation::account, "alice", "eu-west-1") == "default");
    CHECK(makes(Isolation::account, "000000000000", "eu-west-1") == "default");
    CHECK(makes(Isolation::region, "123456789012", "eu-west-1") == "default eu-west-1");
    CHECK(makes(Isolation::region, "123456789012", "us-east-1") == "default");
    CHECK(makes(Isolation::account_and_region, "123456789012", "eu-west-1") ==
          "default 123456789012.eu-west-1");
    // The account in the host takes precedence over the one in the key. A path takes precedence over both.
    NamespacesFixture server({.isolation = Isolation::account});
    Headers create = headers("alice", "eu-west-1");
    create[1].second = "DynamoDB_20120810.CreateTable";
    create.emplace_back("Host", "123456789012.ddb.eu-west-1.amazonaws.com");
    const HttpResponse made =
        server.ask("POST", "/", create,
                   R"({"TableName":"songs","BillingMode":"PAY_PER_REQUEST",)"
                   R"("AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],)"
                   R"("KeySchema":[{"AttributeName":"k","KeyType":"HASH"}]})");
    CHECK(boost::json::parse(made.body).at("TableDescription").at("TableArn").as_string() ==
          "arn:aws:dynamodb:eu-west-1:123456789012:table/songs");
    CHECK(server.operation("/~default/", "ListTables", "{}") == R"({"TableNames":[]})");
}

// AWS's body stays as it is.
TEST_CASE("the hint for a missing table names the namespaces that have it") {
    NamespacesFixture server;
    server.create_table("/~blue/", "songs");
    server.tell("POST", "/_tailrace/namespaces", R"({"Name":"green","From":"blue"})");
    const auto describe = [&server](const std::string& path, const std::string& table) {
        return server.ask("POST", path, signed_headers("DescribeTable"),
                          R"({"TableName":")" + table + R"("})");
    };
    const HttpResponse songs = describe("/", "songs");
    CHECK(songs.body ==
          R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested )"
          R"(resource not found: Table: songs not found"})");
    CHECK(
        songs.extra_headers ==
        "x-tailrace-hint: the table songs does not exist here, and the namespaces blue and green have it; "
        "the path /~NAME/, the header x-tailrace-namespace or, with --isolate, the credentials of a request "
        "choose its namespace\r\n");
    CHECK(describe("/~nowhere/", "songs").extra_headers == songs.extra_headers);
    CHECK(describe("/", "albums").extra_headers ==
          "x-tailrace-hint: the table albums does not exist; there are no tables here yet\r\n");
}

TEST_CASE("a fork in a file has the same kind of clock after a restart") {
    const tests::TemporaryFolder folder;
    const auto clocks = [](NamespacesFixture& server) {
        std::string listed;
        for (const NamespaceStatus& each : server.namespaces.list()) {
            listed.append(each.name).append(each.clock ? " " + iso_time(*each.clock) : " real").append("; ");
        }
        return listed;
    };
    {
        NamespacesFixture server({}, folder.path("data.db"));
        server.namespaces.create({.name = "real", .has_real_clock = true});
        server.namespaces.create({.name = "real-fork", .from = "real"});
        server.namespaces.create({.name = "own", .clock = server.clock.now() + std::chrono::hours(24)});
        server.namespaces.create({.name = "own-fork", .from = "own"});
        server.tell("POST", "/~own-fork/_tailrace/clock", R"({"Seconds":60})");
        server.namespaces.create({.name = "own-second", .from = "own-fork"});
        server.clock.advance(std::chrono::hours(1));
        server.namespaces.create({.name = "plain-fork", .from = "default"});
    }
    NamespacesFixture server({}, folder.path("data.db"));
    CHECK(
        clocks(server) ==
        "default 2026-01-31T12:00:00.000Z; own 2026-02-01T12:00:00.000Z; own-fork 2026-02-01T12:00:00.000Z; "
        "own-second 2026-02-01T12:01:00.000Z; plain-fork 2026-01-31T12:00:00.000Z; real real; "
        "real-fork real; ");
}

// Otherwise one of them would hold the thread that answers all connections until the copy is done.
TEST_CASE("while a namespace in a file is restored, its requests wait on threads, and others are answered") {
    const tests::TemporaryFolder folder;
    NamespacesFixture server({}, folder.path("data.db"));
    for (const char* path : {"/", "/~blue/"}) server.create_table(path, "songs");
    server.put("/", "songs", "a");
    server.namespaces.take_snapshot("default", "seed");
    server.put("/", "songs", "b");
    CHECK(server.answering("/") == Answering::at_once);
    std::latch is_held(1);
    std::latch may_end(1);
    std::thread holder([&] {
        server.home.engine().database().read([&](table::ReadSession&) {
            is_held.count_down();
            may_end.wait();
        });
    });
    is_held.wait();
    std::thread restoring([&] { server.namespaces.restore("default", "seed"); });
    while (server.answering("/") == Answering::at_once) std::this_thread::yield();
    CHECK(server.answering("/") == Answering::waiting);
    CHECK(server.answering("/~blue/") == Answering::at_once);
    server.put("/~blue/", "songs", "c");
    CHECK(server.keys("/~blue/", "songs") == "c");
    // The search for the table in other namespaces leaves this one out.
    CHECK(server.keys("/~green/", "songs") == "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException");
    may_end.count_down();
    holder.join();
    restoring.join();
    CHECK(server.answering("/") == Answering::at_once);
    CHECK(server.keys("/", "songs") == "a");
}
