#include "stream/handler/faulty_handler.hpp"

#include <utility>
#include <vector>

#include "engine/model/sequence_number.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using operation::CallFault;

namespace {

/// Counts its calls and returns their number.
class Counting final : public EventHandler {
  public:
    HandlerResult invoke(std::string_view) override {
        return {CallOutcome::returned, std::to_string(++calls), {}};
    }
    int calls = 0;
};

struct FaultyFunction {
    void script(CallFault fault, const std::string& table = "") {
        operation::FaultRule rule;
        rule.operation = function_call;
        rule.function_name = "listener";
        rule.table_name = table;
        rule.times = 1;
        rule.effect.call = std::move(fault);
        faults.replace({rule});
    }
    HandlerResult handle(const std::string& table = "music") {
        EventBatch batch{.table_name = table, .stream_arn = "arn", .records = {}};
        for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
            batch.records.push_back({.sequence = sequence, .json = "{}"});
        }
        return function.handle(batch);
    }

    operation::FaultScript faults;
    std::shared_ptr<Counting> counting = std::make_shared<Counting>();
    FaultyHandler function{counting, faults, "listener", std::chrono::seconds(3)};
};

}  // namespace

TEST_CASE("a call that a rule fails is not made", "[faulty_handler]") {
    FaultyFunction test;
    test.script({.kind = CallFault::Kind::failed, .message = "no", .error_type = "KeyError", .items = 0});
    const HandlerResult failed = test.handle();
    CHECK(failed.outcome == CallOutcome::function_error);
    CHECK(failed.error_message() == "KeyError: no");
    CHECK(test.counting->calls == 0);
    CHECK(test.handle().payload == "1");

    test.script({.kind = CallFault::Kind::timed_out});
    const HandlerResult late = test.function.invoke("{}");
    CHECK(late.outcome == CallOutcome::function_error);
    CHECK(late.error_message() == "Sandbox.Timedout: Task timed out after 3.00 seconds");
    CHECK(late.is_crash());

    test.script({.kind = CallFault::Kind::not_invoked, .message = "nobody", .error_type = {}, .items = 0});
    CHECK(test.handle().outcome == CallOutcome::not_invoked);
    CHECK(test.counting->calls == 1);
}

TEST_CASE("an answer may report the last records as failed", "[faulty_handler]") {
    FaultyFunction test;
    test.script({.kind = CallFault::Kind::items_failed, .message = {}, .error_type = {}, .items = 2});
    CHECK(test.handle().payload == R"({"batchItemFailures":[{"itemIdentifier":")" + sequence_text(2) +
                                       R"("},{"itemIdentifier":")" + sequence_text(3) + R"("}]})");
    CHECK(test.counting->calls == 1);
    CHECK(test.handle().payload == "2");
}

TEST_CASE("a rule for a function or a table is met by its calls only", "[faulty_handler]") {
    FaultyFunction test;
    test.script({.kind = CallFault::Kind::failed}, "books");
    CHECK(test.handle("music").payload == "1");
    CHECK(test.function.invoke("{}").payload == "2");
    CHECK_FALSE(test.handle("books").has_returned());
    test.script({.kind = CallFault::Kind::failed});
    FaultyHandler other(test.counting, test.faults, "other", std::chrono::seconds(3));
    CHECK(other.invoke("{}").payload == "3");
    CHECK(test.faults.faults()->front().counts().met == 0);
}
