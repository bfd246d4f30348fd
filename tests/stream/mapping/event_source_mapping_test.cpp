#include "stream/mapping/event_source_mapping.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "engine/table/changes/stream_retention.hpp"
#include "engine/table/database.hpp"
#include "tests/catch.hpp"
#include "tests/stream/mapping/mapping_fixture.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using namespace tailrace::tests;
using namespace std::chrono_literals;

namespace {

MappingParameters batches_of(std::size_t size) {
    MappingParameters parameters;
    parameters.batch_size = size;
    return parameters;
}

}  // namespace

TEST_CASE("a mapping from LATEST begins with what is written after it, even when it is opened again",
          "[mapping]") {
    const TemporaryFolder folder;
    MappingParameters parameters;
    parameters.starting_position = StartingPosition::latest;
    const auto function = std::make_shared<Scripted>();
    {
        MessageTable table(folder.path("data.db"));
        table.create();
        put_messages(table, 0, 3);
        Dispatcher dispatcher(table.engine());
        dispatcher.add(mapping_of_messages(parameters), function);
    }
    MessageTable table(folder.path("data.db"));
    put_messages(table, 3, 5);
    Dispatcher dispatcher(table.engine());
    dispatcher.add(mapping_of_messages(parameters), function);
    CHECK(dispatcher.drain(patience).empty());
    CHECK(function->calls() == Texts{"3 4"});
}

TEST_CASE("a paused mapping goes forward step by step", "[mapping]") {
    SteppedMapping mapping(batches_of(2));
    put_messages(mapping.table, 0, 5);
    CHECK(mapping.status().state == MappingState::paused);
    CHECK(mapping.dispatcher->drain(0ms) == Texts{"messages/scripted"});
    CHECK(mapping.function->calls().empty());
    CHECK(mapping.step() == "0 1");
    CHECK(mapping.status().position.sequence == 2);
    CHECK(mapping.status().lag == 3);
    CHECK(mapping.step() == "2 3");
    mapping.dispatcher->find(mapping.id)->resume();
    CHECK(mapping.dispatcher->drain(patience).empty());
    CHECK(mapping.function->calls() == Texts{"0 1", "2 3", "4"});
    CHECK(mapping.step() == "-");
}

TEST_CASE("a step waits neither for a window nor for a retry", "[mapping]") {
    MappingParameters parameters;
    parameters.maximum_batching_window = 300s;
    SteppedMapping mapping(parameters, refused);
    put_messages(mapping.table, 0, 1);
    CHECK(mapping.step() == "0");
    CHECK(mapping.step() == "0");
    const auto history = mapping.dispatcher->find(mapping.id)->history().invocations;
    CHECK(history.at(1).attempt == 2);
}

// The checkpoint stays at the last success, whatever has been sent since.
TEST_CASE("only a batch that succeeded as a whole moves the checkpoint", "[mapping]") {
    int failures = 1;
    SteppedMapping mapping(batches_of(2), [&](const EventBatch&) {
        return failures-- > 0 ? HandlerResult::failed("refused") : HandlerResult();
    });
    put_messages(mapping.table, 0, 3);
    CHECK(mapping.step() == "0 1");
    CHECK(mapping.status().position.sequence == 0);
    CHECK(mapping.step() == "0 1");
    CHECK(mapping.status().position.sequence == 2);
}

TEST_CASE("reported items move the checkpoint up to the lowest", "[mapping]") {
    MappingParameters parameters;
    parameters.report_batch_item_failures = true;
    SteppedMapping mapping(parameters, [](const EventBatch& batch) {
        if (batch.records.size() == 2) return HandlerResult();
        return HandlerResult{CallOutcome::returned, R"({"batchItemFailures":[{"itemIdentifier":")" +
                                                        sequence_of(4) + R"("},{"itemIdentifier":")" +
                                                        sequence_of(3) + R"("}]})"};
    });
    put_messages(mapping.table, 0, 4);
    CHECK(mapping.step() == "0 1 2 3");
    CHECK(mapping.status().position.sequence == 2);
    CHECK(mapping.status().records == 2);
    CHECK(mapping.step() == "2 3");
    CHECK(mapping.status().position.sequence == 4);
}

