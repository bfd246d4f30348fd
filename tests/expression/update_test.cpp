#include "engine/expression/update.hpp"

#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

Update parsed_update(std::string_view text, std::string_view values = {}) {
    Placeholders given = placeholders("", values);
    return Update::parse(text, given);
}

std::string applied(std::string_view text, std::string_view old_item, std::string_view values = {}) {
    return to_json(parsed_update(text, values).apply(item(old_item)));
}

std::string error(std::string_view text, std::string_view old_item, std::string_view values = {}) {
    return message_of([&] { applied(text, old_item, values); });
}

constexpr std::string_view no_attribute =
    "The provided expression refers to an attribute that does not exist in the item";
constexpr std::string_view no_place =
    "The document path provided in the update expression is invalid for update";
constexpr std::string_view wrong_type = "An operand in the update expression has an incorrect data type";

}  // namespace

// All changes within one map or list are made in one pass, the deepest first.
TEST_CASE("an update changes nested places of an item", "[update]") {
    constexpr std::string_view old_item =
        R"({"a":{"M":{"b":{"M":{"c":{"N":"1"},"d":{"N":"2"}}},"e":{"N":"3"}}},)"
        R"("l":{"L":[{"S":"0"},{"M":{"x":{"S":"1"},"y":{"S":"2"}}},{"S":"2"},{"S":"3"},{"S":"4"}]}})";
    CHECK(applied("SET z=:v, a.b.f=:v, a.g=:v, a.b.c=:v, b=:v, l[9]=:v, l[1].w=:v, l[3]=:v "
                  "REMOVE a.e, a.b.d, l[4], l[0], l[1].x, l[2]",
                  old_item, R"({":v":{"N":"9"}})") ==
          R"({"a":{"M":{"b":{"M":{"c":{"N":"9"},"f":{"N":"9"}}},"g":{"N":"9"}}},"b":{"N":"9"},)"
          R"("l":{"L":[{"M":{"w":{"N":"9"},"y":{"S":"2"}}},{"N":"9"},{"N":"9"}]},"z":{"N":"9"}})");
    CHECK(applied("REMOVE l[0], l[1], l[2], l[3], l[4], a", old_item) == R"({"l":{"L":[]}})");
}

TEST_CASE("Update SET assigns values and copies attributes", "[update]") {
    CHECK(applied("SET b = :v, c = a", R"({"a":{"S":"x"}})", R"({":v":{"N":"4"}})") ==
          R"({"a":{"S":"x"},"b":{"N":"4"},"c":{"S":"x"}})");
    CHECK(applied("set a.c[1].x = :v", R"({"a":{"M":{"c":{"L":[{"S":"hi"},{"M":{"x":{"N":"3"}}}]}}}})",
                  R"({":v":{"N":"9"}})") == R"({"a":{"M":{"c":{"L":[{"S":"hi"},{"M":{"x":{"N":"9"}}}]}}}})");
    CHECK(applied("SET a.c = :v", R"({"a":{"M":{"b":{"N":"3"},"c":{"M":{}}}}})", R"({":v":{"N":"7"}})") ==
          R"({"a":{"M":{"b":{"N":"3"},"c":{"N":"7"}}}})");
}

// Only the old item is read, so the order of the actions does not matter.
TEST_CASE("Update values refer to the old item", "[update]") {
    CHECK(applied("SET a = b, b = a", R"({"a":{"N":"1"},"b":{"N":"2"}})") ==
          R"({"a":{"N":"2"},"b":{"N":"1"}})");
    CHECK(applied("REMOVE a SET b = a", R"({"a":{"S":"x"}})") == R"({"b":{"S":"x"}})");
    CHECK(error("SET x = :v, y = x", "{}", R"({":v":{"N":"4"}})") == no_attribute);
}

TEST_CASE("Update SET calculates", "[update]") {
    CHECK(applied("SET a = a + :v, b = :v - a", R"({"a":{"N":"2"}})", R"({":v":{"N":"0.5"}})") ==
          R"({"a":{"N":"2.5"},"b":{"N":"-1.5"}})");
    CHECK(applied("SET a = if_not_exists(a, :zero)+:v", "{}", R"({":v":{"N":"7"},":zero":{"N":"0"}})") ==
          R"({"a":{"N":"7"}})");
    CHECK(applied("SET a = if_not_exists(b, if_not_exists(c, :v))", R"({"c":{"S":"c"}})",
                  R"({":v":{"N":"7"}})") == R"({"a":{"S":"c"},"c":{"S":"c"}})");
    CHECK(applied("SET a = list_append(:v, a)", R"({"a":{"L":[{"N":"1"}]}})",
                  R"({":v":{"L":[{"S":"x"}]}})") == R"({"a":{"L":[{"S":"x"},{"N":"1"}]}})");
    CHECK(applied("SET a = list_append(if_not_exists(a, :e), :v)", "{}",
                  R"({":v":{"L":[{"S":"x"}]},":e":{"L":[]}})") == R"({"a":{"L":[{"S":"x"}]}})");
}

