#include "server/lambda/mapping_service.hpp"

#include <memory>

#include "server/lambda/lambda_error.hpp"
#include "tests/catch.hpp"
#include "tests/stream/mapping/mapping_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;
using namespace tailrace::tests;
namespace json = boost::json;

namespace {

constexpr const char* state_name = "event-source-mappings";
constexpr const char* queue = "arn:aws:sqs:us-east-1:000000000000:failed";
const std::string uuid = "11111111-2222-8333-8444-555555555555";

/// The mappings that Lambda's API creates for the table of messages, as in one run of the server.
class Run {
  public:
    explicit Run(MessageTable& table, stream::DestinationMap destinations = {})
        : functions_({table.engine()}),
          dispatcher_(table.engine(), {std::move(destinations)}),
          mappings(table.engine(), functions_, dispatcher_) {
        functions_.add("scripted", function);
        notices = mappings.restore();
    }

    /// Returns the answer to an update, or its error as "Name: message".
    std::string update(const std::string& id, const std::string& body) {
        try {
            return json::serialize(mappings.update(id, json::parse(body).as_object()));
        } catch (const LambdaError& error) {
            return error.name() + ": " + error.message();
        }
    }
    json::value shown(const std::string& id, const char* member) { return mappings.get(id).at(member); }
    std::string reason(const std::string& id) {
        return std::string(shown(id, "StateTransitionReason").as_string());
    }
    std::vector<std::string> drain() { return dispatcher_.drain(patience); }

    std::shared_ptr<Scripted> function = std::make_shared<Scripted>();
    std::vector<std::string> notices;

  private:
    stream::FunctionRegistry functions_;
    stream::Dispatcher dispatcher_;

  public:
    MappingService mappings;
};

std::string kept(MessageTable& table) {
    return table.engine()
        .database()
        .read([](tailrace::table::ReadSession& session) { return session.load_state(state_name); })
        .value_or("");
}

void keep(MessageTable& table, const std::string& text) {
    table.engine().database().write([&](tailrace::table::WriteSession& session) {
        session.save_state(state_name, text);
        return true;
    });
}

/// A row as written by the first version that stored mappings, with these parameters changed.
json::object row(MessageTable& table, const std::string& parameters = "{}") {
    json::object kept = json::parse(R"({"UUID":"","FunctionName":"scripted","TableName":"messages",
        "EventSourceArn":"","LastModified":1671408000000000,"Parameters":{"StartingPosition":"TRIM_HORIZON",
        "BatchSize":2,"MaximumBatchingWindowInSeconds":0,"ParallelizationFactor":1,
        "DestinationConfig":{"OnFailure":{}},"MaximumRecordAgeInSeconds":-1,
        "BisectBatchOnFunctionError":false,"MaximumRetryAttempts":-1,"TumblingWindowInSeconds":0,
        "FunctionResponseTypes":[],"Enabled":true}})")
                            .as_object();
    kept["UUID"] = uuid;
    kept["EventSourceArn"] = stream_arn(table);
    const json::value given = json::parse(parameters);
    for (const auto& member : given.as_object())
        kept.at("Parameters").as_object()[member.key()] = member.value();
    return kept;
}

std::string create_mapping(Run& run, MessageTable& table) {
    const json::object made = run.mappings.create({{"EventSourceArn", stream_arn(table)},
                                                   {"FunctionName", "scripted"},
                                                   {"StartingPosition", "TRIM_HORIZON"},
                                                   {"BatchSize", 2}});
    return std::string(made.at("UUID").as_string());
}

const std::string refused_pattern =
    "' at 'destinationConfig.onFailure.destination' failed to satisfy constraint: Member must satisfy "
    "regular "
    R"(expression pattern: $|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:)"
    R"(((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*))";

}  // namespace

