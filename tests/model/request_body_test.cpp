#include "engine/model/request_body.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/model/json_text.hpp"
#include "tests/catch.hpp"

namespace tailrace {
namespace {

constexpr std::string_view item[] = {"Item"};
constexpr std::string_view batch[] = {"RequestItems", "", "", "PutRequest", "Item"};

std::string text_of(const boost::json::object& object) {
    std::string text;
    append_json(text, object);
    return text;
}

/// The JSON of a body without its items, and then each of them; "in JSON" if they are not read separately.
std::vector<std::string> apart(std::string_view text, ItemPath path) {
    RequestBody body(text, {}, path);
    if (body.items().empty()) {
        CHECK(&body.whole() == &body.json());
        return {"in JSON"};
    }
    std::vector<std::string> parts = {text_of(body.json())};
    for (const ItemJson& each : body.items()) parts.push_back(each.json);
    RequestBody whole(text, {});
    CHECK(text_of(body.whole()) == text_of(whole.json()));
    return parts;
}

std::string refusal(std::string_view text, ItemPath path) {
    try {
        const RequestBody body(text, {}, path);
    } catch (const ApiError& error) {
        return std::string(error.name()) + ": " + error.message();
    }
    return "accepted";
}

using Parts = std::vector<std::string>;
const Parts in_json = {"in JSON"};

}  // namespace

TEST_CASE("the items of a request are read separately from the rest of its JSON", "[request_body]") {
    CHECK(apart(R"({"TableName": "t", "Item": {"b": {"N": "1.0"}, "a": {"S": "x"}}, )"
                R"("Other": [{"Item": {}}]})",
                item) ==
          Parts{R"({"TableName":"t","Item":{},"Other":[{"Item":{}}]})", R"({"a":{"S":"x"},"b":{"N":"1"}})"});
    CHECK(apart(R"({"RequestItems":{"t":[{"PutRequest":{"Item":{"a":{"S":"1"}}}},{"DeleteRequest":{"Key":)"
                R"({"Item":{"S":"x"}}}},null],"u":[{"PutRequest":{"Item":{"a":{"S":"2"}}}}]}})",
                batch) == Parts{R"({"RequestItems":{"t":[{"PutRequest":{"Item":{}}},{"DeleteRequest":{"Key":)"
                                R"({"Item":{"S":"x"}}}},null],"u":[{"PutRequest":{"Item":{}}}]}})",
                                R"({"a":{"S":"1"}})", R"({"a":{"S":"2"}})"});
}

TEST_CASE("quotes and backslashes in texts around an item hide nothing", "[request_body]") {
    CHECK(apart(R"({"Text":"\"Item\":{","Other":"\\","Item":{"a":{"S":"}"}},"Last":"{\\\""})", item) ==
          Parts{R"({"Text":"\"Item\":{","Other":"\\","Item":{},"Last":"{\\\""})", R"({"a":{"S":"}"}})"});
}

TEST_CASE("items stay in the JSON if one cannot be read separately or if there is any doubt which they are",
          "[request_body]") {
    for (const std::string_view text : {
             R"({"TableName":"t"})",
             R"({"Item":null})",
             R"({"Item":[]})",
             R"({"Item":{"a":{"N":"1e1"}}})",
             R"({"Item":{"a":{"S":"x"}},"Item":{"a":{"S":"y"}}})",
             R"({"TableName":"t","TableName":"u","Item":{"a":{"S":"x"}}})",
             R"({"It\u0065m":{},"Item":{"a":{"S":"x"}}})",
             R"([{"Item":{"a":{"S":"x"}}}])",
         }) {
        CAPTURE(text);
        CHECK(apart(R"({"Body":)" + std::string(text) + "}", item) == in_json);
        if (text.front() == '{') CHECK(apart(text, item) == in_json);
    }
    const std::string put = R"([{"PutRequest":{"Item":{"a":{"S":"x"}}}}])";
    for (const std::string& text : std::vector<std::string>{
             R"({"RequestItems":{"t":)" + put + R"(,"t":)" + put + "}}",
             R"({"Others":{"t":)" + put + "}}",
             R"({"RequestItems":{"t":[{"Other":{"Item":{"a":{"S":"x"}}}}]}})",
             R"({"RequestItems":{"t":[{"PutRequest":{"Item":{"a":{"S":"x"}}}},)"
             R"({"PutRequest":{"Item":{"a":1}}}]}})",
         }) {
        CAPTURE(text);
        CHECK(apart(text, batch) == in_json);
    }
}

TEST_CASE("more items than a BatchWriteItem may have stay in the JSON", "[request_body]") {
    const auto items_apart = [](int count) {
        std::string puts;
        for (int i = 0; i < count; ++i) puts += R"(,{"PutRequest":{"Item":{"a":{"S":"x"}}}})";
        const std::string text = R"({"RequestItems":{"t":[)" + puts.substr(1) + "]}}";
        return RequestBody(text, {}, batch).items().size();
    };
    CHECK(items_apart(25) == 25);
    CHECK(items_apart(26) == 0);
}

TEST_CASE("a request that is not JSON is refused whether its items can be read separately or not",
          "[request_body]") {
    const std::string good = R"("Item":{"a":{"S":"x"}})";
    const std::string fault = "SerializationException: ";
    for (const std::string& text :
         {"{" + good, "{" + good + "}}", "{" + good + ",}", "{" + good + "\"\"}", "{\"a\":" + good + "}",
          "{\"a:" + good + "}", "{" + good + R"(,"b":"\x"})", "}{" + good, good, "{," + good + "}"}) {
        CAPTURE(text);
        CHECK(refusal(text, item) == fault);
        CHECK(refusal(text, {}) == fault);
    }
    const std::string deep = std::string(max_request_depth, '[') + std::string(max_request_depth, ']');
    const std::string too_deep = "{" + good + ",\"b\":" + deep + "}";
    CHECK(refusal(too_deep, item).starts_with("ValidationException: Nesting Levels have exceeded"));
    CHECK(refusal(too_deep, item) == refusal(too_deep, {}));
}

TEST_CASE("an empty body and one that is not an object have no JSON object", "[request_body]") {
    CHECK_FALSE(RequestBody("", {}, item).is_object());
    CHECK_FALSE(RequestBody("[1]", {}, item).is_object());
    CHECK(RequestBody("{}", {}, item).is_object());
}

}  // namespace tailrace
