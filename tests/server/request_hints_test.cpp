#include "server/hints/request_hints.hpp"

#include <string>

#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

/// A server with the table music: the key artist and song, and the index by-album.
class HintsFixture : public FrontDoorFixture {
  public:
    explicit HintsFixture(FrontDoorOptions options = {}) : FrontDoorFixture(std::move(options)) {
        ask("CreateTable", R"({"TableName":"music","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"artist","AttributeType":"S"},
                                    {"AttributeName":"song","AttributeType":"S"},
                                    {"AttributeName":"album","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"},
                         {"AttributeName":"song","KeyType":"RANGE"}],
            "GlobalSecondaryIndexes":[{"IndexName":"by-album","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"album","KeyType":"HASH"}]}]})");
    }

    HttpResponse ask(const std::string& operation, const std::string& body) {
        return post(signed_headers(operation), body);
    }

    /// Returns the hint in the answer; an empty text if it has none.
    std::string hint(const std::string& operation, const std::string& body) {
        std::string headers = ask(operation, body).extra_headers;
        const std::string begin = "x-tailrace-hint: ";
        if (!headers.starts_with(begin)) return headers;
        CHECK(headers.ends_with("\r\n"));
        return headers.substr(begin.size(), headers.size() - begin.size() - 2);
    }

    std::string query_hint(const std::string& further) {
        return hint("Query", R"({"TableName":"music",)" + further + "}");
    }
};

}  // namespace

TEST_CASE("the hint for a key names what is missing, too much, or of another type") {
    HintsFixture server;
    const std::string schema = "the key of music is artist (S) and song (S): ";
    CHECK(server.hint("GetItem", R"({"TableName":"music","Key":{"artist":{"S":"a"}}})") ==
          schema + "song is missing");
    CHECK(server.hint("GetItem", R"({"TableName":"music","Key":{"artist":{"N":"1"},"Song":{"S":"b"}}})") ==
          schema + "artist is of type N, song is missing, Song is not part of the key");
    CHECK(server.hint("PutItem", R"({"TableName":"music","Item":{"artist":{"S":"a"},"year":{"N":"1"}}})") ==
          schema + "song is missing");
    CHECK(server.hint("PutItem", R"({"TableName":"music","Item":{"artist":{"S":"a"},"Song":{"S":"b"}}})") ==
          schema + "song is missing (the item has Song)");
    CHECK(server.hint("BatchWriteItem",
                      R"({"RequestItems":{"music":[{"DeleteRequest":{"Key":{"song":{"S":"b"}}}}]}})") ==
          schema + "artist is missing");
    CHECK(server.hint("TransactWriteItems",
                      R"({"TransactItems":[{"Delete":{"TableName":"music","Key":{"song":{"S":"b"}}}}]})") ==
          schema + "artist is missing");
}