TEST_CASE("Update rejects values that are missing or of a wrong type", "[update]") {
    constexpr std::string_view old_item = R"({"s":{"S":"x"},"n":{"N":"1"},"l":{"L":[]},"ns":{"NS":["1"]}})";
    CHECK(error("SET c = z", old_item) == no_attribute);
    CHECK(error("SET z = z", "{}") == no_attribute);
    CHECK(error("SET e = list_append(b, c)", old_item) == no_attribute);
    CHECK(error("SET e = s + :a", old_item, R"({":a":{"N":"1"}})") == wrong_type);
    CHECK(error("SET e = n - s", old_item) == wrong_type);
    CHECK(error("SET e = list_append(ns, if_not_exists(f, :a))", old_item, R"({":a":{"L":[]}})") ==
          wrong_type);
    CHECK(error("ADD s :a", old_item, R"({":a":{"N":"1"}})") == wrong_type);
    CHECK(error("ADD ns :a", old_item, R"({":a":{"N":"1"}})") == wrong_type);
    CHECK(error("ADD l :a", old_item, R"({":a":{"NS":["1"]}})") == wrong_type);
    CHECK(error("DELETE ns :a", old_item, R"({":a":{"SS":["1"]}})") == wrong_type);
    CHECK(error("DELETE n :a", old_item, R"({":a":{"NS":["1"]}})") == wrong_type);
}

// The last step of a path needs a map or list to go into; only what that last step names may be missing.
TEST_CASE("Update rejects paths that the item has no place for", "[update]") {
    constexpr std::string_view old_item =
        R"({"b":{"S":"x"},"c":{"M":{"k":{"S":"a"}}},"d":{"L":[{"S":"a"},{"S":"b"}]}})";
    const auto* path = GENERATE("b.a", "b[1]", "y.a", "y[1]", "c[1]", "d.k");
    for (const std::string& text :
         {std::string("SET ") + path + " = :a", std::string("ADD ") + path + " :a",
          std::string("DELETE ") + path + " :a", std::string("REMOVE ") + path + " SET z = :a"}) {
        CAPTURE(text);
        CHECK(error(text, old_item, R"({":a":{"SS":["a"]}})") == no_place);
    }
}

TEST_CASE("Update REMOVE ignores attributes that do not exist", "[update]") {
    constexpr std::string_view old_item = R"({"a":{"M":{"x":{"N":"3"}}},"b":{"L":[{"S":"hi"}]}})";
    CHECK(applied("REMOVE a.y, b[7], c", old_item) == old_item);
    CHECK(applied("REMOVE a.x, b[0]", old_item) == R"({"a":{"M":{}},"b":{"L":[]}})");
}

// While an item is created, only its key can be read; REMOVE of a nested path does nothing.
TEST_CASE("Update creates an item", "[update]") {
    const AttributeMap key = item(R"({"pk":{"S":"k"}})");
    CHECK(to_json(parsed_update("SET b = pk ADD n :v", R"({":v":{"N":"8"}})").create(key)) ==
          R"({"b":{"S":"k"},"n":{"N":"8"},"pk":{"S":"k"}})");
    CHECK(to_json(parsed_update("REMOVE x.y, z[0]").create(key)) == R"({"pk":{"S":"k"}})");
    CHECK(message_of([&] { parsed_update("SET b.a = pk").create(key); }) == no_place);
}

// Indexes refer to the elements of the old list, whatever else is removed.
TEST_CASE("Update of list elements", "[update]") {
    constexpr std::string_view list =
        R"({"a":{"L":[{"N":"2"},{"N":"3"},{"N":"4"},{"N":"5"},{"N":"6"},{"N":"7"}]}})";
    constexpr std::string_view expected =
        R"({"a":{"L":[{"N":"2"},{"N":"4"},{"N":"17"},{"N":"6"},{"N":"7"}]}})";
    CHECK(applied("REMOVE a[1] SET a[3] = :v", list, R"({":v":{"N":"17"}})") == expected);
    CHECK(applied("SET a[3] = :v REMOVE a[1]", list, R"({":v":{"N":"17"}})") == expected);
    CHECK(applied("REMOVE a[0], a[5], a[2], a[17]", list) ==
          R"({"a":{"L":[{"N":"3"},{"N":"5"},{"N":"6"}]}})");
    CHECK(applied("REMOVE a[0], a[1].b[0]",
                  R"({"a":{"L":[{"S":"x"},{"M":{"b":{"L":[{"S":"y"},{"S":"z"}]}}}]}})") ==
          R"({"a":{"L":[{"M":{"b":{"L":[{"S":"z"}]}}}]}})");
}

