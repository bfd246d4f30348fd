#include "stream/mapping/resender.hpp"

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

#include "tests/catch.hpp"
#include "tests/stream/mapping/mapping_fixture.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using namespace tailrace::tests;
using namespace std::chrono_literals;

namespace {

/// One record per batch, given up after its first failure.
MappingParameters single_tries() {
    MappingParameters parameters;
    parameters.batch_size = 1;
    parameters.maximum_retry_attempts = 0;
    return parameters;
}

/// A mapping that gave up every message, each in a batch of its own. Its function has been fixed since then:
/// each call waits until the test lets it return, and then succeeds.
struct MendedMapping {
    explicit MendedMapping(int messages) {
        table.create();
        put_messages(table, 0, messages);
        id = dispatcher.add(mapping_of_messages(single_tries()), function);
        CHECK(dispatcher.drain(patience).empty());
        is_mended = true;
    }

    std::shared_ptr<EventSourceMapping> found() { return dispatcher.find(id); }

    void let_calls_return() {
        may_return = true;
        may_return.notify_all();
    }

    HandlerResult called(const EventBatch& batch) {
        if (!is_mended) return refused(batch);
        is_called = true;
        is_called.notify_all();
        may_return.wait(false);
        return HandlerResult();
    }

    std::atomic<bool> is_mended = false;
    std::atomic<bool> is_called = false;
    std::atomic<bool> may_return = false;
    std::shared_ptr<Scripted> function =
        std::make_shared<Scripted>([this](const EventBatch& batch) { return called(batch); });
    MessageTable table;
    Dispatcher dispatcher{table.engine()};
    std::string id;
};

}  // namespace

TEST_CASE("a batch whose function fails without a message is kept", "[mapping]") {
    MessageTable table;
    table.create();
    put_messages(table, 0, 1);
    Dispatcher dispatcher(table.engine());
    const std::string id =
        dispatcher.add(mapping_of_messages(single_tries()), std::make_shared<Scripted>([](const EventBatch&) {
                           return HandlerResult::failed("", "AssertionError");
                       }));
    CHECK(dispatcher.drain(patience).empty());
    const Resending again = dispatcher.find(id)->redrive();
    CHECK(again.failures == 1);
    CHECK(again.last_error == "AssertionError");
    CHECK(dispatcher.find(id)->status().given_up == 1);
    CHECK(dispatcher.find(id)->history().invocations.at(0).error == "AssertionError");
    CHECK(HandlerResult::failed("", "").error_message() == "the function failed without a message");
    CHECK(HandlerResult::failed("'x'", "KeyError").error_message() == "KeyError: 'x'");
    CHECK(HandlerResult{CallOutcome::function_error, "[1]"}.error_message() == "[1]");
}

TEST_CASE("of two redrives at once only one sends a batch", "[mapping]") {
    MendedMapping mapping(3);
    std::size_t of_first = 0;
    std::size_t of_second = 0;
    {
        const std::jthread first([&] { of_first = mapping.found()->redrive().batches; });
        mapping.is_called.wait(false);
        mapping.let_calls_return();
        of_second = mapping.found()->redrive().batches;
    }
    CHECK(of_first == 3);
    CHECK(of_second == 0);
    CHECK(mapping.function->calls() == Texts{"0", "1", "2", "0", "1", "2"});
}

// A test may wait for what a redrive or replay sends.
TEST_CASE("a drain waits for redrives and replays", "[mapping]") {
    MendedMapping mapping(1);
    const auto check = [&](const std::function<void()>& resend) {
        mapping.is_called = false;
        mapping.may_return = false;
        const std::jthread resending(resend);
        mapping.is_called.wait(false);
        CHECK(mapping.dispatcher.drain(0ms) == Texts{"messages/scripted"});
        CHECK(mapping.found()->status().state == MappingState::resending);
        mapping.let_calls_return();
        CHECK(mapping.dispatcher.drain(patience).empty());
        CHECK(mapping.found()->status().state == MappingState::idle);
    };
    check([&] { mapping.found()->redrive(); });
    check([&] { mapping.found()->replay({1, 1}); });
}

TEST_CASE("a replay or redrive that sends nothing says why", "[mapping]") {
    MappingParameters parameters = single_tries();
    SteppedMapping mapping(parameters, refused);
    Dispatcher& dispatcher = *mapping.dispatcher;
    CHECK(dispatcher.find(mapping.id)->redrive().reason == "nothing has been given up");
    CHECK(dispatcher.find(mapping.id)->replay({0, 0}).reason ==
          "the mapping has not handled any records yet");
    put_messages(mapping.table, 0, 2);
    CHECK(mapping.step() == "0");
    CHECK(dispatcher.find(mapping.id)->replay({2, 1}).reason ==
          "the range ends before it begins: " + sequence_of(2) + " to " + sequence_of(1));
    CHECK(dispatcher.find(mapping.id)->replay({8, 9}).reason ==
          "the stream has no records from " + sequence_of(8) + " to " + sequence_of(9));
    CHECK(dispatcher.find(mapping.id)->replay({1, 1}).reason.empty());
    CHECK(dispatcher.find(mapping.id)->redrive().reason.empty());
    std::stop_source request;
    request.request_stop();
    CHECK(dispatcher.find(mapping.id)->redrive(request.get_token()).reason ==
          "the request ended before everything was sent");

    parameters.filters = {R"({"eventName":["REMOVE"]})"};
    dispatcher.find(mapping.id)->update(parameters);
    CHECK(dispatcher.find(mapping.id)->replay({1, 2}).reason ==
          "the mapping's filters reject all records from " + sequence_of(1) + " to " + sequence_of(2));
    const Resending lost = dispatcher.find(mapping.id)->redrive();
    CHECK(lost.batches == 0);
    CHECK(lost.reason ==
          "1 batch has no records left to send: the stream has removed them, or the filters reject them");
    CHECK(dispatcher.find(mapping.id)->status().given_up == 0);
}
