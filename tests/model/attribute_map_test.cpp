#include <string>

#include "engine/model/attribute_json.hpp"
#include "tests/catch.hpp"

using namespace tailrace;

namespace {

AttributeMap of(std::initializer_list<const char*> names, const char* value) {
    std::vector<AttributeMap::Entry> entries;
    for (const char* name : names) entries.emplace_back(name, value);
    return AttributeMap(std::move(entries));
}

/// Each name followed by the first letter of its value: "a1 b2".
std::string shown(const AttributeMap& map) {
    std::string text;
    for (const auto& [name, value] : map) {
        text.append(text.empty() ? "" : " ").append(name).append(value.get<std::string>());
    }
    return text;
}

}  // namespace

TEST_CASE("a map made of entries is sorted by name and has the last entry of each name", "[attribute]") {
    CHECK(shown(of({"c", "a", "b"}, "1")) == "a1 b1 c1");
    const std::vector<AttributeMap::Entry> repeated = {
        {"b", "1"}, {"a", "1"}, {"b", "2"}, {"a", "2"}, {"b", "3"}};
    CHECK(shown(AttributeMap(repeated)) == "a2 b3");
    CHECK(AttributeMap(std::vector<AttributeMap::Entry>()).empty());
}

TEST_CASE("many attributes are set at once", "[attribute]") {
    AttributeMap map = of({"b", "d", "f"}, "1");
    map.set_all({{"g", "2"}, {"a", "2"}, {"d", "2"}, {"e", "2"}});
    CHECK(shown(map) == "a2 b1 d2 e2 f1 g2");
    map.set_all({});
    CHECK(shown(map) == "a2 b1 d2 e2 f1 g2");
    AttributeMap empty;
    empty.set_all({{"b", "1"}, {"a", "1"}});
    CHECK(shown(empty) == "a1 b1");
}

TEST_CASE("many attributes are removed at once", "[attribute]") {
    AttributeMap map = of({"a", "b", "c", "d", "e"}, "1");
    map.erase_all({"Z", "a", "bb", "c", "e", "f"});
    CHECK(shown(map) == "b1 d1");
    map.erase_all({});
    CHECK(shown(map) == "b1 d1");
    map.erase_all({"b", "d"});
    CHECK(map.empty());
}

// A few names are searched one by one, many by bisection.
TEST_CASE("an attribute is found and removed by its name among few and among many", "[attribute]") {
    for (int count = 0; count <= 40; ++count) {
        AttributeMap map;
        for (int i = 0; i < count; ++i) map.set("name" + std::to_string(i), Number(i));
        for (int i = 0; i < count; ++i) {
            const AttributeValue* value = map.find("name" + std::to_string(i));
            REQUIRE(value != nullptr);
            REQUIRE(value->get<Number>() == Number(i));
        }
        for (const char* absent : {"", "name", "name00", "zz", "a"}) {
            REQUIRE(map.find(absent) == nullptr);
            REQUIRE_FALSE(map.erase(absent));
        }
        for (int i = 0; i < count; ++i) {
            REQUIRE(map.erase("name" + std::to_string(i)));
            REQUIRE_FALSE(map.contains("name" + std::to_string(i)));
        }
        REQUIRE(map.empty());
    }
}