TEST_CASE("the hint for a key condition names the index that serves it") {
    HintsFixture server;
    const std::string value = R"(,"ExpressionAttributeValues":{":a":{"S":"x"}})";
    CHECK(server.query_hint(R"("KeyConditionExpression":"album = :a")" + value) ==
          "the condition fits the index by-album, whose key is album (S): add it as IndexName");
    CHECK(server.query_hint(R"("IndexName":"by-album","KeyConditionExpression":"artist = :a")" + value) ==
          "without IndexName the condition fits the key of the table, artist (S) and song (S)");
    CHECK(server.query_hint(R"("KeyConditionExpression":"Artist = :a")" + value) ==
          "the key of music is artist (S) and song (S); did you mean artist?");
    CHECK(server.query_hint(R"("KeyConditionExpression":"genre = :a")" + value) ==
          "the key of music is artist (S) and song (S); no index has the key genre, so add a global "
          "secondary index, or put the condition into FilterExpression");
    CHECK(server.query_hint(R"("KeyConditionExpression":"artist > :a")" + value) ==
          "the key of music is artist (S) and song (S); a partition key takes =, and a sort key =, <, <=, >, "
          ">=, BETWEEN or begins_with, each once");
    CHECK(server.query_hint(R"("KeyConditionExpression":"artist = :a","FilterExpression":"song = :a")" +
                            value) ==
          "move the condition on song to KeyConditionExpression, or Query an index without song in its key");
    CHECK(
        server.query_hint(R"("KeyConditionExpression":"artist = :a AND album = :a")" + value) ==
        "the key of music is artist (S) and song (S); album is in the key of the index by-album, and a Query "
        "uses one key: put the other conditions into FilterExpression");
    CHECK(
        server.query_hint(R"("IndexName":"by-album","KeyConditionExpression":"album = :a AND artist = :a")" +
                          value) ==
        "the key of the index by-album is album (S); artist is in the key of the table, and a Query uses one "
        "key: put the other conditions into FilterExpression");
    CHECK(
        server.query_hint(R"("KeyConditionExpression":"album > :a")" + value) ==
        "the key of music is artist (S) and song (S); the index by-album has the key album (S): a partition "
        "key takes =, and a sort key =, <, <=, >, >=, BETWEEN or begins_with, each once");
    CHECK(server.query_hint(R"("KeyConditions":{"album":{"ComparisonOperator":"EQ",)"
                            R"("AttributeValueList":[{"S":"x"}]}})") ==
          "the condition fits the index by-album, whose key is album (S): add it as IndexName");
    CHECK(server.query_hint(R"("IndexName":"by-albun","KeyConditionExpression":"album = :a")" + value) ==
          "the indexes of music are by-album; did you mean by-album?");
    CHECK(server.query_hint(
              R"("IndexName":"by-album","ConsistentRead":true,"KeyConditionExpression":"album = :a")" +
              value) ==
          "leave out ConsistentRead for the index by-album, which is always updated a little later, or read "
          "the table itself");
    CHECK(server.query_hint(R"("KeyConditionExpression":"artist = :a","ProjectionExpression":"status")" +
                            value) ==
          R"(write #status in the expression, and give ExpressionAttributeNames={"#status":"status"})");
}

// A key condition has fewer operators than a filter.
TEST_CASE("the hint for a filter moves only what a key condition can have") {
    HintsFixture server;
    const auto hint = [&server](const std::string& condition, const std::string& filter) {
        return server.query_hint(R"("KeyConditionExpression":")" + condition + R"(","FilterExpression":")" +
                                 filter + R"(","ExpressionAttributeValues":{":a":{"S":"x"}})");
    };
    const std::string instead = "check song in the program, or Query an index without song in its key";
    for (const char* filter : {"song <> :a", "song IN (:a)", "song = :a OR genre = :a", "NOT song = :a",
                               "contains(song, :a)", "size(song) > :a", "song > :a AND song < :a"}) {
        CHECK(hint("artist = :a", filter) ==
              "a filter cannot use song, which is in the key, and a key condition has only =, <, <=, >, >=, "
              "BETWEEN and begins_with, without OR and NOT: " +
                  instead);
    }
    for (const char* filter :
         {"song < :a", "begins_with(song, :a)", "song BETWEEN :a AND :a AND genre = :a"}) {
        CHECK(hint("artist = :a", filter) ==
              "move the condition on song to KeyConditionExpression, or Query an index without song in its "
              "key");
    }
    CHECK(hint("artist = :a AND song > :a", "song < :a") ==
          "the key condition has song already, and takes it once: " + instead);
    CHECK(hint("artist = :a", "artist = :a") ==
          "leave artist out of the filter: the key condition gives its value");
    CHECK(server
              .query_hint(R"("KeyConditions":{"artist":{"ComparisonOperator":"EQ","AttributeValueList":)"
                          R"([{"S":"x"}]}},"QueryFilter":{"song":{"ComparisonOperator":"NE",)"
                          R"("AttributeValueList":[{"S":"x"}]}})")
              .starts_with("a filter cannot use song"));
}

TEST_CASE("the hint for a condition that does not hold is left out when the item was asked for") {
    HintsFixture server;
    const std::string item = R"({"TableName":"music","Item":{"artist":{"S":"a"},"song":{"S":"b"}})";
    server.ask("PutItem", item + "}");
    const std::string put = item + R"--(,"ConditionExpression":"attribute_not_exists(artist)")--";
    CHECK(server.hint("PutItem", put + "}") ==
          "with ReturnValuesOnConditionCheckFailure=ALL_OLD the error shows the item that does not meet the "
          "condition");
    CHECK(server.hint("PutItem", put + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})").empty());
    CHECK(server.hint("TransactWriteItems", R"({"TransactItems":[{"Put":)" + put + "}}]}") ==
          "with ReturnValuesOnConditionCheckFailure=ALL_OLD the error shows the item that does not meet the "
          "condition");
}