// Values with indexes beyond the end of a list are appended in the order of their indexes.
TEST_CASE("Update appends beyond the end of a list", "[update]") {
    CHECK(applied("SET a[84] = :a, a[37] = :b, a[0] = :c REMOVE a[1]", R"({"a":{"L":[{"N":"0"},{"N":"1"}]}})",
                  R"({":a":{"S":"a"},":b":{"S":"b"},":c":{"S":"c"}})") ==
          R"({"a":{"L":[{"S":"c"},{"S":"b"},{"S":"a"}]}})");
    CHECK(applied("SET a[0] = :a", R"({"a":{"L":[]}})", R"({":a":{"S":"a"}})") ==
          R"({"a":{"L":[{"S":"a"}]}})");
}

TEST_CASE("Update ADD and DELETE", "[update]") {
    CHECK(applied("ADD a :n, b :n", R"({"a":{"N":"3"}})", R"({":n":{"N":"4"}})") ==
          R"({"a":{"N":"7"},"b":{"N":"4"}})");
    CHECK(applied("ADD a :s, b :s", R"({"a":{"SS":["x","y"]}})", R"({":s":{"SS":["y","z"]}})") ==
          R"({"a":{"SS":["x","y","z"]},"b":{"SS":["y","z"]}})");
    CHECK(applied("ADD a :s, b :n", R"({"a":{"SS":["a"]},"b":{"NS":["9"]}})",
                  R"({":s":{"SS":["b",""]},":n":{"NS":["10","-1"]}})") ==
          R"({"a":{"SS":["","a","b"]},"b":{"NS":["-1","9","10"]}})");
    CHECK(applied("DELETE a :s", R"({"a":{"SS":["d","c","b","a"]}})", R"({":s":{"SS":["c","b"]}})") ==
          R"({"a":{"SS":["a","d"]}})");
    CHECK(applied("DELETE a :s, b :s, c :s", R"({"a":{"NS":["1","2"]},"b":{"NS":["1"]}})",
                  R"({":s":{"NS":["1.0"]}})") == R"({"a":{"NS":["2"]}})");
    CHECK(applied("DELETE l[0] :s", R"({"l":{"L":[{"SS":["x"]},{"N":"1"}]}})", R"({":s":{"SS":["x"]}})") ==
          R"({"l":{"L":[{"N":"1"}]}})");
}

// UPDATED_OLD and UPDATED_NEW return the named paths of the old and the new item.
TEST_CASE("Update shows what it touched", "[update]") {
    const AttributeMap old_item =
        item(R"({"a":{"M":{"b":{"S":"dog"},"c":{"L":[{"N":"1"},{"N":"2"},{"N":"3"}]}}}})");
    const Update update = parsed_update("SET a.c[1] = :v, a.b = :v, z = :v", R"({":v":{"N":"7"}})");
    CHECK(to_json(update.touched(old_item)) == R"({"a":{"M":{"b":{"S":"dog"},"c":{"L":[{"N":"2"}]}}}})");
    CHECK(to_json(update.touched(update.apply(old_item))) ==
          R"({"a":{"M":{"b":{"N":"7"},"c":{"L":[{"N":"7"}]}}},"z":{"N":"7"}})");
    const Update removal = parsed_update("REMOVE a.c[1], a.c[3]");
    CHECK(to_json(removal.touched(old_item)) == R"({"a":{"M":{"c":{"L":[{"N":"2"}]}}}})");
    CHECK(to_json(removal.touched(removal.apply(old_item))) == R"({"a":{"M":{"c":{"L":[{"N":"3"}]}}}})");
    const Update append = parsed_update("SET a.c[100] = :v", R"({":v":{"N":"7"}})");
    CHECK(append.touched(append.apply(old_item)).empty());
}

TEST_CASE("Update names its attributes and their types", "[update]") {
    const Update update =
        parsed_update("SET b.c = :v, a = x + :v, l = if_not_exists(q, :s) REMOVE d ADD e[1] :v",
                      R"({":v":{"N":"7"},":s":{"S":"s"}})");
    CHECK(update.attribute_names() == std::vector<std::string>{"b", "a", "l", "d", "e"});
    CHECK(update.nested_attribute_names() == std::vector<std::string>{"b", "e"});
    CHECK(update.assigned_type("a") == AttributeType::N);
    CHECK(update.assigned_type("l") == AttributeType::S);
    CHECK_FALSE(update.assigned_type("b").has_value());
    CHECK_FALSE(update.assigned_type("d").has_value());
}

// AttributeUpdates become the same actions, with a message of their own, and may ADD to lists.
TEST_CASE("Update is built from code", "[update]") {
    const auto add = [](AttributeValue value) {
        return Update({{UpdateClause::add, Path("a"), UpdateValue::constant(std::move(value))},
                       {UpdateClause::remove, Path("b"), std::nullopt}},
                      Update::Dialect::attribute_updates);
    };
    const AttributeMap old_item = item(R"({"a":{"L":[{"N":"1"}]},"b":{"S":"x"}})");
    CHECK(to_json(add(AttributeList{"y"}).apply(old_item)) == R"({"a":{"L":[{"N":"1"},{"S":"y"}]}})");
    CHECK(message_of([&] { add(Number(1)).apply(old_item); }) == "Type mismatch for attribute to update");
}

}  // namespace tailrace::expression
