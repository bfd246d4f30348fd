#include "engine/expression/condition.hpp"

#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

/// True if the condition holds for the item.
bool holds(std::string_view text, std::string_view item_json, std::string_view values = {}) {
    Placeholders given = placeholders("", values);
    return Condition::parse(text, ExpressionKind::condition, given).holds(item(item_json));
}

constexpr std::string_view numbers = R"({"a":{"N":"1"},"b":{"N":"2"},"c":{"N":"3"}})";

}  // namespace

// Equality is by value: the order of sets and the notation of numbers do not count, the type does.
TEST_CASE("Condition compares for equality", "[condition]") {
    CHECK(holds("a = b", R"({"a":{"SS":["x","y"]},"b":{"SS":["y","x"]}})"));
    CHECK(holds("a = :v", R"({"a":{"N":"10"}})", R"({":v":{"N":"1.0E1"}})"));
    CHECK(holds("a = :v", R"({"a":{"M":{"l":{"L":[{"NS":["1","2"]}]}}}})",
                R"({":v":{"M":{"l":{"L":[{"NS":["2","1"]}]}}}})"));
    CHECK_FALSE(holds("a = :v", R"({"a":{"S":"1"}})", R"({":v":{"N":"1"}})"));
    CHECK_FALSE(holds("a <> b", R"({"a":{"BS":["YQ==","Yg=="]},"b":{"BS":["Yg==","YQ=="]}})"));
    CHECK(holds("a <> :v", R"({"a":{"S":"1"}})", R"({":v":{"N":"1"}})"));
}

// A missing attribute equals nothing, not even another missing attribute.
TEST_CASE("Condition on attributes that are not there", "[condition]") {
    CHECK_FALSE(holds("q = z", numbers));
    CHECK(holds("q <> z", numbers));
    CHECK(holds("q <> a", "{}"));
    CHECK_FALSE(holds("q < z", numbers));
    CHECK_FALSE(holds("q >= a", numbers));
    CHECK_FALSE(holds("q BETWEEN a AND z", numbers));
    CHECK_FALSE(holds("q IN (z, a)", numbers));
    CHECK_FALSE(holds("begins_with(q, z)", numbers));
    CHECK_FALSE(holds("contains(a, z)", numbers));
}

// N is ordered by number, S and B by unsigned bytes. Other types and mixed types have no order.
TEST_CASE("Condition compares for order", "[condition]") {
    CHECK(holds("a < :v", R"({"a":{"N":"9"}})", R"({":v":{"N":"10"}})"));
    CHECK_FALSE(holds("a < :v", R"({"a":{"S":"9"}})", R"({":v":{"S":"10"}})"));
    CHECK(holds("a < :v", R"({"a":{"B":"fw=="}})", R"({":v":{"B":"gA=="}})"));
    CHECK(holds(":v > a", R"({"a":{"N":"9"}})", R"({":v":{"N":"10"}})"));
    CHECK(holds("a <= b AND b >= a AND NOT a > b AND NOT a >= b", numbers));
    CHECK_FALSE(holds("a < :v", R"({"a":{"N":"1"}})", R"({":v":{"S":"2"}})"));
    CHECK_FALSE(holds("a >= b", R"({"a":{"L":[]},"b":{"L":[]}})"));
}

TEST_CASE("Condition BETWEEN includes its bounds", "[condition]") {
    CHECK(holds("b BETWEEN a AND c", numbers));
    CHECK(holds("a BETWEEN a1 AND c", R"({"a":{"N":"1"},"a1":{"N":"1"},"c":{"N":"3"}})"));
    CHECK_FALSE(holds("a BETWEEN b AND c", numbers));
    CHECK_FALSE(holds("a BETWEEN :v AND b", numbers, R"({":v":{"S":"0"}})"));
    CHECK(holds("b between a and c and a < b", numbers));
}

TEST_CASE("Condition IN compares for equality with each of a list", "[condition]") {
    CHECK(holds("a IN (:x, :y)", numbers, R"({":x":{"S":"dog"},":y":{"N":"1"}})"));
    CHECK_FALSE(holds("a IN (b, c)", numbers));
    CHECK(holds("a IN (b)", R"({"a":{"NULL":true},"b":{"NULL":true}})"));
}

// NOT binds closest, then AND, then OR.
TEST_CASE("Condition operators have precedence", "[condition]") {
    CHECK(holds("a < b OR c < b AND b < c", numbers));
    CHECK_FALSE(holds("NOT a < b AND c < b", numbers));
    CHECK(holds("(a < b OR b < a) aNd (b < c AND (a < b oR b < c))", numbers));
    CHECK(holds("nOt NOT NOT b < a", numbers));
}

TEST_CASE("Condition functions on attributes", "[condition]") {
    CHECK(holds("attribute_exists(a)", R"({"a":{"NULL":true}})"));
    CHECK_FALSE(holds("attribute_exists(a.b[0])", R"({"a":{"M":{"b":{"L":[]}}}})"));
    CHECK(holds("attribute_exists(a.b[0])", R"({"a":{"M":{"b":{"L":[{"S":""}]}}}})"));
    CHECK(holds("attribute_not_exists(a)", "{}"));
    CHECK(holds("attribute_type(a, :t)", R"({"a":{"NULL":true}})", R"({":t":{"S":"NULL"}})"));
    CHECK_FALSE(holds("attribute_type(a, :t)", R"({"a":{"N":"1"}})", R"({":t":{"S":"NS"}})"));
    CHECK(holds("attribute_type(:v, :t)", "{}", R"({":v":{"N":"1"},":t":{"S":"N"}})"));
    CHECK(holds("begins_with(a, :v)", R"({"a":{"S":"hello"}})", R"({":v":{"S":"hell"}})"));
    CHECK(holds("begins_with(a, :v)", R"({"a":{"B":"YWI="}})", R"({":v":{"B":"YQ=="}})"));
    CHECK(holds("begins_with(:v, a)", R"({"a":{"S":"he"}})", R"({":v":{"S":"hello"}})"));
    CHECK_FALSE(holds("begins_with(a, :v)", R"({"a":{"N":"1"}})", R"({":v":{"S":"1"}})"));
}

