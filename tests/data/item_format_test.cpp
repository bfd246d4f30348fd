#include "server/data/item_format.hpp"

#include "tests/catch.hpp"
#include "tests/data/reading.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

using Lines = std::vector<std::string>;

Lines read(std::string_view text, ReadingOptions options = {}) {
    if (options.table_name.empty()) options.table_name = "music";
    return read_in_any_pieces(options, text);
}

}  // namespace

TEST_CASE("lines of an export, of plain items and of typed items are told apart", "[data]") {
    CHECK(read("{\"Item\":{\"id\":{\"S\":\"1\"}}}\n\n{\"Item\":{\"id\":{\"S\":\"2\"}}}") ==
          Lines{R"(1 {"id":{"S":"1"}})", R"(3 {"id":{"S":"2"}})"});
    CHECK(read("{\"id\":{\"S\":\"1\"}}\r\n{\"id\":{\"N\":\"2\"}}\r\n") ==
          Lines{R"(1 {"id":{"S":"1"}})", R"(2 {"id":{"N":"2"}})"});
    CHECK(read(R"({"id":"1","Item":{"size":2}})") ==
          Lines{R"(1 {"Item":{"M":{"size":{"N":"2"}}},"id":{"S":"1"}})"});
    CHECK(read(R"({"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"id":{"S":"1"}},)"
               R"("NewImage":{"id":{"S":"1"}}})") == Lines{R"(1 {"id":{"S":"1"}})"});
    CHECK(read(R"({"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"id":{"S":"1"}}})") ==
          Lines{"1! the record removes an item, but an import only adds items"});
    CHECK(read("\xef\xbb\xbf{\"id\":1}") == Lines{R"(1 {"id":{"N":"1"}})"});
    CHECK(read("").empty());
}

TEST_CASE("a bad line has a reason and the others are read", "[data]") {
    CHECK(
        read("{\"id\":{\"S\":\"1\"}}\n{\"id\":{\"S\":\"2\"\n{\"id\":{\"S\":3}}\n7\n{\"id\":{\"S\":\"4\"}}") ==
        Lines{R"(1 {"id":{"S":"1"}})", "2! incomplete JSON at column 15",
              "3! NUMBER_VALUE cannot be converted to String", "4! an item is a JSON object",
              R"(5 {"id":{"S":"4"}})"});
    const std::string long_line(max_item_text_bytes + 1, 'x');
    CHECK(read_all({.format = ItemFormat::json}, long_line + "\n{\"id\":1}\n", 100'000) ==
          Lines{"1! the item's text has more than 4194304 bytes", R"(2 {"id":{"N":"1"}})"});
}

TEST_CASE("items may be in an array or extend over lines", "[data]") {
    CHECK(read("[{\"id\": \"[\"},\n {\"id\": \"}\\\"\", \"n\": [1, {}]}, 5 ]\n") ==
          Lines{R"(1 {"id":{"S":"["}})", R"(2 {"id":{"S":"}\""},"n":{"L":[{"N":"1"},{"M":{}}]}})",
                "2! an item is a JSON object"});
    CHECK(read("{\n  \"id\": 1\n}\n{\n  \"id\": 2\n}") ==
          Lines{R"(1 {"id":{"N":"1"}})", R"(4 {"id":{"N":"2"}})"});
    CHECK(read("[{\"id\": 1}] {}") ==
          Lines{R"(1 {"id":{"N":"1"}})",
                "! line 1: there is more text after the end of the JSON value, so "
                "nothing after this can be read"});
    CHECK(read("[\n{\"id\": 1},\n{\"id\": {") ==
          Lines{R"(2 {"id":{"N":"1"}})",
                "! line 3: the value that begins here has no end, so nothing after it can be read"});
}

TEST_CASE("the output of scan is read", "[data]") {
    const Lines expected{R"(3 {"id":{"S":"1"}})"};
    CHECK(read("{\n \"Items\": [\n  {\"id\": {\"S\": \"1\"}}\n ],\n \"Count\": 1, \"ScannedCount\": 1,\n"
               " \"ConsumedCapacity\": null\n}\n") == expected);
    CHECK(
        read("{\"Count\": 1, \"LastEvaluatedKey\": {\"id\": {\"S\": \"1\"}},\n\"Items\": [\n{\"id\": {\"S\": "
             "\"1\"}}]}") == expected);
    CHECK(read("{\"Count\": 1}", {.format = ItemFormat::scan}) == Lines{"! there is no array Items"});
    CHECK(read("[]", {.format = ItemFormat::scan}) ==
          Lines{"! line 1: a JSON object was expected, so nothing after this can be read"});
}

TEST_CASE("requests of batch-write-item are read for one table", "[data]") {
    const std::string requests =
        "{\"music\": [\n{\"PutRequest\": {\"Item\": {\"id\": {\"S\": \"1\"}}}},\n"
        "{\"DeleteRequest\": {\"Key\": {\"id\": {\"S\": \"1\"}}}}, {}],\n"
        "\"books\": [{\"PutRequest\": {\"Item\": {\"id\": {\"S\": \"2\"}}}}]}";
    const Lines expected{R"(2 {"id":{"S":"1"}})",
                         "3! a DeleteRequest removes an item, but an import only adds items",
                         "3! a request has the form {\"PutRequest\": {\"Item\": {…}}}",
                         "4! the request is for the table books, not for music"};
    CHECK(read(requests) == expected);
    CHECK(read("{\"RequestItems\": " + requests + "}") == expected);
}

TEST_CASE("what has no known form is refused", "[data]") {
    const std::string unknown = "! the format cannot be determined from the name or the first bytes";
    CHECK(read("id,name\n1,a\n") == Lines{unknown});
    CHECK(read("\xff\xfe") == Lines{unknown});
    CHECK(read("\xff\xfe", {.format_option = "--format"}) == Lines{unknown + "; give --format"});
    CHECK(read("id,name\n1,a\n", {.file_name = "a.csv"}) == Lines{R"(2 {"id":{"S":"1"},"name":{"S":"a"}})"});
}

TEST_CASE("formats have names", "[data]") {
    for (const std::string_view name : read_formats()) CHECK(name_of(*format_named(name)) == name);
    CHECK(format_named("xml") == std::nullopt);
    CHECK(written_formats() == std::vector<std::string_view>{"dynamodb-json", "json", "csv", "ion"});
}
