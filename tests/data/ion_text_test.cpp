#include "server/data/ion_text.hpp"

#include "engine/model/api_error.hpp"
#include "tests/catch.hpp"
#include "tests/data/reading.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

std::string read_ion(std::string_view text) {
    try {
        return to_json(read_ion_item(text));
    } catch (const DataFault& fault) {
        return fault.what();
    } catch (const ApiError& error) {
        return error.message();
    }
}

}  // namespace

// The line is from "DynamoDB table export output format".
TEST_CASE("a line of an export is read", "[data]") {
    CHECK(read_ion(
              R"($ion_1_0 {Item:{Authors:$dynamodb_SS::["Author1","Author2"],Dimensions:"8.5 x 11.0 x 1.5",)"
              R"(ISBN:"333-3333333333",Id:103.,InPublication:false,PageCount:6d2,Price:2d3,)"
              R"(ProductCategory:"Book",Title:"Book 103 Title"}})") ==
          R"({"Authors":{"SS":["Author1","Author2"]},"Dimensions":{"S":"8.5 x 11.0 x 1.5"},)"
          R"("ISBN":{"S":"333-3333333333"},"Id":{"N":"103"},"InPublication":{"BOOL":false},)"
          R"("PageCount":{"N":"600"},"Price":{"N":"2000"},"ProductCategory":{"S":"Book"},)"
          R"("Title":{"S":"Book 103 Title"}})");
}

TEST_CASE("every type is written and read again", "[data]") {
    const std::string item =
        R"({"":{"NULL":true},"a b":{"S":"\"\\\u0000\té😀"},"b":{"B":"AQI="},"bs":{"BS":["AQ=="]},)"
        R"("l":{"L":[{"N":"-0.5"},{"M":{"null":{"BOOL":true},"it's":{"L":[]}}}]},"n":{"N":"100"},)"
        R"("ns":{"NS":["1","2.5"]},"ss":{"SS":["a"]}})";
    const AttributeMap read_item = parse_stored_item(item);
    std::string text;
    append_ion_item(text, read_item);
    CHECK(text ==
          R"($ion_1_0 {Item:{'':null,'a b':"\"\\\x00\té😀",b:{{AQI=}},bs:$dynamodb_BS::[{{AQ==}}],)"
          R"(l:[-0.5,{'it\'s':[],'null':true}],n:100.,ns:$dynamodb_NS::[1.,2.5],ss:$dynamodb_SS::["a"]}})");
    CHECK(read_ion_item(text) == read_item);
}

TEST_CASE("other ways to write the same in Ion are read", "[data]") {
    CHECK(read_ion(R"({Item: {'a' : 1_000, "b": null.string, c: '''one''' ''' two''', /* d */ d: {{ AQ I= }},
                   e: "\u00e9\U0001F600\x41\ud83d\ude00\/", f: 1.5e3, g: [1, 2,], h: -1d-2}} // end)") ==
          R"({"a":{"N":"1000"},"b":{"NULL":true},"c":{"S":"one two"},"d":{"B":"AQI="},"e":{"S":"é😀A😀/"},)"
          R"("f":{"N":"1500"},"g":{"L":[{"N":"1"},{"N":"2"}]},"h":{"N":"-0.01"}})");
}

TEST_CASE("what DynamoDB has no type for is refused with its place", "[data]") {
    CHECK(read_ion("{Item:{a:2026-01-31T}}") == "a value that DynamoDB has no type for at column 10");
    CHECK(read_ion("{Item:{a:hello}}") == "a value that DynamoDB has no type for at column 10");
    CHECK(read_ion("{Item:{a:0x1F}}") == "a value that DynamoDB has no type for at column 10");
    CHECK(read_ion("{Item:{a:unit::1}}") == "a value that DynamoDB has no type for at column 10");
    CHECK(read_ion("{Item:{a:(1 2)}}") == "a value that DynamoDB has no type for at column 10");
    CHECK(read_ion("{Item:{a:{{\"clob\"}}}}") == "'}}' was expected at column 12");
    CHECK(read_ion("{Item:{a:$dynamodb_NS::[\"1\"]}}") == "a set with a value of another type at column 29");
    CHECK(read_ion("{Item:{a:$dynamodb_SS::[]}}") == "an empty set at column 26");
    CHECK(read_ion("{Item:{a:$dynamodb_SS::[\"a\",\"a\"]}}") ==
          "a set with the same value twice at column 33");
    CHECK(read_ion("{Item:{a:\"\\ud800\"}}") == "'\\u' was expected at column 17");
    CHECK(read_ion("{Item:{a:\"b") == "a text without an end at column 11");
    CHECK(read_ion("{Item:{a:1}} {}") == "there is more text after the item at column 14");
    CHECK(read_ion("{id:1}") == "a line has the form $ion_1_0 {Item:{…}}");
    CHECK(read_ion("{Item:{a:\"\xff\"}}") == "the line is not UTF-8");
    CHECK(read_ion("{Item:{a:" + std::string(1'000'000, '[')).starts_with("Nesting Levels have exceeded"));
}
