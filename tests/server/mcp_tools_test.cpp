#include <algorithm>
#include <deque>

#include "server/mcp/tool_schema.hpp"
#include "tests/catch.hpp"

using namespace tailrace::server;

namespace json = boost::json;

namespace {

/// Notes what a tool asks for, and answers with what `answers` returns.
class NotedDoor final : public ToolDoor {
  public:
    using Answers = std::function<std::string(const json::object&)>;
    explicit NotedDoor(Answers answers = {}) : answers_(std::move(answers)) {}

    DoorAnswer call(std::string_view operation, const json::object& request) override {
        asked.append(operation).append(" ").append(json::serialize(request)).append("\n");
        return {.body = answers_ ? answers_(request) : "{}"};
    }
    DoorAnswer ask(const DoorRequest& request) override {
        asked.append(request.method).append(" ").append(request.path);
        asked.append(request.body.empty() ? "" : " ").append(request.body).append("\n");
        return {.body = answers_ ? answers_({}) : "{}"};
    }

    std::string asked;

  private:
    Answers answers_;
};

ToolAnswer call(ToolDoor& door, std::string_view name, const std::string& arguments) {
    const auto tool = std::ranges::find(tools(), name, &Tool::name);
    REQUIRE(tool != tools().end());
    const json::object parsed = json::parse(arguments).as_object();
    return call_tool(*tool, {door, parsed}, ToolAccess::everything, "");
}

/// Returns what a tool asks the server for.
std::string asked_by(std::string_view name, const std::string& arguments) {
    NotedDoor door;
    const ToolAnswer answer = call(door, name, arguments);
    return answer.has_data ? door.asked : answer.text;
}

std::string list_of(const std::string& element, std::size_t count) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i) list.append(i == 0 ? "" : ",").append(element);
    return "[" + list + "]";
}

}  // namespace

// The arguments are those of DynamoDB, and nothing is changed on the way.
TEST_CASE("tools carry out operations of DynamoDB's API", "[mcp]") {
    CHECK(asked_by("tables", R"({"Action":"describe","TableName":"music"})") ==
          "DescribeTable {\"TableName\":\"music\"}\n");
    CHECK(asked_by("tables",
                   R"({"Action":"create","TableName":"m","AttributeDefinitions":[],"KeySchema":[]})") ==
          "CreateTable {\"TableName\":\"m\",\"AttributeDefinitions\":[],\"KeySchema\":[],\"BillingMode\":"
          "\"PAY_PER_REQUEST\"}\n");
    CHECK(asked_by("query", R"({"Action":"query","TableName":"m","KeyConditionExpression":"a = :a"})") ==
          "Query {\"TableName\":\"m\",\"KeyConditionExpression\":\"a = :a\",\"Limit\":25}\n");
    CHECK(asked_by("query", R"({"Action":"scan","TableName":"m","Limit":3})") ==
          "Scan {\"TableName\":\"m\",\"Limit\":3}\n");
    CHECK(asked_by("change_items", R"({"Action":"put","TableName":"m","Items":[{"a":{"S":"b"}}]})") ==
          "BatchWriteItem {\"RequestItems\":{\"m\":[{\"PutRequest\":{\"Item\":{\"a\":{\"S\":\"b\"}}}}]}}\n");
    CHECK(
        asked_by("change_items", R"({"Action":"delete","TableName":"m","Keys":[{"a":{"S":"b"}}]})") ==
        "BatchWriteItem {\"RequestItems\":{\"m\":[{\"DeleteRequest\":{\"Key\":{\"a\":{\"S\":\"b\"}}}}]}}\n");
    CHECK(asked_by("get_items", R"({"TableName":"m","Keys":[{"a":{"S":"b"}}],"ConsistentRead":true})") ==
          "BatchGetItem "
          "{\"RequestItems\":{\"m\":{\"Keys\":[{\"a\":{\"S\":\"b\"}}],\"ConsistentRead\":true}}}\n");
}

