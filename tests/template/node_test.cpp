#include "server/template/node.hpp"

#include "tests/catch.hpp"

using namespace tailrace::server;
namespace json = boost::json;

namespace {

std::string as_json(std::string_view yaml) {
    return json::serialize(to_json(read_yaml(yaml)));
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("a YAML text is a tree with tags and lines", "[node]") {
    const Node root = read_yaml(R"(# the tables
Resources:
  Music:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "${Stage}-music"
      Tags: [{Key: owner, Value: !Ref Owner}]
      StreamArn: !GetAtt
        - Music
        - StreamArn
)");
    const Node* music = root.find("Resources")->find("Music");
    REQUIRE(music != nullptr);
    CHECK(music->line == 3);
    CHECK(music->find("Type")->text == "AWS::DynamoDB::Table");
    const Node* properties = music->find("Properties");
    CHECK(properties->line == 5);
    const Node* name = properties->find("TableName");
    CHECK(name->tag == "!Sub");
    CHECK(name->text == "${Stage}-music");
    CHECK(name->is_quoted);
    CHECK(name->line == 6);
    CHECK(properties->find("Tags")->items.front().find("Value")->tag == "!Ref");
    const Node* arn = properties->find("StreamArn");
    CHECK(arn->tag == "!GetAtt");
    CHECK(arn->items.at(1).text == "StreamArn");
    CHECK(arn->items.at(1).line == 10);
    CHECK(root.find("Outputs") == nullptr);
    CHECK(arn->find("Music") == nullptr);
}

TEST_CASE("a JSON text is the same tree", "[node]") {
    const Node root = read_json(
        "\xEF\xBB\xBF{\r\n  \"Music\": {\n\n    \"Size\": 12345678901234567890123,\n"
        "    \"Rate\":\n 1.50e3\n,   \"On\": true, \"Text\": \"caf\\u00e9 \\ud83c\\udfb5"
        "\", \"No\": null,\n    \"List\": [1,\n \"2\"]}}\n\n");
    const Node* music = root.find("Music");
    REQUIRE(music != nullptr);
    CHECK(music->line == 2);
    CHECK(music->find("Size")->text == "12345678901234567890123");
    CHECK(music->find("Size")->line == 4);
    CHECK_FALSE(music->find("Size")->is_quoted);
    CHECK(music->find("Rate")->text == "1.50e3");
    CHECK(music->find("Rate")->line == 5);
    CHECK(music->find("Text")->text == "café 🎵");
    CHECK(music->find("Text")->is_quoted);
    CHECK(music->find("No")->kind == Node::Kind::null);
    CHECK(music->find("List")->items.at(0).line == 8);
    CHECK(music->find("List")->items.at(1).line == 9);
    CHECK(
        json::serialize(to_json(*music)) ==
        R"({"Size":1.2345678901234568E22,"Rate":1.5E3,"On":true,"Text":"café 🎵","No":null,"List":[1,"2"]})");
}

// CloudFormation reads plain scalars in this way. Dates, versions and account numbers have to survive as
// texts.
TEST_CASE("a plain scalar is a number, true, false, null or a text", "[node]") {
    CHECK(as_json("[5, -7, +8, 18446744073709551615, 1.25, .5, 2., 1e3, 0]") ==
          "[5,-7,8,18446744073709551615,1.25E0,5E-1,2E0,1E3,0]");
    CHECK(as_json("[true, True, FALSE, null, ~, ]") == "[true,true,false,null,null]");
    CHECK(as_json("{a: , b: ''}") == R"({"a":null,"b":""})");
    CHECK(as_json("[yes, no, on, off, y]") == R"(["yes","no","on","off","y"])");
    CHECK(as_json("[2010-09-09, 012345678901, 0x10, 1_000, 1:30, .inf, 1e999, '5', \"true\", -, .]") ==
          R"(["2010-09-09","012345678901","0x10","1_000","1:30",".inf","1e999","5","true","-","."])");
    CHECK(as_json("[!!str 5, ! 6, !!int '7', !!bool \"true\"]") == R"(["5","6",7,true])");
    CHECK(as_json("|\n  12\n") == R"("12\n")");
    CHECK(as_json(">-\n  a\n  b\n") == R"("a b")");
    CHECK(as_json("") == "null");
    CHECK(as_json("# nothing\n") == "null");
    CHECK(json::serialize(to_json(read_json(" \n"))) == "null");
}

TEST_CASE("an alias is a copy, and a merge key brings members", "[node]") {
    CHECK(as_json("a: &a {x: 1}\nb: *a\nc: &t text\n*t : 2") ==
          R"({"a":{"x":1},"b":{"x":1},"c":"text","text":2})");
    CHECK(as_json("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n") ==
          R"({"base":{"x":1,"y":2},"use":{"y":3,"x":1}})");
    CHECK(as_json("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b], z: 3}") ==
          R"({"a":{"x":1},"b":{"x":2,"y":2},"c":{"z":3,"x":1,"y":2}})");
    CHECK(as_json("{'<<': 1}") == R"({"<<":1})");
    CHECK(read_yaml("a: &a\n  x: 1\nb: *a").find("b")->line == 3);
    CHECK(read_yaml("a: &a\n  x: 1\nb: *a").find("b")->find("x")->line == 2);
}

TEST_CASE("the file's name or the first character says what a text is", "[node]") {
    const auto is_flow = [](std::string_view name) {
        return read_tree(name, " {\"a\": \"\\ud83c\\udfb5\"}").find("a")->text == "🎵";
    };
    CHECK(is_flow("a.json"));
    CHECK(is_flow("a.template"));
    CHECK_THROWS_AS(is_flow("a.yaml"), TemplateError);
    CHECK(read_tree("a.template", "a: 1").find("a")->text == "1");
    CHECK(read_tree("a.yml", "{a: 1}").find("a")->text == "1");
    CHECK_THROWS_WITH(read_tree("a.json", "a: 1"), "line 1: this is not JSON: syntax error");
}

TEST_CASE("a text that cannot be read is refused with its line", "[node]") {
    CHECK_THROWS_WITH(read_yaml("a: 1\nb: [\nc: 2\n"),
                      "line 4: did not find expected ',' or ']', while parsing a flow sequence from line 2");
    CHECK_THROWS_WITH(
        read_yaml("a: 1\n\tb: 2\n"),
        "line 2: found a tab character that violates indentation, while scanning a plain scalar "
        "from line 1");
    CHECK_THROWS_WITH(read_yaml("a: 1\nb: \xFF\n"), "line 2: invalid leading UTF-8 octet");
    CHECK_THROWS_WITH(read_yaml("a: 1\nb: 2\na: 3\n"), "line 3: the key a is there twice");
    CHECK_THROWS_WITH(read_yaml("a: 1\n---\nb: 2\n"), "line 2: a second document begins; a file has one");
    CHECK_THROWS_WITH(read_yaml("a: 1\n? [x]\n: 2\n"), "line 2: a key is a text, not a list or a map");
    CHECK_THROWS_WITH(read_yaml("!Ref a: 1"), "line 1: a key is a text, without a tag");
    CHECK_THROWS_WITH(read_yaml("a: 1\nb: *c"), "line 2: nothing before *c has that name");
    CHECK_THROWS_WITH(read_yaml("a: &a [*a]"), "line 1: nothing before *a has that name");
    CHECK_THROWS_WITH(read_yaml("\na: {<<: 5}"), "line 2: << takes a map or a list of maps");
    CHECK_THROWS_WITH(read_yaml("a: !!binary aGk="), "line 1: !!binary is not supported here");
    CHECK_THROWS_WITH(read_yaml("a: !!set {x}"), "line 1: !!set is not supported here");
    CHECK_THROWS_WITH(read_json("{\n\"a\": 1,\n\"a\": 2}"), "line 3: the key a is there twice");
    CHECK_THROWS_WITH(read_json("{\"a\": 1}\n\n5"), "line 3: this is not JSON: extra data");
    CHECK_THROWS_WITH(read_json("{\"a\": 1}\n 5 \n"), "line 2: this is not JSON: extra data");
    CHECK_THROWS_WITH(read_json("{\"a\":\n"), "line 1: this is not JSON: incomplete JSON");
    CHECK_THROWS_WITH(read_json("[\"a\nb\"]"), "line 1: this is not JSON: syntax error");
    CHECK_THROWS_WITH(to_json(read_yaml("a: 1\nb: !Ref c")), "line 2: !Ref has no meaning here");
}

TEST_CASE("a text beyond the limits is refused", "[node]") {
    CHECK_NOTHROW(read_yaml(repeated("[", 64) + repeated("]", 64)));
    CHECK_THROWS_WITH(read_yaml(repeated("[", 65)),
                      "line 1: more than 64 levels of lists and maps, with the copies of aliases");
    CHECK_NOTHROW(read_json(repeated("[", 64) + repeated("]", 64)));
    CHECK_THROWS_WITH(read_json(repeated("[\n", 65)),
                      "line 65: more than 64 levels of lists and maps, with the copies of aliases");
    CHECK_THROWS_WITH(read_json("[" + repeated("1,\n", 200'000) + "1]"),
                      "line 200000: more than 200,000 values, with the copies of aliases");
    CHECK_THROWS_WITH(read_yaml(std::string(8'000'001, ' ')), "more than 8 MB of text");
    CHECK_THROWS_WITH(read_json(std::string(8'000'001, ' ')), "more than 8 MB of text");
}

// Without limits on what aliases expand to, a few lines would fill the memory.
TEST_CASE("aliases of aliases are counted as what they expand to", "[node]") {
    std::string laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
    for (int i = 1; i < 10; ++i) {
        const std::string before = "*a" + std::to_string(i - 1) + ", ";
        laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(before, 9) + "]\n";
    }
    CHECK_THROWS_WITH(read_yaml(laughs), "line 6: more than 200,000 values, with the copies of aliases");

    const std::string long_text = "- &t " + std::string(1'000'000, 'x') + "\n";
    CHECK_THROWS_WITH(read_yaml(long_text + repeated("- *t\n", 1'000)),
                      "line 16: more than 16 MB, with the copies of aliases");

    std::string deep = "- &d0 " + repeated("[", 40) + repeated("]", 40) + "\n";
    deep += "- " + repeated("[", 30) + "*d0" + repeated("]", 30) + "\n";
    CHECK_THROWS_WITH(read_yaml(deep),
                      "line 2: more than 64 levels of lists and maps, with the copies of aliases");

    const std::string nested = repeated("&x [", 60) + repeated("1, ", 5'000) + repeated("]", 60);
    CHECK_THROWS_WITH(read_yaml(nested), "line 1: more than 200,000 values, with the copies of aliases");
}
