#include <optional>

#include "stream/mapping/event_source_mapping.hpp"
#include "tests/catch.hpp"
#include "tests/stream/mapping/mapping_fixture.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using namespace tailrace::tests;
using namespace std::chrono_literals;

namespace {

const Texts stuck_function = {"messages/scripted"};

/// A mapping of the table "messages", which the test itself creates, and the mapping's warnings.
struct Followed {
    explicit Followed(Scripted::Answer answer = [](const EventBatch&) { return HandlerResult(); })
        : function(std::make_shared<Scripted>(std::move(answer))) {
        DispatcherOptions options;
        options.warn = [this](const std::string& line) { warnings.push_back(line); };
        options.clock_stands_still = true;
        dispatcher.emplace(table.engine(), std::move(options));
        id = dispatcher->add(mapping_of_messages(), function);
    }

    void create(const std::string& name, const std::string& stream) {
        table.call("CreateTable",
                   R"({"TableName":")" + name +
                       R"(","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk",)"
                       R"("KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"pk",)"
                       R"("AttributeType":"S"}])" +
                       stream + "}");
    }

    Texts warnings;
    MessageTable table;
    std::shared_ptr<Scripted> function;
    std::optional<Dispatcher> dispatcher;
    std::string id;
};

const std::string with_stream =
    R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"})";

}  // namespace

TEST_CASE("a paused mapping is drained when there is nothing for it", "[mapping]") {
    SteppedMapping mapping({});
    CHECK(mapping.dispatcher->drain(patience).empty());
    put_messages(mapping.table, 0, 2);
    CHECK(mapping.dispatcher->drain(patience) == stuck_function);
    CHECK(mapping.step() == "0 1");
    CHECK(mapping.dispatcher->drain(patience).empty());
}

// The function never gets anything from a table without a stream.
TEST_CASE("a table without a stream is reported, and drained only with one", "[mapping]") {
    Followed mapping;
    CHECK(mapping.dispatcher->drain(patience).empty());
    CHECK_FALSE(mapping.dispatcher->find(mapping.id)->status().lag);
    mapping.create("messages", "");
    CHECK(mapping.dispatcher->drain(patience) == stuck_function);
    CHECK_FALSE(mapping.dispatcher->find(mapping.id)->status().lag);
    CHECK(mapping.dispatcher->find(mapping.id)->status().state == MappingState::table_has_no_stream);
    CHECK(
        mapping.warnings ==
        Texts{
            "the event source mapping messages/scripted is waiting: the table messages has no stream. Enable "
            "one with UpdateTable: StreamSpecification with StreamEnabled true and a StreamViewType"});
    mapping.table.call("UpdateTable", R"({"TableName":"messages")" + with_stream + "}");
    CHECK(mapping.dispatcher->drain(patience).empty());
    CHECK(mapping.dispatcher->find(mapping.id)->status().state == MappingState::idle);
    CHECK(mapping.dispatcher->find(mapping.id)->status().lag == 0);
    CHECK(mapping.warnings.size() == 1);
}

TEST_CASE("a missing table is reported if another has almost its name", "[mapping]") {
    Followed mapping;
    mapping.create("orders", "");
    CHECK(mapping.dispatcher->drain(patience).empty());
    CHECK(mapping.warnings.empty());
    mapping.create("mesages", with_stream);
    CHECK(mapping.dispatcher->drain(patience).empty());
    const MappingStatus status = mapping.dispatcher->find(mapping.id)->status();
    CHECK(status.state == MappingState::waiting_for_stream);
    CHECK(status.source.similar_table == "mesages");
    CHECK(mapping.warnings ==
          Texts{"the event source mapping messages/scripted is waiting: there is no table "
                "messages; did you mean mesages?"});
}

// A clock that requests move stands still until the drain has answered.
TEST_CASE("a drain ends at once if only the clock can let it finish", "[mapping]") {
    Followed mapping(refused);
    mapping.table.create();
    put_messages(mapping.table, 0, 1);
    CHECK(mapping.dispatcher->drain(patience) == stuck_function);
    const MappingStatus status = mapping.dispatcher->find(mapping.id)->status();
    CHECK(status.state == MappingState::retrying);
    REQUIRE(status.retry);
    CHECK(status.retry->attempts == 1);
    CHECK(status.retry->next_try == mapping.table.clock().now() + 100ms);
    CHECK(status.waits_until == status.retry->next_try);
    CHECK(status.last_error == "refused");
    CHECK(status.last_error_time == mapping.table.clock().now());
    CHECK(status.has_last_call_failed);
}

TEST_CASE("a failure in a deleted table does not hold up the new one", "[mapping]") {
    Followed mapping(
        [](const EventBatch& batch) { return messages_of(batch) == "0" ? refused(batch) : HandlerResult(); });
    mapping.table.create();
    put_messages(mapping.table, 0, 1);
    CHECK(mapping.dispatcher->drain(patience) == stuck_function);
    mapping.table.call("DeleteTable", R"({"TableName":"messages"})");
    CHECK(mapping.dispatcher->drain(patience) == stuck_function);
    mapping.table.clock().advance(1ms);
    mapping.table.create();
    put_messages(mapping.table, 1, 2);
    CHECK(mapping.dispatcher->drain(patience).empty());
    CHECK(mapping.function->calls() == Texts{"0", "1"});
    const auto history = mapping.dispatcher->find(mapping.id)->history().invocations;
    REQUIRE(history.size() == 3);
    CHECK(name_of(history[1].condition) == "TableReplaced");
    CHECK(history[1].error == "its table was deleted and created again; its last call failed: refused");
    CHECK(mapping.dispatcher->find(mapping.id)->status().given_up == 1);
    CHECK(mapping.warnings.size() == 1);
}