// Names may contain anything, and must not lead to another endpoint.
TEST_CASE("tools ask the server's endpoints", "[mcp]") {
    CHECK(asked_by("mappings", R"({"Action":"history","Mapping":"a/b?c","OnlyFailed":true})") ==
          "GET /_tailrace/mappings/a%2Fb%3Fc/history?failed=true\n");
    CHECK(asked_by("mappings", R"({"Action":"replay","Mapping":"a/b","ToSequenceNumber":"7"})") ==
          "POST /_tailrace/mappings/a%2Fb/replay {\"ToSequenceNumber\":\"7\"}\n");
    CHECK(asked_by("functions", R"({"Action":"invoke","FunctionName":"f","Payload":[1]})") ==
          "POST /2015-03-31/functions/f/invocations [1]\n");
    CHECK(asked_by("functions", R"({"Action":"invoke","FunctionName":"f",)"
                                R"("PayloadText":"[123456789012345678901234567890]"})") ==
          "POST /2015-03-31/functions/f/invocations [123456789012345678901234567890]\n");
    CHECK(asked_by("functions", R"({"Action":"invoke","FunctionName":"f","Payload":1,"PayloadText":"1"})") ==
          "functions: Payload and PayloadText exclude each other.");
    CHECK(
        asked_by("settle", R"({"Action":"advance","AtMostSeconds":60,"TableName":"m","TimeoutSeconds":5})") ==
        "POST /_tailrace/settle?timeout_seconds=5 {\"AdvanceClock\":true,\"AtMostSeconds\":60,"
        "\"TableName\":\"m\"}\n");
    CHECK(asked_by("settle", R"({"Action":"drain","TableName":"m"})") ==
          "POST /_tailrace/streams/drain?timeout_seconds=30 {\"TableName\":\"m\"}\n");
    CHECK(asked_by("faults", R"({"Action":"set","Rules":[]})") == "PUT /_tailrace/faults {\"Rules\":[]}\n");
    CHECK(asked_by("namespaces", R"({"Action":"restore","Name":"a","Snapshot":"b"})") ==
          "POST /_tailrace/namespaces/a/restore {\"Name\":\"b\"}\n");
    CHECK(asked_by("namespaces", R"({"Action":"reset","Name":"a","OnlyItems":true})") ==
          "POST /_tailrace/namespaces/a/reset {\"Items\":true}\n");
    CHECK(asked_by("requests", R"({"Operation":"PutItem","TableName":"m","Status":400})") ==
          "GET /_tailrace/requests?operation=PutItem&table=m&status=400\n");
    CHECK(asked_by("mappings", R"({"Action":"redrive","Mapping":"a/b","FromSequenceNumber":"7"})") ==
          "POST /_tailrace/mappings/a%2Fb/redrive {\"FromSequenceNumber\":\"7\"}\n");
    CHECK(asked_by("advice", R"({"Action":"begin"})") == "POST /_tailrace/advice\n");
    CHECK(asked_by("advice", R"({"Action":"show","RequestsPerMonth":500})") ==
          "GET /_tailrace/advice?requests_per_month=500\n");
    CHECK(asked_by("advice", R"({"Action":"end"})") == "DELETE /_tailrace/advice\n");
}

// An agent sees what it did wrong, and what is right.
TEST_CASE("arguments that a tool does not take are refused", "[mcp]") {
    CHECK(asked_by("clock", "{}") == "clock: Action must be one of show, advance and set.");
    CHECK(asked_by("clock", R"({"Action":"stop"})") == "clock: Action must be one of show, advance and set.");
    CHECK(asked_by("clock", R"({"Action":"advance"})") == "clock: Seconds is missing.");
    CHECK(asked_by("clock", R"({"Action":"advance","Seconds":"1"})") ==
          "clock: Seconds must be a whole number.");
    CHECK(asked_by("clock", R"({"Action":"advance","Second":1})") ==
          "clock: unknown argument 'Second' (known: Action and Seconds); did you mean Seconds?");
    CHECK(asked_by("clock", R"({"Action":"show","Seconds":1})") ==
          "clock: unknown argument 'Seconds' (known: Action)");
    CHECK(asked_by("query", R"({"Action":"scan","TableName":"m","Limit":101})") ==
          "query: Limit must be from 1 to 100.");
    CHECK(asked_by("get_items", R"({"TableName":"m","Keys":[]})") ==
          "get_items: Keys must have from 1 to 100 elements.");
    CHECK(asked_by("partiql", R"({"Action":"select","Statement":"DELETE FROM m WHERE a = 1"})") ==
          "partiql: with the action select, Statement must begin with SELECT.");
    CHECK(asked_by("partiql", R"({"Action":"select","Statement":" selected"})") ==
          "partiql: with the action select, Statement must begin with SELECT.");
    CHECK(asked_by("partiql", R"({"Action":"change","Statement":" select * FROM m"})") ==
          "partiql: a Statement that begins with SELECT needs the action select.");
}

