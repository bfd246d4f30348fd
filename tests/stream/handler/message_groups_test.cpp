#include "stream/handler/message_groups.hpp"

#include <string>
#include <vector>

#include "engine/model/api_error.hpp"
#include "stream/dispatcher.hpp"
#include "tests/catch.hpp"
#include "tests/stream/message_table.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using tests::MessageTable;
using Rows = std::vector<std::string>;

namespace {

EventRecord message_record(std::uint64_t sequence, const std::string& group, const std::string& sk,
                           const std::string& text) {
    return {sequence, R"({"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"MSG#)" + group +
                          R"("},"sk":{"S":")" + sk + R"("}},"NewImage":{"pk":{"S":"MSG#)" + group +
                          R"("},"sk":{"S":")" + sk + R"("},"message":{"S":")" + text + R"("}}}})"};
}

}  // namespace

// A key cannot be updated in place, so both users' rows move: the same rows with the new sort key and the new
// text, and no old rows left.
TEST_CASE("a new message moves both sides' rows of its group", "[message_groups]") {
    MessageTable table;
    table.create();
    table.put_group("ann", "g1", "2023-01");
    table.put_group("bob", "g1", "2023-01");
    table.put_group("ann", "g2", "2023-02");
    MessageGroups handler(table.engine(), MessageGroups::Way::right);
    CHECK(handler.handle({"messages", "arn", {message_record(1, "g1", "2023-03", "hello")}}).has_returned());
    CHECK(table.rows_of("g1") == Rows{"ann 2023-03 hello", "bob 2023-03 hello"});
    CHECK(table.rows_of("g2") == Rows{"ann 2023-02 first"});
    CHECK(table.call("Scan", R"({"TableName":"messages","Select":"COUNT"})").at("Count") == 3);
}

TEST_CASE("a message of any depth moves its group's rows", "[message_groups]") {
    MessageTable table;
    table.create();
    table.put_group("ann", "g1", "2023-01");
    std::string deep = R"({"N":"1"})";
    for (int level = 1; level < 32; ++level) deep = R"({"L":[)" + deep + "]}";
    EventRecord record = message_record(1, "g1", "2023-03", "hello");
    record.json.insert(record.json.rfind(R"("message")"), R"("deep":)" + deep + ",");
    MessageGroups handler(table.engine(), MessageGroups::Way::right);
    CHECK(handler.handle({"messages", "arn", {record}}).has_returned());
    CHECK(table.rows_of("g1") == Rows{"ann 2023-03 hello"});
}

TEST_CASE("every record of a batch counts and a group never goes back in time", "[message_groups]") {
    MessageTable table;
    table.create();
    table.put_group("ann", "g1", "2023-01");
    table.put_group("bob", "g2", "2023-01");
    table.put_group("eve", "g3", "2023-09");
    MessageGroups handler(table.engine(), MessageGroups::Way::right);
    CHECK(handler
              .handle(
                  {"messages",
                   "arn",
                   {message_record(1, "g1", "2023-05", "late"), message_record(2, "g1", "2023-04", "early"),
                    message_record(3, "g2", "2023-06", "other"), message_record(4, "g3", "2023-08", "old")}})
              .has_returned());
    CHECK(table.rows_of("g1") == Rows{"ann 2023-05 late"});
    CHECK(table.rows_of("g2") == Rows{"bob 2023-06 other"});
    CHECK(table.rows_of("g3") == Rows{"eve 2023-09 first"});
}

// This is what the handler is there to demonstrate: it sees only the first record.
TEST_CASE("the naive way loses all but the first record of a batch", "[message_groups]") {
    MessageTable table;
    table.create();
    table.put_group("ann", "g1", "2023-01");
    table.put_group("bob", "g2", "2023-01");
    MessageGroups handler(table.engine(), MessageGroups::Way::naive);
    CHECK(
        handler
            .handle({"messages",
                     "arn",
                     {message_record(1, "g1", "2023-05", "seen"), message_record(2, "g1", "2023-06", "lost"),
                      message_record(3, "g2", "2023-06", "lost")}})
            .has_returned());
    CHECK(table.rows_of("g1") == Rows{"ann 2023-05 seen"});
    CHECK(table.rows_of("g2") == Rows{"bob 2023-01 first"});
}

// The handler's own writes appear on the stream again; answering them would never end.
TEST_CASE("the groups' own changes and removals are left alone", "[message_groups]") {
    MessageTable table;
    table.create();
    table.put_group("ann", "g1", "2023-01");
    const EventRecord group{1,
                            R"({"dynamodb":{"Keys":{"pk":{"S":"GRP#ann"}},"NewImage":{"sk":{"S":"2030"}}}})"};
    const EventRecord removal{2, R"({"eventName":"REMOVE","dynamodb":{"Keys":{"pk":{"S":"MSG#g1"}}}})"};
    for (const auto way : {MessageGroups::Way::right, MessageGroups::Way::naive}) {
        MessageGroups handler(table.engine(), way);
        CHECK(handler.handle({"messages", "arn", {group}}).has_returned());
        CHECK(handler.handle({"messages", "arn", {removal}}).has_returned());
    }
    CHECK(table.rows_of("g1") == Rows{"ann 2023-01 first"});
}

TEST_CASE("messages of a deleted table need nothing", "[message_groups]") {
    MessageTable table;
    MessageGroups right(table.engine(), MessageGroups::Way::right);
    CHECK(right.handle({"messages", "arn", {message_record(1, "g1", "2023-05", "gone")}}).has_returned());
}

// The whole loop on a stream: write, record, batch, handler, write.
TEST_CASE("a message written to the table moves its group", "[message_groups]") {
    MessageTable table;
    Dispatcher dispatcher(table.engine());
    MappingOptions options;
    options.table_name = "messages";
    options.handler_name = "message-groups";
    dispatcher.add(options, std::make_shared<MessageGroups>(table.engine(), MessageGroups::Way::right));
    table.create();
    table.put_group("ann", "g1", "2023-01");
    table.put_group("bob", "g1", "2023-01");
    for (int i = 10; i < 60; ++i)
        table.put_message("g1", "2023-02-" + std::to_string(i), "text " + std::to_string(i));
    CHECK(dispatcher.drain(std::chrono::minutes(1)).empty());
    CHECK(table.rows_of("g1") == Rows{"ann 2023-02-59 text 59", "bob 2023-02-59 text 59"});
}