// Records that were never sent may still be of use to the function.
TEST_CASE("records of a table that was deleted are sent once", "[mapping]") {
    Followed mapping(refused);
    mapping.dispatcher->find(mapping.id)->pause();
    mapping.table.create();
    put_messages(mapping.table, 0, 1);
    mapping.table.call("DeleteTable", R"({"TableName":"messages"})");
    mapping.table.clock().advance(1ms);
    mapping.table.create();
    mapping.dispatcher->find(mapping.id)->resume();
    CHECK(mapping.dispatcher->drain(patience).empty());
    CHECK(mapping.function->calls() == Texts{"0"});
    CHECK(mapping.dispatcher->find(mapping.id)->status().given_up == 1);
}

TEST_CASE("a batch is skipped on request, and kept", "[mapping]") {
    bool is_refusing = true;
    Texts warnings;
    SteppedMapping mapping(
        {}, [&](const EventBatch& batch) { return is_refusing ? refused(batch) : HandlerResult(); },
        {{}, {}, [&](const std::string& line) { warnings.push_back(line); }});
    put_messages(mapping.table, 0, 1);
    CHECK(mapping.step() == "0");
    const auto skipped = mapping.dispatcher->find(mapping.id)->step(NextBatch::is_given_up);
    REQUIRE(skipped);
    CHECK(skipped->number == 2);
    CHECK(name_of(skipped->condition) == "Skipped");
    CHECK_FALSE(skipped->has_failed());
    CHECK(warnings.size() == 1);
    CHECK(warnings.back().find("after 1 attempt (Skipped): it was skipped on request; its last call failed: "
                               "refused; POST ") != std::string::npos);
    CHECK(mapping.dispatcher->drain(patience).empty());
    const MappingStatus status = mapping.status();
    CHECK(status.given_up == 1);
    CHECK(status.skipped == 1);
    CHECK(status.batches == 1);
    CHECK(status.failures == 1);
    CHECK(status.last_error == "refused");
    CHECK(status.has_last_call_failed);
    CHECK_FALSE(mapping.dispatcher->find(mapping.id)->step(NextBatch::is_given_up));

    // A failed redrive is the last error; after a successful one there is none.
    mapping.table.clock().advance(1s);
    CHECK(mapping.dispatcher->find(mapping.id)->redrive().last_error == "refused");
    CHECK(mapping.status().last_error == "refused");
    CHECK(mapping.status().last_error_time == mapping.table.clock().now());
    is_refusing = false;
    CHECK(mapping.dispatcher->find(mapping.id)->redrive().failures == 0);
    CHECK(mapping.status().last_error.empty());
    CHECK_FALSE(mapping.status().has_last_call_failed);
}

// The call that ends a window has no records to keep.
TEST_CASE("the end of a window is skipped on request", "[mapping]") {
    MappingParameters parameters;
    parameters.tumbling_window = 60s;
    SteppedMapping mapping(parameters, [](const EventBatch&) {
        return HandlerResult{CallOutcome::returned, R"({"state":{}})"};
    });
    put_messages(mapping.table, 0, 1);
    CHECK(mapping.step() == "0");
    mapping.table.clock().advance(60s);
    const auto skipped = mapping.dispatcher->find(mapping.id)->step(NextBatch::is_given_up);
    REQUIRE(skipped);
    CHECK(name_of(skipped->condition) == "Skipped");
    CHECK_FALSE(skipped->has_failed());
    CHECK(mapping.step() == "-");
    CHECK(mapping.function->calls() == Texts{"0"});
    CHECK(mapping.status().skipped == 1);
    CHECK(mapping.status().batches == 1);
    CHECK(mapping.status().given_up == 0);
}

// A drain waits for records alone. A settle also waits for the call that ends a window, once it is over.
TEST_CASE("a settle waits for the end of a window", "[mapping]") {
    MappingParameters parameters;
    parameters.tumbling_window = 60s;
    SteppedMapping mapping(parameters, [](const EventBatch&) {
        return HandlerResult{CallOutcome::returned, R"({"state":{}})"};
    });
    put_messages(mapping.table, 0, 1);
    CHECK(mapping.step() == "0");
    CHECK(mapping.dispatcher->settle(patience).empty());
    CHECK_FALSE(mapping.dispatcher->next_due());
    mapping.dispatcher->find(mapping.id)->resume();
    CHECK(mapping.dispatcher->next_due() == mapping.table.clock().now() + 60s);
    CHECK_FALSE(mapping.dispatcher->next_due("others"));
    mapping.dispatcher->find(mapping.id)->pause();
    mapping.table.clock().advance(60s);
    CHECK(mapping.dispatcher->drain(patience).empty());
    CHECK(mapping.dispatcher->settle(patience) == stuck_function);
    mapping.dispatcher->find(mapping.id)->resume();
    CHECK(mapping.dispatcher->settle(patience).empty());
    CHECK(mapping.status().batches == 2);
}

TEST_CASE("a batch that gets too old reports the result of its last call", "[mapping]") {
    MappingParameters parameters;
    parameters.maximum_record_age = 60s;
    SteppedMapping mapping(parameters, refused);
    put_messages(mapping.table, 0, 1);
    CHECK(mapping.step() == "0");
    mapping.table.clock().advance(61s);
    CHECK(mapping.step() == "0");
    CHECK(mapping.status().last_error ==
          "the records are older than the mapping's limit; its last call failed: refused");
}
