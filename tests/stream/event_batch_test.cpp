#include <string>

#include "stream/handler/handler.hpp"
#include "tests/catch.hpp"

using tailrace::stream::EventBatch;

// Lambda adds the stream's ARN to each record; nothing else is changed.
TEST_CASE("a batch is Lambda's event", "[stream]") {
    const EventBatch batch{
        "messages", "arn:aws:dynamodb:x", {{1, R"({"eventID":"a"})"}, {2, R"({"eventID":"b"})"}}};
    CHECK(batch.event_json() == R"({"Records":[{"eventID":"a","eventSourceARN":"arn:aws:dynamodb:x"},)"
                                R"({"eventID":"b","eventSourceARN":"arn:aws:dynamodb:x"}]})");
}