TEST_CASE("bisection finds the one bad record and gives up only that", "[mapping]") {
    const TemporaryFolder folder;
    MappingParameters parameters;
    parameters.bisect_batch_on_function_error = true;
    parameters.maximum_retry_attempts = 1;
    parameters.on_failure = "file:" + folder.path("failures.jsonl");
    SteppedMapping mapping(parameters, [](const EventBatch& batch) {
        const bool is_bad = (" " + messages_of(batch) + " ").find(" 2 ") != std::string::npos;
        return is_bad ? HandlerResult::failed("poison") : HandlerResult();
    });
    put_messages(mapping.table, 0, 4);
    for (int i = 0; i < 7; ++i) mapping.step();
    CHECK(mapping.function->calls() == Texts{"0 1 2 3", "0 1", "2 3", "2", "2", "3"});
    CHECK(mapping.status().given_up == 1);
    CHECK(mapping.status().position.sequence == 4);
    const auto line = boost::json::parse(folder.read("failures.jsonl"));
    CHECK(line.at("DDBStreamBatchInfo").at("startSequenceNumber").as_string() == sequence_of(3));
    CHECK(line.at("DDBStreamBatchInfo").at("batchSize") == 1);
    CHECK(line.at("requestContext").at("approximateInvokeCount") == 4);
    CHECK(line.at("requestContext").at("functionArn") ==
          "arn:aws:lambda:us-east-1:000000000000:function:scripted");
    CHECK(line.at("payload").as_string() == mapping.function->events().at(3));
}

