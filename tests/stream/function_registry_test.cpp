#include "stream/function_registry.hpp"

#include <string>

#include "stream/handler/lambda_arn.hpp"
#include "tests/catch.hpp"
#include "tests/stream/message_table.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using tailrace::tests::MessageTable;

namespace {

class Echo final : public EventHandler {
  public:
    HandlerResult invoke(std::string_view event_json) override {
        return {CallOutcome::returned, std::string(event_json), {}};
    }
};

}  // namespace

TEST_CASE("a function is found by its name and by its ARNs", "[function_registry]") {
    MessageTable table;
    FunctionRegistry functions({table.engine()});
    functions.add("echo", std::make_shared<Echo>());
    CHECK(functions.arn_of("echo") == "arn:aws:lambda:us-east-1:000000000000:function:echo");
    for (const char* name : {"echo", "echo:$LATEST", "000000000000:function:echo",
                             "arn:aws:lambda:us-east-1:000000000000:function:echo",
                             "arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST"}) {
        const Function found = functions.find(name);
        REQUIRE(found.handler);
        CHECK(found.handler->invoke("[1]").payload == "[1]");
    }
    CHECK_FALSE(functions.find("other").handler);
    CHECK_THROWS_WITH(functions.add("echo", std::make_shared<Echo>()),
                      "there are two functions with the name 'echo'");
    CHECK_THROWS_WITH(functions.add("no name", std::make_shared<Echo>()),
                      "'no name' is not a function's name: 1 to 64 letters, digits, hyphens and underscores");
}

// A mapping shows the name it was created with. AWS shows the version that was called.
TEST_CASE("a function's name is separated from its version or alias", "[function_registry]") {
    const std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:";
    for (const std::string& before : {std::string(), std::string("function:"), std::string("000000000000:"),
                                      std::string("000000000000:function:"), arn}) {
        INFO(before);
        CHECK(FunctionReference::parse(before + "echo").text() == "echo");
        CHECK(FunctionReference::parse(before + "echo").executed_version() == "$LATEST");
        CHECK(FunctionReference::parse(before + "echo:live").name == "echo");
        CHECK(FunctionReference::parse(before + "echo:live").text() == "echo:live");
        CHECK(FunctionReference::parse(before + "echo:live").executed_version() == "$LATEST");
        CHECK(FunctionReference::parse(before + "echo:$LATEST").text() == "echo:$LATEST");
        CHECK(FunctionReference::parse(before + "echo:12").executed_version() == "12");
    }
    CHECK(FunctionReference::parse("my-function:live").text() == "my-function:live");
    CHECK(FunctionReference::parse("").name.empty());
}

// The README maps this function on a server started without options. No other name creates a handler.
TEST_CASE("message-groups is a built-in function", "[function_registry]") {
    MessageTable table;
    FunctionRegistry functions({table.engine()});
    const Function groups = functions.find("message-groups:live");
    REQUIRE(groups.handler);
    CHECK(groups.name == "message-groups");
    CHECK(functions.find("message-groups").handler == groups.handler);
    CHECK(functions.all().empty());
    for (const char* name : {"file:/dev/null", "python:notes.py:copy", "runtime:true", "message-group"})
        CHECK_FALSE(functions.find(name).handler);
    const auto echo = std::make_shared<Echo>();
    const Function added = functions.add("message-groups", echo);
    CHECK(functions.find("message-groups").handler == added.handler);
}

// A handler on the command line is also a function, so that it can be called and mapped by name.
TEST_CASE("a handler without a name gets one from its text", "[function_registry]") {
    MessageTable table;
    FunctionRegistry functions({table.engine()});
    functions.add("groups", "message-groups:naive");
    CHECK(functions.find_or_add("groups").handler_name == "message-groups:naive");
    CHECK(functions.find_or_add("message-groups").name == "message-groups");
    CHECK(functions.find_or_add("message-groups").name == "message-groups");
    CHECK(functions.find_or_add("message-groups:naive").name == "message-groups-naive");
    CHECK(functions.all().size() == 3);
    CHECK_THROWS_AS(functions.find_or_add("nothing"), std::invalid_argument);
}

TEST_CASE("a handler of batches takes them as events, too", "[function_registry]") {
    MessageTable table;
    FunctionRegistry functions({table.engine()});
    const Function groups = functions.find_or_add("message-groups");
    const HandlerResult refused = groups.handler->invoke("{}");
    CHECK(refused.outcome == CallOutcome::function_error);
    CHECK(refused.payload ==
          R"({"errorMessage":"the event is not a batch of records: {\"Records\":[…]}","errorType":"Error"})");
    CHECK(refused.error_message() == R"(the event is not a batch of records: {"Records":[…]})");
}