TEST_CASE("an update that is refused changes nothing, neither at work nor in the file", "[mappings]") {
    MessageTable table;
    table.create();
    Run run(table, {{queue, "https://example.test/"}});
    const std::string id = create_mapping(run, table);
    const json::object before = run.mappings.get(id);
    const std::string file = kept(table);
    for (const char* body : {
             R"({"Enabled":false,"DestinationConfig":{"OnFailure":{"Destination":"https://x/"}}})",
             R"({"Enabled":false,"DestinationConfig":{"OnFailure":{"Destination":"/tmp/x"}}})",
             R"({"Enabled":false,"DestinationConfig":{"OnFailure":{"Destination":"file:x"}}})",
             R"({"Enabled":false,"FilterCriteria":{"Filters":[{"Pattern":"{}"}]}})",
             R"({"Enabled":false,"FunctionName":"other"})",
             R"({"Enabled":false,"MaximumRecordAgeInSeconds":59})",
             R"({"Enabled":false,"BatchSize":0})",
             R"({"Enabled":false,"BatchSize":"1"})",
         }) {
        CAPTURE(body);
        CHECK(run.update(id, body).find("Exception: ") != std::string::npos);
        CHECK(run.mappings.get(id) == before);
        CHECK(kept(table) == file);
    }
    CHECK(run.update(id, R"({"DestinationConfig":{"OnFailure":{"Destination":"https://x/"}}})") ==
          "ValidationException: 1 validation error detected: Value 'https://x/" + refused_pattern);
    // A faulty stand-in for the ARN is possible only in a program that embeds the server.
    CHECK(run.update(
              id, std::string(R"({"DestinationConfig":{"OnFailure":{"Destination":")") + queue + R"("}}})") ==
          "InvalidParameterValueException: 'https://example.test/' is not an http:// URL");
    CHECK(run.mappings.get(id) == before);
    CHECK(kept(table) == file);
}

TEST_CASE("a mapping that is refused is not made", "[mappings]") {
    MessageTable table;
    table.create();
    Run run(table);
    json::object body{
        {"EventSourceArn", stream_arn(table)}, {"FunctionName", "scripted"}, {"StartingPosition", "LATEST"}};
    for (const char* place : {"https://x/", "http://127.0.0.1:1/", "/tmp/x", "file:/tmp/x", "x", "kafka://",
                              "arn:", "arn:aws:sqs"}) {
        body["DestinationConfig"] = json::object{{"OnFailure", json::object{{"Destination", place}}}};
        CHECK_THROWS_WITH(run.mappings.create(body),
                          std::string("1 validation error detected: Value '") + place + refused_pattern);
    }
    CHECK(run.mappings.list({}).at("EventSourceMappings").as_array().empty());
    CHECK(kept(table).empty());
}

// An ARN needs no stand-in.
TEST_CASE("any ARN is a destination, and shown", "[mappings]") {
    MessageTable table;
    table.create();
    Run run(table);
    const std::string id = create_mapping(run, table);
    for (const std::string name :
         {queue, "arn:aws:sns:eu-west-1:123456789012:failed", "arn:aws:s3:::failed", "kafka://failed",
          "arn:aws:kafka:us-east-1:123456789012:topic/c/u/failed", "arn:aws-us-gov:sqs:us-gov-west-1::q"}) {
        run.update(id, R"({"DestinationConfig":{"OnFailure":{"Destination":")" + name + R"("}}})");
        CHECK(run.shown(id, "DestinationConfig").at("OnFailure").at("Destination").as_string() == name);
    }
}

namespace {

/// Stores a mapping with this fault and a good one. Checks the faulty one as it is, and after it has been
/// repaired.
void check_unstarted(const char* fault, const std::string& reason) {
    CAPTURE(fault);
    MessageTable table;
    table.create();
    put_messages(table, 0, 2);
    const std::string other = "99999999-2222-8333-8444-555555555555";
    json::object good = row(table);
    good["UUID"] = other;
    const json::object bad = row(table, fault);
    keep(table, json::serialize(json::array{bad, good}));
    Run run(table);
    CHECK(run.notices == Texts{"the event source mapping " + uuid + " cannot be started: " + reason});
    CHECK(run.drain().empty());
    CHECK(run.function->calls() == Texts{"0 1"});
    CHECK(run.shown(uuid, "State") == "Disabled");
    CHECK(run.reason(uuid) == "The mapping cannot be started: " + reason);
    REQUIRE(run.mappings.unstarted().size() == 1);
    CHECK(run.mappings.unstarted()[0].id == uuid);
    CHECK(run.mappings.unstarted()[0].start_error == reason);

    // An update that does not repair the fault changes nothing; null values do not repair it.
    const std::string file = kept(table);
    for (const char* body : {R"({"Enabled":true})", "{}",
                             R"({"DestinationConfig":null,"BatchSize":null,"FilterCriteria":null})"}) {
        CHECK(run.update(uuid, body).find("Exception: ") != std::string::npos);
        CHECK(kept(table) == file);
        CHECK(run.mappings.unstarted().size() == 1);
    }
    // A change of the other mapping keeps the bad row as it was.
    run.update(other, R"({"BatchSize":5})");
    CHECK(json::parse(kept(table)).at(0) == bad);

    const std::string mended = run.update(uuid, R"({"BatchSize":1,"FilterCriteria":{},"DestinationConfig":
        {"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:failed"}}})");
    CHECK(json::parse(mended).at("StateTransitionReason") == "User action");
    CHECK(run.shown(uuid, "State") == "Enabled");
    CHECK(run.mappings.unstarted().empty());
    CHECK(run.drain().empty());
    CHECK(run.function->calls() == Texts{"0 1", "0", "1"});
}

std::string place_that_came_over_http(const std::string& place) {
    return "its destination '" + place +
           "' is a path or a URL, which only the command line and the file of --config may name; give it an "
           "ARN";
}

}  // namespace