TEST_CASE("the hint for a condition on an item that does not exist says so") {
    HintsFixture server;
    const std::string update = R"({"TableName":"music","Key":{"artist":{"S":"a"},"song":{"S":"b"}},)"
                               R"("UpdateExpression":"REMOVE genre",)"
                               R"--("ConditionExpression":"attribute_exists(artist)")--";
    const std::string item = R"({"TableName":"music","Item":{"artist":{"S":"a"},"song":{"S":"c"}}})";
    CHECK(server.hint("UpdateItem", update + "}") == "music has no item with this key");
    CHECK(server.hint("UpdateItem", update + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})") ==
          "music has no item with this key");
    CHECK(server.hint("TransactWriteItems",
                      R"({"TransactItems":[{"Put":)" + item + R"(},{"Update":)" + update + "}}]}") ==
          "music has no item with the key of TransactItems[1]");
}

TEST_CASE("the hint for a reserved word has a placeholder that is free") {
    HintsFixture server;
    const auto hint = [&server](const std::string& names) {
        return server.hint("UpdateItem",
                           R"({"TableName":"music","Key":{"artist":{"S":"a"},"song":{"S":"b"}},)"
                           R"("UpdateExpression":"SET #status = :a, status = :a",)"
                           R"("ExpressionAttributeValues":{":a":{"S":"x"}},)"
                           R"("ExpressionAttributeNames":)" +
                               names + "}");
    };
    CHECK(hint(R"({"#status":"x"})") ==
          R"(write #status2 in the expression, and add "#status2":"status" to ExpressionAttributeNames)");
    CHECK(hint(R"({"#status":"x","#status2":"y"})") ==
          R"(write #status3 in the expression, and add "#status3":"status" to ExpressionAttributeNames)");
    CHECK(hint(R"({"#status":"status"})") ==
          "write #status in the expression, which ExpressionAttributeNames has already");
}

TEST_CASE("the hint for the key of an index names the type that it has") {
    HintsFixture server;
    CHECK(
        server.hint("PutItem", R"({"TableName":"music","Item":{"artist":{"S":"a"},"song":{"S":"b"},)"
                               R"("album":{"N":"1"}}})") ==
        "album is of type N, and the key of the index by-album has album (S): give it as S, or leave it out "
        "of items that are not for the index");
    CHECK(server.hint("PutItem", R"({"TableName":"music","Item":{"artist":{"S":"a"},"song":{"S":"b"},)"
                                 R"("album":{"S":""}}})") ==
          "leave the attribute out of items that are not for the index: an index holds only the items that "
          "have all attributes of its key");
}

TEST_CASE("the hint for a table or a stream that is not there names what is") {
    HintsFixture server;
    CHECK(server.hint("Scan", R"({"TableName":"musik"})") ==
          "the table musik does not exist; did you mean music?");
    CHECK(server.hint("BatchGetItem", R"({"RequestItems":{"books":{"Keys":[{"k":{"S":"a"}}]}}})") ==
          "the table books does not exist; the tables here are music");
    const HttpResponse response =
        server.post({{"Content-Type", "application/x-amz-json-1.0"},
                     {"X-Amz-Target", "DynamoDBStreams_20120810.DescribeStream"},
                     {"X-Amz-Date", "20260131T120000Z"},
                     {"Authorization", authorization}},
                    R"({"StreamArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/music/stream/)"
                    R"(2026-01-31T12:00:00.000"})");
    CHECK(response.extra_headers ==
          "x-tailrace-hint: music has no stream that is enabled; UpdateTable with StreamSpecification "
          "StreamEnabled=true and StreamViewType=NEW_AND_OLD_IMAGES enables one\r\n");
    FrontDoorFixture empty;
    CHECK(empty.post(signed_headers("Scan"), R"({"TableName":"music"})").extra_headers ==
          "x-tailrace-hint: the table music does not exist; there are no tables here yet\r\n");
}

// A header is one line of ASCII, whatever the request calls its attributes.
TEST_CASE("a name in a hint cannot make headers of its own") {
    HintsFixture server;
    const std::string name = R"(a\r\nSet-Cookie: b\u00e9)" + std::string(100, 'x');
    CHECK(server.hint("DeleteItem", R"({"TableName":"music","Key":{"artist":{"S":"a"},"song":{"S":"b"},")" +
                                        name + R"(":{"S":"c"}}})") ==
          "the key of music is artist (S) and song (S): a??Set-Cookie: b??" + std::string(42, 'x') +
              "... is not part of the key");
}

TEST_CASE("without hints an error has AWS's headers only") {
    HintsFixture server({.gives_hints = false});
    CHECK(server.hint("Scan", R"({"TableName":"musik"})").empty());
}
