#include "server/data/plain_json.hpp"

#include "engine/model/api_error.hpp"
#include "tests/catch.hpp"
#include "tests/data/reading.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

std::string fault_of(std::string_view text) {
    try {
        read_plain_json(text);
        return "";
    } catch (const DataFault& fault) {
        return fault.what();
    } catch (const ApiError& error) {
        return error.message();
    }
}

}  // namespace

TEST_CASE("plain JSON has the types of the document clients", "[data]") {
    CHECK(to_json(read_plain_json(R"({"s": "é\n", "n": 1.50, "t": true, "f": false, "z": null,
                                      "l": [1, "a", []], "m": {"b": {}}, "": 0})")) ==
          R"({"":{"N":"0"},"f":{"BOOL":false},"l":{"L":[{"N":"1"},{"S":"a"},{"L":[]}]},)"
          R"("m":{"M":{"b":{"M":{}}}},"n":{"N":"1.5"},"s":{"S":"é\n"},"t":{"BOOL":true},"z":{"NULL":true}})");
}

// A double has 15 to 17 digits.
TEST_CASE("numbers keep all their digits", "[data]") {
    CHECK(
        to_json(read_plain_json(R"({"a": 12345678901234567890123456789012345678, "b": -0.1234567890123456789,
                                      "c": 1e100})")) ==
        R"({"a":{"N":"12345678901234567890123456789012345678"},"b":{"N":"-0.1234567890123456789"},)"
        R"("c":{"N":"1)" +
            std::string(100, '0') + R"("}})");
    CHECK(fault_of(R"({"a": 123456789012345678901234567890123456789})") ==
          "Attempting to store more than 38 significant digits in a Number");
}

TEST_CASE("what is not a JSON object is refused", "[data]") {
    CHECK(fault_of("[]") == "an item is a JSON object");
    CHECK(fault_of("{\"a\": 1,}") == "syntax error at column 9");
    CHECK(fault_of("{\"a\": 1} x") == "extra data at column 10");
    CHECK(fault_of("{\"a\": \"\xff\"}") == "syntax error at column 8");
    CHECK(fault_of("{\"a\": " + std::string(100, '[')) == "too deep at column 70");
    const ReadingOptions plain{.format = ItemFormat::json};
    const std::string deep = R"({"a":)" + std::string(33, '[') + std::string(33, ']') + "}";
    CHECK(read_all(plain, deep) ==
          std::vector<std::string>{"1! Nesting Levels have exceeded supported limits: Attributes in the item "
                                   "have nested levels beyond "
                                   "supported limit"});
    CHECK(read_all(plain, R"({"":1})") == std::vector<std::string>{"1! Empty attribute name"});
}

TEST_CASE("keys take the types of the table", "[data]") {
    const KeyTypes keys{
        {"a", AttributeType::S}, {"b", AttributeType::N}, {"c", AttributeType::B}, {"d", AttributeType::N}};
    AttributeMap item = read_plain_json(R"({"a": 1, "b": "2", "c": "AQI=", "d": true, "e": "5"})");
    take_key_types(item, keys);
    CHECK(to_json(item) ==
          R"({"a":{"S":"1"},"b":{"N":"2"},"c":{"B":"AQI="},"d":{"BOOL":true},"e":{"S":"5"}})");
}

TEST_CASE("items are written as plain JSON", "[data]") {
    const std::string item =
        R"({"b":{"B":"AQI="},"bs":{"BS":["AQ=="]},"l":{"L":[{"NULL":true},{"BOOL":false}]},)"
        R"("m":{"M":{"x\"":{"S":"\u0001"}}},"n":{"N":"0.5"},"ns":{"NS":["1","2"]},)"
        R"("ss":{"SS":["a"]}})";
    std::string out;
    append_plain_json(out, parse_stored_item(item));
    CHECK(
        out ==
        R"({"b":"AQI=","bs":["AQ=="],"l":[null,false],"m":{"x\"":"\u0001"},"n":0.5,"ns":[1,2],"ss":["a"]})");
}
