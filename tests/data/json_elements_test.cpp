#include "server/data/json_elements.hpp"

#include "tests/catch.hpp"

using namespace tailrace::server;

namespace {

std::vector<std::string> elements(JsonLayout layout, std::string_view text) {
    std::vector<std::string> found;
    const auto take = [&](const JsonElements::Element& element) {
        found.push_back(std::string(element.array_name) + ":" + std::string(element.text));
    };
    JsonElements reader(layout);
    try {
        reader.add(text, take);
        reader.finish(take);
    } catch (const DataFault& fault) {
        found.emplace_back(fault.what());
    }
    return found;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("only the elements of the right arrays are found", "[data]") {
    CHECK(elements(JsonLayout::items,
                   R"({"a":[1,[2]],"b":{"Items":[3]},"c":"[","Items":[{"x":"]"},"y"],"d":null})") ==
          Lines{R"(Items:{"x":"]"})", R"(Items:"y")"});
    CHECK(elements(JsonLayout::request_items, R"({"a":[1,2],"b":{"c":[3]},"d":[]})") == Lines{"a:1", "a:2"});
    CHECK(elements(JsonLayout::request_items, R"({"RequestItems":{"a":[true]},"b":[null]})") ==
          Lines{"a:true", "b:null"});
    CHECK(elements(JsonLayout::values, "{} [1] \"a b\" 12") == Lines{":{}", ":[1]", ":\"a b\"", ":12"});
}

TEST_CASE("a damaged text ends the reading", "[data]") {
    const auto at = [](std::string_view reason) {
        return Lines{"line 1: " + std::string(reason) + ", so nothing after this can be read"};
    };
    CHECK(elements(JsonLayout::array, "[}") == at("a bracket is closed that is not open"));
    CHECK(elements(JsonLayout::array, "{}") == at("a JSON array was expected"));
    CHECK(elements(JsonLayout::items, "{Items:[]}") == at("a name in quotes was expected"));
    CHECK(elements(JsonLayout::items, "{\"Items\":[") ==
          at("the text ends before its last bracket is closed"));
    CHECK(elements(JsonLayout::items, "{\"" + std::string(2000, 'x')) == at("a name is too long"));
    CHECK(elements(JsonLayout::request_items, "{}") == Lines{"there is no array of items"});
}
