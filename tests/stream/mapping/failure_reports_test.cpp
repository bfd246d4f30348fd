#include "stream/mapping/failure/failure_reports.hpp"

#include "tests/catch.hpp"
#include "tests/stream/mapping/mapping_fixture.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using namespace tailrace::tests;
using namespace std::chrono_literals;

namespace {

MappingParameters one_by_one(std::size_t retries) {
    MappingParameters parameters;
    parameters.batch_size = 1;
    parameters.maximum_retry_attempts = retries;
    return parameters;
}

/// The stored form of `count` discarded batches of one record each; the first has the number 1.
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
    CHECK(warnings[0] == "the event source mapping messages/scripted gave up " + records +
                             " after 1 attempt (RetryAttemptsExhausted): refused; " + redrive);
    CHECK(warnings[1] == "the event source mapping messages/scripted could not report " + records +
                             " to its destination " + destination + ": " + reason + "; " + redrive);
    const DestinationStatus told = mapping.status().destination;
    CHECK(told.failures == 2);
    CHECK(told.last_error == reason);
    CHECK(told.last_error_time == first + 1s);
    CHECK(mapping.status().last_error == "refused");

    // The failures stay recorded, even after later successes.
    is_refusing = false;
    put_messages(mapping.table, 2, 3);
    CHECK(mapping.step() == "2");
    const Resending again = mapping.dispatcher->find(mapping.id)->redrive();
    CHECK(again.batches == 2);
    CHECK(again.failures == 0);
    CHECK(mapping.status().given_up == 0);
    CHECK(mapping.status().destination.failures == 2);
    CHECK(mapping.status().destination.last_error == reason);
}

// No --destination stands in for the ARN.
TEST_CASE("a batch for an ARN without a local replacement is kept", "[mapping]") {
    MappingParameters parameters = one_by_one(1);
    parameters.on_failure = "arn:aws:sqs:us-east-1:000000000000:failures";
    Texts warnings;
    SteppedMapping mapping(parameters, refused,
                           {{}, {}, [&](const std::string& line) { warnings.push_back(line); }});
    CHECK(warnings ==
          Texts{"the event source mapping messages/scripted has the OnFailure destination "
                "arn:aws:sqs:us-east-1:000000000000:failures, and there is no --destination for it: "
                "batches that are given up are kept, and POST /_tailrace/mappings/" +
                mapping.id + "/redrive sends them again"});
    put_messages(mapping.table, 0, 1);
    CHECK(mapping.step() == "0");
    CHECK(warnings.size() == 1);
    CHECK(mapping.step() == "0");
    REQUIRE(warnings.size() == 2);
    CHECK(warnings[1] ==
          "the event source mapping messages/scripted gave up 1 record, " + sequence_of(1) + " to " +
              sequence_of(1) + " of the shard " + mapping.status().shards.at(0).shard_id +
              " after 2 attempts (RetryAttemptsExhausted): refused; POST /_tailrace/mappings/" + mapping.id +
              "/redrive sends them again; there is no --destination for "
              "arn:aws:sqs:us-east-1:000000000000:failures");
    CHECK(mapping.status().given_up == 1);
    CHECK(mapping.status().destination.failures == 0);
    CHECK(mapping.dispatcher->find(mapping.id)->redrive().failures == 1);
    CHECK(mapping.status().given_up == 1);
}

// There is room for a thousand batches, and one that was dropped cannot be brought back.
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
    dispatcher.find(id)->pause();
    put_messages(table, 0, 3);
    for (int i = 0; i < 3; ++i) REQUIRE(dispatcher.find(id)->step());
    const std::string shard = dispatcher.find(id)->status().shards.at(0).shard_id;
    const auto report_of = [&](std::uint64_t n) {
        return "the event source mapping messages/scripted gave up 1 record, " + sequence_of(n) + " to " +
               sequence_of(n) + " of the shard " + shard +
               " after 1 attempt (RetryAttemptsExhausted): refused; POST /_tailrace/mappings/" + id +
               "/redrive sends them again";
    };
    const auto dropping = [](std::uint64_t n) {
        return "; only the last 1000 batches given up are kept; dropped: " + sequence_of(n) + " to " +
               sequence_of(n + 1) + " of the shard shardId-old";
    };
    CHECK(warnings == Texts{report_of(1), report_of(2) + dropping(1), report_of(3) + dropping(2)});
    CHECK(dispatcher.find(id)->status().given_up == 1000);
}