// The destination is a file locked by another process, so that it accepts nothing for a while.
TEST_CASE("a batch that is given up is passed only after its destination has the report", "[mapping]") {
    const TemporaryFolder folder;
    const int lock = ::open(folder.path("failures").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(::flock(lock, LOCK_EX) == 0);
    MessageTable table;
    table.create();
    MappingParameters parameters;
    parameters.maximum_retry_attempts = 0;
    parameters.on_failure = folder.path("failures");
    Dispatcher dispatcher(table.engine());
    const std::string id =
        dispatcher.add(mapping_of_messages(parameters), std::make_shared<Scripted>(refused));
    put_messages(table, 0, 1);
    while (dispatcher.find(id)->status().given_up == 0) dispatcher.drain(1ms);
    CHECK(dispatcher.find(id)->status().position.sequence == 0);
    CHECK(folder.read("failures").empty());
    ::close(lock);
    CHECK(dispatcher.drain(patience).empty());
    const auto line = boost::json::parse(folder.read("failures"));
    CHECK(line.at("DDBStreamBatchInfo").at("startSequenceNumber").as_string() == sequence_of(1));
    CHECK(dispatcher.find(id)->status().position.sequence == 1);
}

TEST_CASE("records that are too old are given up before they are sent", "[mapping]") {
    const TemporaryFolder folder;
    MappingParameters parameters;
    parameters.maximum_record_age = 60s;
    const std::string arn = "arn:aws:sqs:us-east-1:000000000000:failures";
    parameters.on_failure = arn;
    SteppedMapping mapping(parameters, [](const EventBatch&) { return HandlerResult(); },
                           {{{arn, folder.path("failures.jsonl")}}});
    put_messages(mapping.table, 0, 2);
    mapping.table.clock().advance(61s);
    put_messages(mapping.table, 2, 3);
    CHECK(mapping.step() == "0 1");
    CHECK(mapping.step() == "2");
    CHECK(mapping.function->calls() == Texts{"2"});
    const auto history = mapping.dispatcher->find(mapping.id)->history().invocations;
    CHECK(history.at(0).condition == DiscardCondition::record_age_exceeded);
    CHECK(history.at(0).attempt == 0);
    CHECK(history.at(0).error == "the records are older than the mapping's limit");
    const auto line = boost::json::parse(folder.read("failures.jsonl"));
    CHECK(line.at("requestContext").at("condition") == "RecordAgeExceeded");
    CHECK_FALSE(line.as_object().contains("responseContext"));
}

// If the mapping has no limits of its own, retries end when the record leaves the stream after a day.
TEST_CASE("a record that always fails holds up its shard for a day", "[mapping]") {
    SteppedMapping mapping(batches_of(1), [](const EventBatch& batch) {
        return messages_of(batch) == "0" ? HandlerResult::failed("poison") : HandlerResult();
    });
    put_messages(mapping.table, 0, 1);
    CHECK(mapping.step() == "0");
    mapping.table.clock().advance(24h);
    put_messages(mapping.table, 1, 2);
    for (int i = 0; i < 20; ++i) CHECK(mapping.step() == "0");
    CHECK(mapping.status().position.sequence == 0);
    mapping.table.clock().advance(1s);
    CHECK(mapping.step() == "0");
    CHECK(mapping.status().given_up == 1);
    CHECK(mapping.function->calls().size() == 21);
    CHECK(mapping.step() == "1");
    CHECK(mapping.status().position.sequence == 2);
}

TEST_CASE("a function that cannot be reached is called until the records are too old", "[mapping]") {
    const TemporaryFolder folder;
    MappingParameters parameters;
    parameters.maximum_retry_attempts = 0;
    parameters.bisect_batch_on_function_error = true;
    parameters.maximum_record_age = 60s;
    parameters.on_failure = folder.path("failures.jsonl");
    SteppedMapping mapping(parameters,
                           [](const EventBatch&) { return HandlerResult::not_invoked("throttled"); });
    put_messages(mapping.table, 0, 2);
    for (int i = 0; i < 5; ++i) CHECK(mapping.step() == "0 1");
    CHECK(mapping.status().given_up == 0);
    CHECK(mapping.dispatcher->find(mapping.id)->history().invocations.at(4).attempt == 5);
    CHECK(mapping.status().retry->attempts == 5);
    mapping.table.clock().advance(61s);
    CHECK(mapping.step() == "0 1");
    CHECK(mapping.function->calls().size() == 5);
    const auto line = boost::json::parse(folder.read("failures.jsonl"));
    CHECK(line.at("requestContext").at("condition") == "RecordAgeExceeded");
    CHECK(line.at("requestContext").at("approximateInvokeCount") == 1);
}

TEST_CASE("the history shows the result of each invocation", "[mapping]") {
    MappingParameters parameters = batches_of(2);
    parameters.maximum_retry_attempts = 1;
    SteppedMapping mapping(parameters, [&](const EventBatch& batch) {
        return messages_of(batch) == "2" ? HandlerResult{CallOutcome::returned, "\"done\"", "request-3"}
                                         : HandlerResult::failed("refused");
    });
    put_messages(mapping.table, 0, 3);
    for (int i = 0; i < 3; ++i) mapping.step();
    const auto history = mapping.dispatcher->find(mapping.id)->history().invocations;
    REQUIRE(history.size() == 3);
    CHECK(history[0].attempt == 1);
    CHECK(history[0].error == "refused");
    CHECK(history[0].condition == DiscardCondition::none);
    CHECK(history[1].attempt == 2);
    CHECK(history[1].condition == DiscardCondition::retry_attempts_exhausted);
    CHECK(history[1].first_sequence() == 1);
    CHECK(history[1].last_sequence() == 2);
    CHECK(history[2].number == 3);
    CHECK(history[2].result.payload == "\"done\"");
    CHECK(history[2].result.request_id == "request-3");
    CHECK_FALSE(history[2].has_failed());
    CHECK(history[2].batch->event_json() == mapping.function->events().at(2));
    CHECK(history[2].batch->shard_id == mapping.status().shards.at(0).shard_id);
}

TEST_CASE("a replay sends a range again and leaves the checkpoint alone", "[mapping]") {
    SteppedMapping mapping(batches_of(2));
    put_messages(mapping.table, 0, 5);
    mapping.step();
    const Resending replayed = mapping.dispatcher->find(mapping.id)->replay({2, 4});
    CHECK(replayed.batches == 2);
    CHECK(replayed.records == 3);
    CHECK(replayed.failures == 0);
    CHECK(mapping.function->calls() == Texts{"0 1", "1 2", "3"});
    CHECK(mapping.status().position.sequence == 2);
    CHECK(mapping.dispatcher->find(mapping.id)->history().invocations.at(1).cause == InvocationCause::replay);
    CHECK(mapping.step() == "2 3");
}

TEST_CASE("a redrive sends what was given up until it succeeds, even after the file is opened again",
          "[mapping]") {
    const TemporaryFolder folder;
    MappingParameters parameters = batches_of(2);
    parameters.maximum_retry_attempts = 0;
    Timestamp time_of_failure;
    {
        MessageTable table(folder.path("data.db"));
        table.create();
        put_messages(table, 0, 3);
        Dispatcher dispatcher(table.engine());
        dispatcher.add(mapping_of_messages(parameters), std::make_shared<Scripted>(refused));
        CHECK(dispatcher.drain(patience).empty());
        CHECK(dispatcher.find(mapping_id("messages/scripted"))->redrive().failures == 2);
        time_of_failure = table.clock().now();
    }
    MessageTable table(folder.path("data.db"));
    Dispatcher dispatcher(table.engine());
    const auto function = std::make_shared<Scripted>();
    const std::string id = dispatcher.add(mapping_of_messages(parameters), function);
    CHECK(dispatcher.find(id)->status().given_up == 2);
    const std::vector<DiscardedBatch> kept = dispatcher.find(id)->history().given_up;
    REQUIRE(kept.size() == 2);
    CHECK(kept[0].first_sequence == 1);
    CHECK(kept[0].last_sequence == 2);
    REQUIRE(kept[0].cause);
    CHECK(kept[0].cause->time == time_of_failure);
    CHECK(kept[0].cause->records == 2);
    CHECK(kept[0].cause->attempts == 1);
    CHECK(kept[0].cause->condition == "RetryAttemptsExhausted");
    CHECK(kept[0].cause->reason == "refused");
    CHECK(dispatcher.find(id)->redrive().records == 3);
    CHECK(function->calls() == Texts{"0 1", "2"});
    CHECK(dispatcher.find(id)->status().given_up == 0);
    CHECK(dispatcher.find(id)->redrive().batches == 0);
}

// The records of other lanes between those of one lane also count towards the size of one read.
TEST_CASE("a redrive sends a whole batch, however many bytes of other lanes lie between", "[mapping]") {
    MessageTable table;
    table.create();
    const std::string large(300'000, 'x');
    for (int i = 10; i < 50; ++i) table.put_message("g", std::to_string(i), large);
    Dispatcher dispatcher(table.engine());
    MappingParameters parameters = batches_of(100);
    parameters.maximum_retry_attempts = 0;
    parameters.parallelization_factor = 2;
    const std::string id =
        dispatcher.add(mapping_of_messages(parameters), std::make_shared<Scripted>(refused));
    CHECK(dispatcher.drain(patience).empty());
    dispatcher.find(id)->update(parameters, {std::make_shared<Scripted>()});
    const Resending resending = dispatcher.find(id)->redrive();
    CHECK(resending.records == 40);
    CHECK(resending.failures == 0);
    CHECK(dispatcher.find(id)->status().given_up == 0);
}

TEST_CASE("a mapping can be given other parameters and another function", "[mapping]") {
    SteppedMapping mapping(batches_of(2));
    put_messages(mapping.table, 0, 6);
    CHECK(mapping.step() == "0 1");
    mapping.dispatcher->find(mapping.id)->update(batches_of(3));
    CHECK(mapping.step() == "2 3 4");
    const auto other = std::make_shared<Scripted>();
    mapping.dispatcher->find(mapping.id)->update(batches_of(4), {other, "other"});
    CHECK(mapping.step() == "5");
    CHECK(other->calls() == Texts{"5"});
    CHECK(mapping.function->calls() == Texts{"0 1", "2 3 4"});
    CHECK(mapping.status().name == "messages/other");
    CHECK(mapping.status().parameters == batches_of(4));
}

TEST_CASE("a mapping that is not enabled reads nothing until it is", "[mapping]") {
    MessageTable table;
    table.create();
    put_messages(table, 0, 2);
    MappingParameters parameters;
    parameters.enabled = false;
    const auto function = std::make_shared<Scripted>();
    Dispatcher dispatcher(table.engine());
    const std::string id = dispatcher.add(mapping_of_messages(parameters), function);
    CHECK(dispatcher.drain(patience).empty());
    CHECK(dispatcher.find(id)->status().state == MappingState::disabled);
    CHECK(function->calls().empty());
    dispatcher.find(id)->update({});
    CHECK(dispatcher.drain(patience).empty());
    CHECK(function->calls() == Texts{"0 1"});
}

TEST_CASE("a mapping that is removed forgets its place", "[mapping]") {
    MessageTable table;
    table.create();
    put_messages(table, 0, 2);
    const auto function = std::make_shared<Scripted>();
    Dispatcher dispatcher(table.engine());
    for (int i = 0; i < 2; ++i) {
        const std::string id = dispatcher.add(mapping_of_messages(), function);
        CHECK(dispatcher.drain(patience).empty());
        dispatcher.remove(id);
        CHECK(dispatcher.find(id) == nullptr);
        CHECK_THROWS_AS(dispatcher.remove(id), UnknownMapping);
    }
    CHECK(function->calls() == Texts{"0 1", "0 1"});
}

// Lambda's API creates mappings of this kind.
TEST_CASE("a mapping of a stream's ARN reads that stream only", "[mapping]") {
    MessageTable table;
    table.create();
    put_messages(table, 0, 2);
    MappingOptions options = mapping_of_messages();
    options.stream_arn = stream_arn(table);
    options.id = "aaaaaaaa-0000-4000-8000-000000000001";
    table.call("DeleteTable", R"({"TableName":"messages"})");
    table.clock().advance(1s);
    table.create();
    put_messages(table, 2, 4);
    const auto function = std::make_shared<Scripted>();
    Dispatcher dispatcher(table.engine());
    CHECK(dispatcher.add(options, function) == options.id);
    CHECK(dispatcher.drain(patience).empty());
    CHECK(function->calls() == Texts{"0 1"});
    CHECK(dispatcher.find(options.id)->status().event_source_arn == options.stream_arn);
}

TEST_CASE("a mapping continues from a place that was saved before shards were kept", "[mapping]") {
    MessageTable table;
    table.create();
    put_messages(table, 0, 4);
    const std::string state = R"({"StreamArn":")" + stream_arn(table) + R"(","Sequence":2})";
    table.engine().database().write([&](table::WriteSession& session) {
        session.save_state("mapping/messages/scripted", state);
        return true;
    });
    const auto function = std::make_shared<Scripted>();
    Dispatcher dispatcher(table.engine());
    dispatcher.add(mapping_of_messages(), function);
    CHECK(dispatcher.drain(patience).empty());
    CHECK(function->calls() == Texts{"2 3"});
}

TEST_CASE("a checkpoint whose records were trimmed continues with the oldest that are left", "[mapping]") {
    SteppedMapping mapping(batches_of(2));
    put_messages(mapping.table, 0, 6);
    CHECK(mapping.step() == "0 1");
    mapping.dispatcher.reset();
    mapping.table.clock().advance(25h);
    put_messages(mapping.table, 6, 8);
    auto& engine = mapping.table.engine();
    table::StreamRetention().trim(engine.database(), engine.clock().now());
    Dispatcher dispatcher(engine);
    dispatcher.add(mapping_of_messages(), mapping.function);
    CHECK(dispatcher.drain(patience).empty());
    CHECK(mapping.function->calls() == Texts{"0 1", "6 7"});
}

TEST_CASE("a parent shard is drained before its children are read", "[mapping]") {
    SteppedMapping mapping(batches_of(10), [failed = false](const EventBatch&) mutable {
        return std::exchange(failed, true) ? HandlerResult() : HandlerResult::failed("refused");
    });
    put_messages(mapping.table, 0, 3);
    split_shard(mapping.table);
    put_messages(mapping.table, 3, 6);
    CHECK(mapping.step() == "0 1 2");
    CHECK(mapping.status().shards.size() == 3);
    // The children have records, but their parent's batch is not handled yet.
    CHECK(mapping.step() == "0 1 2");
    CHECK(mapping.step() == "3 4 5");
    CHECK(mapping.step() == "-");
    CHECK(mapping.status().position.sequence ==
          mapping.table.engine().database().read(
              [](table::ReadSession& session) { return session.sequence(); }));
}

TEST_CASE("the checkpoint passes records that the filters reject", "[mapping]") {
    MappingParameters parameters;
    parameters.filters = {R"({"dynamodb":{"NewImage":{"message":{"S":["1","3"]}}}})"};
    SteppedMapping mapping(parameters);
    put_messages(mapping.table, 0, 6);
    CHECK(mapping.step() == "1 3");
    CHECK(mapping.step() == "-");
    CHECK(mapping.status().position.sequence == 6);
    CHECK(mapping.status().filtered == 4);
    CHECK(mapping.status().records == 2);
    // The checkpoint also moves if there is nothing to send, and it is stored.
    put_messages(mapping.table, 6, 8);
    CHECK(mapping.step() == "-");
    CHECK(CheckpointRow(mapping.table.engine(), "mapping/messages/scripted").load()->sequence == 8);
}

// From end to end: nothing but commits and the clock makes a window, its state and its end.
TEST_CASE("a tumbling window is carried through restarts and ends by the clock", "[mapping]") {
    const TemporaryFolder folder;
    MappingParameters parameters;
    parameters.tumbling_window = 60s;
    const auto function = std::make_shared<Scripted>([](const EventBatch& batch) {
        return HandlerResult{CallOutcome::returned, R"({"state":{"last":")" + messages_of(batch) + R"("}})"};
    });
    {
        MessageTable table(folder.path("data.db"));
        table.create();
        put_messages(table, 0, 2);
        Dispatcher dispatcher(table.engine());
        dispatcher.add(mapping_of_messages(parameters), function);
        CHECK(dispatcher.drain(patience).empty());
    }
    MessageTable table(folder.path("data.db"));
    Dispatcher dispatcher(table.engine());
    const std::string id = dispatcher.add(mapping_of_messages(parameters), function);
    put_messages(table, 2, 3);
    CHECK(dispatcher.drain(patience).empty());
    dispatcher.find(id)->pause();
    table.clock().advance(60s);
    CHECK(dispatcher.find(id)->step());
    const auto events = function->events();
    REQUIRE(events.size() == 3);
    const auto second = boost::json::parse(events[1]);
    CHECK(boost::json::serialize(second.at("state")) == R"({"last":"0 1"})");
    CHECK(second.at("isFinalInvokeForWindow") == false);
    const auto final = boost::json::parse(events[2]);
    CHECK(final.at("Records").as_array().empty());
    CHECK(boost::json::serialize(final.at("state")) == R"({"last":"2"})");
    CHECK(final.at("isFinalInvokeForWindow") == true);
    CHECK(final.at("isWindowTerminatedEarly") == false);
}
