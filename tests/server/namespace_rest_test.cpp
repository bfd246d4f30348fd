#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "engine/table/database.hpp"
#include "tests/allocated_bytes.hpp"
#include "tests/catch.hpp"
#include "tests/server/namespaces_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;
using namespace std::chrono_literals;

namespace {

const auto noon = std::chrono::steady_clock::time_point(12h);

/// A function that counts the records of its batches, and fails as long as the test wants it to.
class Counter final : public stream::Handler {
  public:
    stream::HandlerResult handle(const stream::EventBatch& batch) override {
        if (fails) return stream::HandlerResult::failed("not now");
        records += static_cast<int>(batch.records.size());
        return {};
    }
    void rest() noexcept override { ++rests; }

    std::atomic<bool> fails = false;
    std::atomic<int> records = 0;
    std::atomic<int> rests = 0;
};

/// Makes all namespaces rest that have had no request since the previous sweep.
void let_rest(NamespacesFixture& server) {
    server.namespaces.sweep(noon);
    server.namespaces.sweep(noon + 300s);
}

constexpr std::chrono::minutes rest_patience(1);

}  // namespace

// The data is shared, and a connection and a Tailrace are made by the first request.
TEST_CASE("a fork without requests takes at most 20 KB") {
    if (!tests::sees_allocations()) return;
    NamespacesFixture server;
    server.create_table("/", "songs");
    for (int i = 0; i < 100; ++i) server.put("/", "songs", std::string(1000, 'x') + std::to_string(i));
    server.namespaces.create({.name = "seed", .from = "default"});
    constexpr int forks = 500;
    const std::ptrdiff_t before = tests::allocated_bytes();
    for (int i = 0; i < forks; ++i) {
        server.namespaces.create(
            {.name = "fork" + std::to_string(i), .from = i % 2 == 0 ? "default" : "seed"});
    }
    CHECK((tests::allocated_bytes() - before) / forks <= 20'000);
    CHECK(server.namespaces.running().empty());
    CHECK(server.namespaces.status("fork499").size->items == 100);
    CHECK(server.operation("/~fork499/", "Scan", R"({"TableName":"songs","Select":"COUNT"})") ==
          R"({"Count":100,"ScannedCount":100})");
}

// The counts of tables are in memory until somebody forks. A fork of a fork has them, too.
TEST_CASE("a fork has the counts and the sequence of its source, whenever it is made") {
    NamespacesFixture server;
    server.create_table("/", "songs");
    for (int turn = 1; turn <= 3; ++turn) {
        server.put("/", "songs", std::to_string(turn));
        const std::string name = "fork" + std::to_string(turn);
        server.namespaces.create({.name = name, .from = "default"});
        server.namespaces.create({.name = name + "b", .from = "default"});
        CHECK(server.namespaces.status(name + "b").size->items == turn);
        CHECK(server.namespaces.find(name + "b")->tailrace().contents().size().items == turn);
        const auto sequence = [](Tailrace& of) {
            return of.engine().database().read(
                [](table::ReadSession& session) { return session.sequence(); });
        };
        CHECK(sequence(server.namespaces.find(name)->tailrace()) == sequence(server.home));
    }
}

TEST_CASE("a snapshot of a namespace that has had no request, and a restore, begin nothing") {
    NamespacesFixture server;
    server.create_table("/", "songs");
    server.put("/", "songs", "a");
    server.namespaces.create({.name = "blue", .from = "default"});
    server.namespaces.create({.name = "empty"});
    for (const char* name : {"blue", "empty"}) {
        server.namespaces.take_snapshot(name, "seed");
        server.namespaces.restore(name, "seed");
    }
    CHECK(server.namespaces.running().empty());
    CHECK(server.namespaces.status("blue").size->items == 1);
    server.put("/~blue/", "songs", "b");
    server.create_table("/~empty/", "songs");
    CHECK(server.keys("/~blue/", "songs").size() == 3);
    for (const char* name : {"blue", "empty"}) server.namespaces.restore(name, "seed");
    CHECK(server.keys("/~blue/", "songs") == "a");
    CHECK(server.operation("/~empty/", "ListTables", "{}") == R"({"TableNames":[]})");
    server.create_table("/~empty/", "songs");
    CHECK(server.operation("/~empty/", "ListTables", "{}") == R"({"TableNames":["songs"]})");
}

TEST_CASE("a namespace rests when it has had no request for the time given, and no earlier") {
    NamespacesFixture server({.idle_limit = 60s});
    const auto function = std::make_shared<Counter>();
    server.home.functions().add("counter", function);
    server.create_table("/~blue/", "songs");
    server.namespaces.sweep(noon);
    server.namespaces.sweep(noon + 59s);
    server.put("/~blue/", "songs", "a");
    server.namespaces.sweep(noon + 60s);
    server.namespaces.sweep(noon + 119s);
    // A request that is under way holds the namespace.
    const auto under_way = server.namespaces.find("blue");
    server.namespaces.sweep(noon + 150s);
    server.namespaces.sweep(noon + 209s);
    CHECK(function->rests == 0);
    CHECK(under_way != nullptr);
}

TEST_CASE("a namespace that is idle rests, and the default one does not") {
    NamespacesFixture server({.idle_limit = 60s});
    const auto function = std::make_shared<Counter>();
    server.home.functions().add("counter", function);
    server.create_table("/~blue/", "songs");
    server.create_table("/", "songs");
    server.namespaces.sweep(noon);
    CHECK(function->rests == 0);
    server.namespaces.sweep(noon + 60s);
    CHECK(function->rests == 1);
}

TEST_CASE("without a limit no namespace rests") {
    NamespacesFixture server({.idle_limit = 0s});
    const auto function = std::make_shared<Counter>();
    server.home.functions().add("counter", function);
    server.create_table("/~blue/", "songs");
    let_rest(server);
    CHECK(function->rests == 0);
}

TEST_CASE("a namespace that rests frees its connection until its next request") {
    if (!tests::sees_allocations()) return;
    NamespacesFixture server;
    server.create_table("/~blue/", "songs");
    server.put("/~blue/", "songs", "a");
    CHECK(server.keys("/~blue/", "songs") == "a");
    server.namespaces.sweep(noon);
    const std::ptrdiff_t asked = tests::allocated_bytes();
    server.namespaces.sweep(noon + 300s);
    const std::ptrdiff_t freed = asked - tests::allocated_bytes();
    CHECK(freed > 60'000);
    // Looking at its size does not open it.
    CHECK(server.namespaces.list().at(1).size->items == 1);
    CHECK(asked - tests::allocated_bytes() > 60'000);
    CHECK(server.keys("/~blue/", "songs") == "a");
    CHECK(asked - tests::allocated_bytes() < 45'000);
}

// Everything that a request can see is the same before and after.
TEST_CASE("a namespace that has rested has lost nothing") {
    NamespacesFixture server;
    server.home.functions().add("counter", std::make_shared<Counter>());
    server.home.map({.table = "songs", .handler = "counter", .parameters = {}});
    server.namespaces.create({.name = "blue", .from = "default"});
    server.create_table("/~blue/", "songs");
    server.put("/~blue/", "songs", "a");
    server.tell(
        "PUT", "/~blue/_tailrace/faults",
        R"([{"Name":"one","Operation":"ListTables","Times":1,"Then":{"Error":"ThrottlingException"}}])");
    CHECK(server.operation("/~blue/", "ListTables", "{}").find("ThrottlingException") != std::string::npos);
    const auto ask_cognito = [&server](const std::string& operation, const std::string& body) {
        Headers headers = signed_headers(operation);
        headers.at(1).second = "AWSCognitoIdentityProviderService." + operation;
        return server.ask("POST", "/~blue/", headers, body).body;
    };
    ask_cognito("CreateUserPool", R"({"PoolName":"people"})");
    REQUIRE(server.namespaces.find("blue")->tailrace().dispatcher().drain(rest_patience).empty());
    const auto seen = [&] {
        std::string all = ask_cognito("ListUserPools", R"({"MaxResults":9})");
        for (const char* path : {"/~blue/_tailrace/faults", "/~blue/_tailrace/requests",
                                 "/~blue/_tailrace/streams", "/~blue/_tailrace/namespaces"}) {
            all.append("\n").append(server.tell("GET", path));
        }
        return all;
    };
    const std::string before = seen();
    INFO(before);
    for (const char* kept : {"people", R"("Name":"one")", R"("Operation":"PutItem")", "songs/counter"}) {
        CHECK(before.find(kept) != std::string::npos);
    }
    let_rest(server);
    CHECK(seen() == before);
    CHECK(server.keys("/~blue/", "songs") == "a");
}

TEST_CASE("a mapping of a namespace that rests goes on from where it was") {
    NamespacesFixture server;
    const auto function = std::make_shared<Counter>();
    server.home.functions().add("counter", function);
    server.home.map({.table = "songs", .handler = "counter", .parameters = {}});
    server.namespaces.create({.name = "blue", .from = "default"});
    server.create_table("/~blue/", "songs");
    stream::Dispatcher& dispatcher = server.namespaces.find("blue")->tailrace().dispatcher();
    server.put("/~blue/", "songs", "a");
    REQUIRE(dispatcher.drain(rest_patience).empty());
    function->fails = true;
    server.put("/~blue/", "songs", "b");
    let_rest(server);
    CHECK(function->records == 1);
    function->fails = false;
    REQUIRE(dispatcher.drain(rest_patience).empty());
    CHECK(function->records == 2);
    let_rest(server);
    server.put("/~blue/", "songs", "c");
    REQUIRE(dispatcher.drain(rest_patience).empty());
    CHECK(function->records == 3);
}

// The threads are those of the default namespace, which ends last.
TEST_CASE("the mappings of all namespaces share the threads of the default one") {
    NamespacesFixture server;
    server.create_table("/~blue/", "songs");
    Tailrace& blue = server.namespaces.find("blue")->tailrace();
    CHECK(&blue.dispatcher().threads() == &server.home.dispatcher().threads());
}