// All kept reasons are written again each time a batch is discarded.
TEST_CASE("the kept reasons are few and short, and can be read again", "[mapping]") {
    MessageTable table;
    const auto batch = [](std::uint64_t number, std::string reason) {
        return DiscardedBatch{.stream_arn = "arn",
                              .shard_id = "shard",
                              .first_sequence = number,
                              .last_sequence = number,
                              .lanes = 1,
                              .lane = 0,
                              .cause = DiscardedBatch::Cause{.time = Timestamp(5us),
                                                             .records = 1,
                                                             .attempts = 2,
                                                             .condition = "Skipped",
                                                             .reason = std::move(reason)}};
    };
    DiscardedBatches batches(table.engine(), "test");
    batches.add(batch(0, "\xff"));
    batches.add(batch(1, std::string(499, 'x') + "é"));
    for (std::uint64_t i = 2; i < 101; ++i) batches.add(batch(i, "reason " + std::to_string(i)));
    DiscardedBatches read(table.engine(), "test");
    read.load();
    const std::vector<DiscardedBatch> all = read.all();
    REQUIRE(all.size() == 101);
    CHECK(all[0].cause->reason.empty());
    CHECK(all[1].cause->reason == std::string(499, 'x'));
    CHECK(all[100].cause->reason == "reason 100");
    CHECK(all[100].cause->time == Timestamp(5us));
    CHECK(all[100].cause->attempts == 2);
    read.add(batch(101, "\xff-"));
    CHECK(read.all().back().cause->reason == "?-");
    read.remove(batch(101, {}));
    CHECK(read.count() == 101);
}

// A function logs its own exceptions, but nobody else reports that its process ended.
TEST_CASE("a crash is reported each time, with the records and the next try", "[mapping]") {
    Texts warnings;
    MappingParameters parameters = one_by_one(3);
    std::size_t calls = 0;
    SteppedMapping mapping(parameters,
                           [&](const EventBatch&) {
                               if (++calls == 1)
                                   return HandlerResult::failed("exit status 3", "Runtime.ExitError");
                               if (calls == 2)
                                   return HandlerResult::failed("Task timed out after 3.00 seconds",
                                                                "Sandbox.Timedout");
                               return calls == 3 ? HandlerResult::failed("refused") : HandlerResult();
                           },
                           {{}, {}, [&](const std::string& line) { warnings.push_back(line); }});
    put_messages(mapping.table, 0, 1);
    for (int i = 0; i < 4; ++i) CHECK(mapping.step() == "0");
    const std::string number = sequence_of(1);
    const auto report = [&](int call, const std::string& error, std::chrono::milliseconds wait) {
        return "the event source mapping messages/scripted failed with 1 record, " + number + " to " +
               number + " of the shard " + mapping.status().shards.at(0).shard_id + " in attempt " +
               std::to_string(call) + ": " + error + "; it will try again at " +
               iso_time(mapping.table.clock().now() + wait) + "; POST /_tailrace/mappings/" + mapping.id +
               "/skip gives them up";
    };
    CHECK(warnings == Texts{report(1, "Runtime.ExitError: exit status 3", 100ms),
                            report(2, "Sandbox.Timedout: Task timed out after 3.00 seconds", 200ms)});
}

// The function may be down for hours.
TEST_CASE("only the first failure to call a function is reported", "[mapping]") {
    Texts warnings;
    bool is_down = true;
    SteppedMapping mapping(one_by_one(0),
                           [&](const EventBatch&) {
                               return is_down ? HandlerResult::not_invoked("nobody listens")
                                              : HandlerResult();
                           },
                           {{}, {}, [&](const std::string& line) { warnings.push_back(line); }});
    put_messages(mapping.table, 0, 2);
    for (int i = 0; i < 3; ++i) CHECK(mapping.step() == "0");
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find(" in attempt 1: nobody listens; it will try again at ") != std::string::npos);
    is_down = false;
    CHECK(mapping.step() == "0");
    is_down = true;
    CHECK(mapping.step() == "1");
    CHECK(warnings.size() == 2);
}

// Only whoever made the request sees the answer; everybody else looks at the log.
TEST_CASE("a crash in a redrive or a replay is reported", "[mapping]") {
    Texts warnings;
    bool has_crashed = false;
    SteppedMapping mapping(
        one_by_one(0),
        [&](const EventBatch& batch) {
            return has_crashed ? HandlerResult::failed("exit status 3", "Runtime.ExitError") : refused(batch);
        },
        {{}, {}, [&](const std::string& line) { warnings.push_back(line); }});
    put_messages(mapping.table, 0, 1);
    CHECK(mapping.step() == "0");
    CHECK(mapping.dispatcher->find(mapping.id)->redrive().failures == 1);
    CHECK(warnings.size() == 1);
    has_crashed = true;
    CHECK(mapping.dispatcher->find(mapping.id)->redrive().failures == 1);
    CHECK(mapping.dispatcher->find(mapping.id)->replay({1, 1}).failures == 1);
    const std::string failed = "the event source mapping messages/scripted failed with 1 record, " +
                               sequence_of(1) + " to " + sequence_of(1);
    REQUIRE(warnings.size() == 3);
    CHECK(warnings[1] == failed + " of the shard " + mapping.status().shards.at(0).shard_id +
                             " in a redrive: Runtime.ExitError: exit status 3; POST /_tailrace/mappings/" +
                             mapping.id + "/redrive sends them again");
    CHECK(warnings[2] == failed + " in a replay: Runtime.ExitError: exit status 3");
}