// The rows are those of an older file. Each has a fault that once kept the server from starting, or sent
// records to a destination given over HTTP.
TEST_CASE("a bad mapping is not started, with the reason, and the others work", "[mappings]") {
    check_unstarted(R"({"DestinationConfig":{"OnFailure":{"Destination":"/tmp/x"}}})",
                    place_that_came_over_http("/tmp/x"));
    check_unstarted(R"({"DestinationConfig":{"OnFailure":{"Destination":"https://x/"}}})",
                    place_that_came_over_http("https://x/"));
    check_unstarted(R"({"BatchSize":0})",
                    "its BatchSize is wrong: 1 validation error detected: Value '0' at 'batchSize' failed to "
                    "satisfy constraint: Member must have value greater than or equal to 1");
    check_unstarted(R"({"FilterCriteria":{"Filters":[{"Pattern":"{}"}]}})",
                    "its FilterCriteria is wrong: Invalid filter pattern definition.");
}

TEST_CASE("a row that cannot be read is not started, and can be deleted", "[mappings]") {
    MessageTable table;
    table.create();
    json::object without_stream = row(table);
    without_stream.erase("EventSourceArn");
    json::object without_id = row(table);
    without_id.erase("UUID");
    keep(table, json::serialize(json::array{"text", without_stream, without_id, row(table)}));
    Run run(table);
    CHECK(run.notices.size() == 4);
    CHECK(run.reason(uuid) == "The mapping cannot be started: its EventSourceArn cannot be read");
    CHECK(run.update(uuid, R"({"BatchSize":1})") ==
          "InvalidParameterValueException: The mapping cannot be started: its EventSourceArn cannot be read. "
          "It has lost "
          "its stream: delete it, and create it again.");
    Run again(table);
    CHECK(again.notices == run.notices);
    for (const stream::MappingStatus& status : again.mappings.unstarted()) again.mappings.remove(status.id);
    CHECK(kept(table) == "[]");
    CHECK(again.mappings.list({}).at("EventSourceMappings").as_array().empty());
}

TEST_CASE("rows that are not JSON are shown as one, and others can be added", "[mappings]") {
    MessageTable table;
    table.create();
    keep(table, "[{\"UUID\":\xff");
    Run run(table);
    REQUIRE(run.notices.size() == 1);
    CHECK(run.notices[0].ends_with(" cannot be started: its stored definition cannot be read"));
    const std::string id = create_mapping(run, table);
    Run again(table);
    CHECK(again.notices == run.notices);
    CHECK(again.shown(id, "State") == "Enabled");
}

TEST_CASE("a mapping whose function is missing is not started until it gets one", "[mappings]") {
    MessageTable table;
    table.create();
    json::object absent = row(table);
    absent["FunctionName"] = "absent";
    keep(table, json::serialize(json::array{absent}));
    Run run(table);
    CHECK(run.notices ==
          Texts{"the event source mapping " + uuid + " cannot be started: there is no function absent"});
    CHECK(json::parse(run.update(uuid, R"({"BatchSize":7})")).at("BatchSize") == 7);
    CHECK(run.reason(uuid) == "The mapping cannot be started: there is no function absent");
    CHECK(run.update(uuid, R"({"FunctionName":"other"})") ==
          "InvalidParameterValueException: Function does not exist");
    run.update(uuid, R"({"FunctionName":"scripted"})");
    CHECK(run.shown(uuid, "State") == "Enabled");
    CHECK(run.shown(uuid, "BatchSize") == 7);
    Run again(table);
    CHECK(again.notices.empty());
}
