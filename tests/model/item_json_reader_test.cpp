#include "engine/model/item_json_reader.hpp"

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "tests/catch.hpp"
#include "tests/model/same_item.hpp"
#include "tests/request_json.hpp"

namespace tailrace {
namespace {

/// The canonical JSON of the item at the beginning of a text; "left" if the reader leaves it to others. A
/// read item is the same as the one that the JSON parser reads.
std::string read(std::string_view text) {
    // A copy of exactly this size, so that a sanitizer sees a read beyond it.
    const std::vector<char> copy(text.begin(), text.end());
    const std::string_view exact(copy.data(), copy.size());
    std::size_t at = 0;
    const auto item = ItemJsonReader(exact).read(at);
    if (!item) return "left";
    CAPTURE(text);
    const boost::json::value parsed = tests::request_json(exact.substr(0, at));
    REQUIRE(tests::difference(*item, parsed.as_object()).empty());
    return item->json;
}

/// Items of the usual shapes.
const std::vector<std::string> usual_items = {
    R"({})",
    R"({"pk":{"S":"user#1"}})",
    R"({ "pk" : { "S" : "a" } , "sk" : { "N" : "12" } })",
    "{\n\t\"b\": {\"BOOL\": true},\r\n\t\"a\": {\"BOOL\": false}, \"n\": {\"NULL\": true}\n}",
    R"({"z":{"N":"-1"},"y":{"N":"0"},"x":{"N":"100"},"w":{"N":"12.50"},"v":{"N":"-0"},"u":{"N":"007"}})",
    R"({"b":{"B":"AAEC"},"c":{"B":"AA=="},"d":{"B":""},"e":{"B":"AAE="}})",
    R"({"tags":{"SS":["b","","a"]},"sorted":{"SS":["a","b","c"]},"n":{"NS":["10","9","1.50","-3"]}})",
    R"({"from":{"M":{"name":{"S":"Ann"},"age":{"N":"31"}}},"list":{"L":[{"S":"x"},{"L":[]},{"M":{}}]}})",
    R"({"m":{"M":{"c":{"M":{"z":{"SS":["q","p"]},"y":{"S":"1"}}},"b":{"L":[{"N":"2"}]},"a":{"S":""}}}})",
    R"({"text":{"S":"a longer text of some more characters, \"quoted\", \\ and \/ \b\f\n\r\t"}})",
    R"({"text":{"S":"caf\u00e9 \u0000\u001f\u0022\u005c\u2028 \ud83d\ude00"},"\u00e9\/":{"S":"x"}})",
    "{\"text\":{\"S\":\"caf\u00e9 \u20ac \U0001f600\"},\"\u00e9\":{\"SS\":[\"\u00e9\",\"e\"]}}",
};

}  // namespace

TEST_CASE("an item of a usual shape is read as the JSON parser reads it", "[item_json_reader]") {
    for (const std::string& text : usual_items) CHECK(read(text) != "left");
    CHECK(read(R"({"b":{"N":"1.50"}, "a":{"S":"x"}} and more)") == R"({"a":{"S":"x"},"b":{"N":"1.5"}})");
    CHECK(read(R"({"s":{"SS":["b","a"]},"n":{"NS":["2","1.0"]}})") ==
          R"({"n":{"NS":["1","2"]},"s":{"SS":["a","b"]}})");
    CHECK(read(R"({"a":{"S":"\u0001\"\\\n\/\u00e9"}})") == "{\"a\":{\"S\":\"\\u0001\\\"\\\\\\n/\u00e9\"}}");
}

TEST_CASE("an attribute is found by its name", "[item_json_reader]") {
    const std::string text =
        R"({"n":{"N":"1.0"},"s":{"S":"a\"b"},"m":{"M":{"s":{"S":"inner"}}},"p":{"S":"x"}})";
    std::size_t at = 0;
    const auto item = ItemJsonReader(text).read(at);
    REQUIRE(item);
    CHECK(at == text.size());
    CHECK(item->find("n") == AttributeValue(Number(1)));
    CHECK(item->find("s") == AttributeValue("a\"b"));
    CHECK(item->find("p") == AttributeValue("x"));
    CHECK(item->find("m") == AttributeValue(AttributeMap{{"s", "inner"}}));
    CHECK_FALSE(item->find("inner"));
    CHECK_FALSE(item->find(""));
}

