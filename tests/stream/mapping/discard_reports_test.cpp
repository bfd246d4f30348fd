#include "stream/mapping/failure/discard_reports.hpp"

#include "tests/catch.hpp"
#include "tests/stream/mapping/mapping_fixture.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using namespace tailrace::tests;
using namespace std::chrono_literals;

namespace {

HandlerResult refused(const EventBatch&) {
    return HandlerResult::failed("refused");
}

MappingParameters one_by_one(std::size_t retries) {
    MappingParameters parameters;
    parameters.batch_size = 1;
    parameters.maximum_retry_attempts = retries;
    return parameters;
}

/// What a mapping kept of so many batches of one record, the first of them that with the number 1.
std::string kept_batches(std::size_t count) {
    boost::json::array kept;
    for (std::size_t i = 1; i <= count; ++i) {
        kept.push_back({{"StreamArn", "arn"},
                        {"ShardId", "shardId-old"},
                        {"FirstSequence", i},
                        {"LastSequence", i + 1},
                        {"Lanes", 1},
                        {"Lane", 0}});
    }
    return boost::json::serialize(kept);
}

}  // namespace

TEST_CASE("a destination that cannot be reached does not hold up the stream", "[mapping]") {
    const TemporaryFolder folder;
    MappingParameters parameters = one_by_one(0);
    const std::string destination = folder.path("no-folder/failures.jsonl");
    parameters.on_failure = destination;
    Texts warnings;
    bool is_refusing = true;
    SteppedMapping mapping(
        parameters, [&](const EventBatch& batch) { return is_refusing ? refused(batch) : HandlerResult(); },
        {{}, {}, [&](const std::string& line) { warnings.push_back(line); }});
    put_messages(mapping.table, 0, 2);
    CHECK(mapping.step() == "0");
    CHECK(mapping.status().position.sequence == 1);
    const Timestamp first = mapping.table.clock().now();
    mapping.table.clock().advance(1s);
    CHECK(mapping.step() == "1");
    CHECK(mapping.status().given_up == 2);
    const std::string shard = mapping.status().shards.at(0).shard_id;
    const std::string records =
        "1 record, " + sequence_of(1) + " to " + sequence_of(1) + " of the shard " + shard;
    const std::string redrive = "POST /_tailrace/mappings/" + mapping.id + "/redrive sends them again";
    const std::string reason =
        "the OnFailure destination " + destination + " cannot be written: No such file or directory";
    REQUIRE(warnings.size() == 4);
    CHECK(warnings[0] == "the event source mapping messages/scripted gives up " + records +
                             " after 1 call (RetryAttemptsExhausted): refused; " + redrive);
    CHECK(warnings[1] == "the event source mapping messages/scripted could not tell its destination " +
                             destination + " of " + records + ": " + reason + "; " + redrive);
    const DestinationStatus told = mapping.status().destination;
    CHECK(told.failures == 2);
    CHECK(told.last_error == reason);
    CHECK(told.last_error_time == first + 1s);
    CHECK(mapping.status().last_error == "refused");

    // What failed is kept, and what goes well afterwards takes nothing of this away.
    is_refusing = false;
    put_messages(mapping.table, 2, 3);
    CHECK(mapping.step() == "2");
    const Resending again = mapping.dispatcher->redrive(mapping.id);
    CHECK(again.batches == 2);
    CHECK(again.failures == 0);
    CHECK(mapping.status().given_up == 0);
    CHECK(mapping.status().destination.failures == 2);
    CHECK(mapping.status().destination.last_error == reason);
}

// As long as no option says what stands in for it.
TEST_CASE("a batch for an ARN that nothing stands in for is kept", "[mapping]") {
    MappingParameters parameters = one_by_one(1);
    parameters.on_failure = "arn:aws:sqs:us-east-1:000000000000:failures";
    Texts warnings;
    SteppedMapping mapping(parameters, refused,
                           {{}, {}, [&](const std::string& line) { warnings.push_back(line); }});
    put_messages(mapping.table, 0, 1);
    CHECK(mapping.step() == "0");
    CHECK(warnings.empty());
    CHECK(mapping.step() == "0");
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0] ==
          "the event source mapping messages/scripted gives up 1 record, " + sequence_of(1) + " to " +
              sequence_of(1) + " of the shard " + mapping.status().shards.at(0).shard_id +
              " after 2 calls (RetryAttemptsExhausted): refused; POST /_tailrace/mappings/" + mapping.id +
              "/redrive sends them again; no --destination stands in for "
              "arn:aws:sqs:us-east-1:000000000000:failures");
    CHECK(mapping.status().given_up == 1);
    CHECK(mapping.status().destination.failures == 0);
    CHECK(mapping.dispatcher->redrive(mapping.id).failures == 1);
    CHECK(mapping.status().given_up == 1);
}

// There is room for a thousand, and nothing brings back what had to go.
TEST_CASE("the report of a batch says which one is no longer kept because of it", "[mapping]") {
    MessageTable table;
    table.create();
    const MappingOptions options = mapping_of_messages(one_by_one(0));
    table.engine().database().write([&](table::WriteSession& session) {
        session.save_state(options.state_name() + "/discarded", kept_batches(999));
        return true;
    });
    Texts warnings;
    Dispatcher dispatcher(table.engine(),
                          {{}, {}, [&](const std::string& line) { warnings.push_back(line); }});
    const std::string id = dispatcher.add(options, std::make_shared<Scripted>(refused));
    dispatcher.pause(id);
    put_messages(table, 0, 3);
    for (int i = 0; i < 3; ++i) REQUIRE(dispatcher.step(id));
    const std::string shard = dispatcher.find(id)->shards.at(0).shard_id;
    const auto report_of = [&](std::uint64_t n) {
        return "the event source mapping messages/scripted gives up 1 record, " + sequence_of(n) + " to " +
               sequence_of(n) + " of the shard " + shard +
               " after 1 call (RetryAttemptsExhausted): refused; POST /_tailrace/mappings/" + id +
               "/redrive sends them again";
    };
    const auto dropping = [](std::uint64_t n) {
        return "; of the batches given up the last 1000 are kept, and no longer " + sequence_of(n) + " to " +
               sequence_of(n + 1) + " of the shard shardId-old";
    };
    CHECK(warnings == Texts{report_of(1), report_of(2) + dropping(1), report_of(3) + dropping(2)});
    CHECK(dispatcher.find(id)->given_up == 1000);
}