// An answer of many megabytes would be useless to an agent, and cost a lot.
TEST_CASE("a page that is too long is read again with fewer items", "[mcp]") {
    const std::string item = R"({"a":")" + std::string(30'000, 'x') + R"("})";
    NotedDoor door([&](const json::object& request) {
        const auto limit = static_cast<std::size_t>(request.at("Limit").as_int64());
        return R"({"Items":)" + list_of(item, limit) + R"(,"LastEvaluatedKey":)" + std::to_string(limit) +
               "}";
    });
    const ToolAnswer page = call(door, "query", R"({"Action":"scan","TableName":"m","Limit":100})");
    CHECK_FALSE(page.is_error);
    CHECK(json::parse(page.text).at("LastEvaluatedKey") == 6);
    CHECK(std::ranges::count(door.asked, '\n') == 5);

    NotedDoor huge([](const json::object&) { return std::string(300'000, ' '); });
    const ToolAnswer refused = call(huge, "query", R"({"Action":"scan","TableName":"m","Limit":1})");
    CHECK(refused.is_error);
    CHECK(refused.text ==
          "The answer has 300000 bytes, more than the limit of 262144. Ask for less: for fewer elements, or "
          "for "
          "a part of the attributes.");
}

// The keys that did not fit are named as DynamoDB names them.
TEST_CASE("items that do not fit are left as unprocessed keys", "[mcp]") {
    const std::string item = R"({"a":")" + std::string(100'000, 'x') + R"("})";
    NotedDoor door([&](const json::object& request) {
        const std::size_t count = request.at("RequestItems").at("m").at("Keys").as_array().size();
        return R"({"Responses":{"m":)" + list_of(item, count) + R"(},"UnprocessedKeys":{}})";
    });
    const ToolAnswer answer =
        call(door, "get_items", R"({"TableName":"m","Keys":[{"k":1},{"k":2},{"k":3},{"k":4},{"k":5}]})");
    CHECK_FALSE(answer.is_error);
    const json::value parsed = json::parse(answer.text);
    CHECK(parsed.at("Responses").at("m").as_array().size() == 2);
    CHECK(parsed.at("UnprocessedKeys") == json::parse(R"({"m":{"Keys":[{"k":3},{"k":4},{"k":5}]}})"));
}

// What happened last matters most.
TEST_CASE("a list has its last elements, and says how many it leaves out", "[mcp]") {
    NotedDoor door([](const json::object&) { return std::string(R"({"Requests":[1,2,3,4,5]})"); });
    CHECK(call(door, "requests", R"({"Limit":2})").text == R"({"Requests":[4,5],"LeftOut":3})");
    CHECK(call(door, "requests", "{}").text == R"({"Requests":[1,2,3,4,5]})");
    const std::string text = '"' + std::string(100'000, 'x') + '"';
    NotedDoor huge([&](const json::object&) { return R"({"Requests":)" + list_of(text, 8) + "}"; });
    const json::value shown = json::parse(call(huge, "requests", "{}").text);
    CHECK(shown.at("Requests").as_array().size() == 2);
    CHECK(shown.at("LeftOut") == 6);
}

// Each page says where the next one begins, and one that would be too long is shorter.
TEST_CASE("a page of a numbered list begins after a number", "[mcp]") {
    NotedDoor door([](const json::object&) {
        return std::string(R"({"Invocations":[{"Number":8},{"Number":9},{"Number":10}],"GivenUp":[]})");
    });
    const std::string history = R"({"Action":"history","Mapping":"a/b","AfterNumber":7,)";
    CHECK(call(door, "mappings", history + R"("Limit":2})").text ==
          R"({"Invocations":[{"Number":8},{"Number":9}],"GivenUp":[],"NextAfterNumber":9})");
    CHECK(call(door, "mappings", history + R"("OnlyFailed":true})").text ==
          R"({"Invocations":[{"Number":8},{"Number":9},{"Number":10}],"GivenUp":[]})");
    CHECK(door.asked ==
          "GET /_tailrace/mappings/a%2Fb/history?limit=3&after=7\n"
          "GET /_tailrace/mappings/a%2Fb/history?failed=true&limit=26&after=7\n");
    CHECK(asked_by("requests", R"({"Operation":"PutItem","AfterNumber":0})") ==
          "GET /_tailrace/requests?operation=PutItem&after=0\n");
    CHECK(asked_by("requests", R"({"AfterNumber":-1})") ==
          "requests: AfterNumber must be from 0 to 9007199254740991.");
    NotedDoor huge([](const json::object&) {
        const std::string event = std::string(R"(,"Event":")").append(100'000, 'x').append("\"}");
        return R"({"Invocations":[{"Number":8)" + event + R"(,{"Number":9)" + event + R"(,{"Number":10)" +
               event + "]}";
    });
    const json::value page = json::parse(call(huge, "mappings", history + R"("WithRecords":true})").text);
    CHECK(page.at("Invocations").as_array().size() == 1);
    CHECK(page.at("NextAfterNumber") == 8);
    NotedDoor strange([](const json::object&) { return std::string(R"({"Invocations":[1,2]})"); });
    CHECK(call(strange, "mappings", history + R"("Limit":1})").text == R"({"Invocations":[1]})");
}

// The tools are few, and an agent can tell what each is for.
TEST_CASE("every tool is described", "[mcp]") {
    for (const Tool& tool : tools()) {
        INFO(tool.name);
        CHECK(tool.description.size() > 100);
        const json::value shown = tool_json(tool, ToolAccess::everything);
        std::vector<std::string_view> used;
        for (const ToolAction& action : tool.actions) {
            used.insert(used.end(), action.required.begin(), action.required.end());
            used.insert(used.end(), action.optional.begin(), action.optional.end());
        }
        for (const std::string_view name : used) {
            CHECK(std::ranges::find(tool.arguments, name, &ToolArgument::name) != tool.arguments.end());
        }
        for (const ToolArgument& argument : tool.arguments) {
            CHECK(std::ranges::find(used, argument.name) != used.end());
        }
        CHECK(shown.at("inputSchema").at("type") == "object");
    }
}