// Finds a part of a string or of bytes, or a member of a list or set; never a subset, a map's key or the
// value itself.
TEST_CASE("Condition contains", "[condition]") {
    constexpr std::string_view document =
        R"({"s":{"S":"hello"},"b":{"B":"aGkgdGhlcmU="},"ns":{"NS":["2","4"]},"ss":{"SS":["x"]},)"
        R"("bs":{"BS":["YQ=="]},"l":{"L":[{"N":"2"},{"NS":["1","2"]},{"L":[{"N":"3"}]}]},)"
        R"("m":{"M":{"k":{"S":"v"}}},"t":{"BOOL":true}})";
    CHECK(holds("contains(s, :v)", document, R"({":v":{"S":"ell"}})"));
    CHECK(holds("contains(b, :v)", document, R"({":v":{"B":"aGVyZQ=="}})"));
    CHECK(holds("contains(ns, :v)", document, R"({":v":{"N":"4.0"}})"));
    CHECK(holds("contains(ss, :v)", document, R"({":v":{"S":"x"}})"));
    CHECK(holds("contains(bs, :v)", document, R"({":v":{"B":"YQ=="}})"));
    CHECK(holds("contains(l, :v)", document, R"({":v":{"NS":["2","1"]}})"));
    CHECK(holds("contains(l, :v)", document, R"({":v":{"L":[{"N":"3"}]}})"));
    CHECK_FALSE(holds("contains(ns, :v)", document, R"({":v":{"NS":["2"]}})"));
    CHECK_FALSE(holds("contains(m, :v)", document, R"({":v":{"S":"k"}})"));
    CHECK_FALSE(holds("contains(t, :v)", document, R"({":v":{"BOOL":true}})"));
    CHECK_FALSE(holds("contains(s, :v)", document, R"({":v":{"B":"aGk="}})"));
}

// size() is a number wherever an operand is allowed, and missing for a type without a size.
TEST_CASE("Condition size", "[condition]") {
    constexpr std::string_view document =
        R"({"s":{"S":"h\u00e4llo"},"e":{"S":"\ud83d\ude00"},"b":{"B":"aGkgdGhlcmU="},"ns":{"NS":["2","4"]},)"
        R"("l":{"L":[{"N":"2"}]},"m":{"M":{"x":{"N":"1"},"y":{"N":"1"},"z":{"N":"1"}}},"n":{"N":"5"}})";
    CHECK(holds("size(s) = n", document));
    CHECK(holds("size(e) = size(ns)", document));
    CHECK(holds("size(b) > :v", document, R"({":v":{"N":"7"}})"));
    CHECK(holds("size(m) BETWEEN size(ns) AND n", document));
    CHECK(holds("size(l) IN (n, :v)", document, R"({":v":{"N":"1"}})"));
    CHECK(holds("size(:v) <= size(s)", document, R"({":v":{"S":"abc"}})"));
    CHECK_FALSE(holds("size(n) = :v", document, R"({":v":{"N":"1"}})"));
    CHECK(holds("size(n) <> :v", document, R"({":v":{"N":"1"}})"));
    CHECK_FALSE(holds("size(s) = :v", document, R"({":v":{"S":"5"}})"));
}

TEST_CASE("Condition follows paths and names", "[condition]") {
    Placeholders given = placeholders(R"({"#a":"and","#b":"x.y"})", R"({":v":{"N":"2"}})");
    const auto condition =
        Condition::parse("#a.#b[1] = :v AND (plain).z < #a", ExpressionKind::filter, given);
    CHECK_NOTHROW(given.require_all_used());
    CHECK_FALSE(condition.holds(item(R"({"and":{"M":{"x.y":{"L":[{"N":"1"},{"N":"2"}]}}}})")));
    CHECK(condition.attribute_names() == std::vector<std::string>{"and", "plain"});
    CHECK(condition.nested_attribute_names() == std::vector<std::string>{"and", "plain"});
}

// The legacy parameters become the same tree.
TEST_CASE("Condition is built from code", "[condition]") {
    const auto a = [] { return Operand::attribute(Path("a")); };
    const auto number = [](int n) { return Operand::constant(Number(n)); };
    std::vector<Condition> parts;
    parts.push_back(Condition::compare(a(), Comparator::greater, number(0)));
    parts.push_back(Condition::between(a(), number(1), number(2)));
    parts.push_back(Condition::in(a(), {number(1), number(5)}));
    parts.push_back(Condition::attribute_exists(Path("a")));
    parts.push_back(Condition::attribute_not_exists(Path("z")));
    parts.push_back(Condition::negation(Condition::contains(a(), number(1))));
    parts.push_back(Condition::attribute_type(a(), AttributeType::N));
    const Condition all = Condition::all_of(parts);
    CHECK(all.holds(item(numbers)));
    CHECK_FALSE(all.holds(item(R"({"a":{"N":"2"}})")));
    CHECK(Condition::any_of(parts).holds(item(R"({"a":{"N":"2"}})")));
    CHECK(all.attribute_names() == std::vector<std::string>{"a", "z"});
}

}  // namespace tailrace::expression