TEST_CASE("an item with anything unusual is left to the JSON parser", "[item_json_reader]") {
    const std::string long_name(max_attribute_name_bytes + 1, 'n');
    for (const std::string text : {
             R"()",
             R"([])",
             R"({"a":1})",
             R"({"a":null})",
             R"({"a":{}})",
             R"({"a":{"S":"x"},"a":{"S":"y"}})",
             R"({"a":{"S":"x","S":"y"}})",
             R"({"a":{"S":"x","N":null}})",
             R"({"a":{"X":"x"}})",
             R"({"a":{"S":1}})",
             R"({"a":{"s":"x"}})",
             R"({"":{"S":"x"}})",
             R"({"a\"":{"S":"x"}})",
             R"({"a":{"N":""}})",
             R"({"a":{"N":"x"}})",
             R"({"a":{"N":"1e2"}})",
             R"({"a":{"N":1}})",
             R"({"a":{"N":".5"}})",
             R"({"a":{"N":"123456789012345678901234567890123456789"}})",
             R"({"a":{"B":"A"}})",
             R"({"a":{"B":"AB=="}})",
             R"({"a":{"B":"A\/\/="}})",
             R"({"a":{"BOOL":"true"}})",
             R"({"a":{"NULL":false}})",
             R"({"a":{"SS":[]}})",
             R"({"a":{"SS":["x","x"]}})",
             R"({"a":{"SS":["\n"]}})",
             R"({"a":{"NS":[]}})",
             R"({"a":{"NS":["1","1.0"]}})",
             R"({"a":{"BS":["AA=="]}})",
             R"({"a":{"L":[null]}})",
             R"({"a":{"M":{"":{"S":"x"}}}})",
             R"({"a":{"S":"\x"}})",
             R"({"a":{"S":"\ud83d"}})",
             R"({"a":{"S":"\ude00"}})",
             R"({"a":{"S":"\ud83d\u0041"}})",
             R"({"a":{"S":"\u00g0"}})",
             R"({"a":{"S":"x"},})",
         }) {
        CHECK(read(text) == "left");
    }
    CHECK(read("{\"" + long_name + "\":{\"S\":\"x\"}}") == "left");
    CHECK(read("{\"" + long_name.substr(1) + "\":{\"S\":\"x\"}}") != "left");
}

TEST_CASE("texts that are not UTF-8 or have control characters are left to the JSON parser",
          "[item_json_reader]") {
    for (const std::string bad :
         {"\n", "\x01", "\x80", "\xc0\xaf", "\xc3", "\xc3(", "\xe0\x80\xaf", "\xed\xa0\x80",
          "\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80"}) {
        for (std::size_t before = 0; before < 18; ++before) {
            for (const std::size_t after : {0U, 1U, 9U}) {
                const std::string text = std::string(before, 'x') + bad + std::string(after, 'y');
                CHECK(read(R"({"a":{"S":")" + text + R"("}})") == "left");
            }
        }
    }
}

TEST_CASE("values are read up to the deepest level that an item may have", "[item_json_reader]") {
    const auto nested = [](int levels) {
        std::string text = R"({"S":"x"})";
        for (int i = 1; i < levels; ++i) {
            text = i % 2 == 0 ? R"({"L":[)" + text + "]}" : R"({"M":{"m":)" + text + "}}";
        }
        return R"({"a":)" + text + "}";
    };
    CHECK(read(nested(max_attribute_nesting)) != "left");
    CHECK(read(nested(max_attribute_nesting + 1)) == "left");
}

// The reader copies eight characters at a time, so any position may matter. What it reads of a changed text
// is what the JSON parser reads, or nothing: read() requires that.
TEST_CASE("an item with any character changed, added or removed is read as the JSON parser reads it",
          "[item_json_reader]") {
    constexpr std::string_view characters = "\"\\{}[]:,/ \n09-.eSNLMu\x7f\xc3\xa9";
    std::size_t read_items = 0;
    const auto try_text = [&](const std::string& text) { read_items += read(text) != "left" ? 1 : 0; };
    for (const std::string& item : usual_items) {
        for (std::size_t at = 0; at < item.size(); ++at) {
            try_text(item.substr(0, at));
            try_text(std::string(item).erase(at, 1));
            for (const char c : characters) {
                std::string changed = item;
                changed[at] = c;
                try_text(changed);
                try_text(std::string(item).insert(at, 1, c));
            }
        }
    }
    CHECK(read_items > 1000);
}

}  // namespace tailrace
