#include "tests/inputs/hostile_values.hpp"

namespace tailrace::inputs {
namespace {

/// `open` repeated `depth` times, the innermost value, and `close` as often.
std::string nested(int depth, const std::string& open, const std::string& inner, const std::string& close) {
    std::string text;
    for (int i = 0; i < depth; ++i) text.append(open);
    text.append(inner);
    for (int i = 0; i < depth; ++i) text.append(close);
    return text;
}

std::string quoted(const std::string& text) {
    return '"' + text + '"';
}

std::vector<std::string> numbers() {
    return {"0",
            "-0",
            "-0.0",
            "1",
            "-1",
            "2",
            "1.5",
            "-0.5",
            "1e18",
            "1E2",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "-9223372036854775809",
            "1e308",
            "1e400",
            "-1e400",
            "1e-400",
            std::string(400, '9'),
            "0." + std::string(400, '3'),
            "01",
            "NaN",
            "Infinity"};
}

std::vector<std::string> texts() {
    return {R"("")",
            R"("a")",
            R"("ab")",
            R"(" ")",
            quoted(std::string(300, 'x')),
            quoted(std::string(3000, 'x')),
            "\"\xc3\xa9\"",
            "\"\xe6\x97\xa5\xe6\x9c\xac\"",
            "\"\xf0\x9f\x98\x80\"",
            R"("\u0000")",
            R"("a\u0000b")",
            R"("\ud800")",
            R"("\udc00\ud800")",
            "\"\xff\"",
            "\"\xc0\x80\"",
            "\"\xed\xa0\x80\"",
            "\"\x01\"",
            R"("\u0001\u001f")",
            "\"\xc2\x85\"",
            R"("../../etc")",
            R"("arn:aws:dynamodb:us-east-1:000000000000:table/things")",
            R"("arn:aws:")",
            R"("arn:aws:dynamodb:us-east-1:000000000000:table/things/index/by_g")",
            R"("#a")",
            R"(":a")",
            R"("true")",
            R"("-1")",
            R"("1e400")",
            R"("1e126")",
            R"("AQI=")",
            R"("AQ==")",
            R"("pk")",
            R"("\"'\\\n")",
            R"("a.b[0]")",
            R"("pk = :a AND (")",
            R"("SELECT * FROM things WHERE pk = ?")",
            quoted(nested(400, "(", "a", ")"))};
}

std::vector<std::string> containers() {
    return {"[]",
            "[null]",
            "[[]]",
            "[{}]",
            "[0]",
            R"([""])",
            R"(["a","a"])",
            "[null,null]",
            nested(45, "[", "", "]"),
            "{}",
            R"({"":null})",
            R"({"":""})",
            R"({"a":null})",
            R"({"a":{}})",
            R"({"a":[null]})",
            R"({"S":"a"})",
            R"({"S":null})",
            R"({"S":"a","N":"1"})",
            R"({"L":[null]})",
            R"({"L":null})",
            R"({"M":{"a":null}})",
            R"({"SS":[null]})",
            R"({"SS":[]})",
            R"({"NS":["1","1.0"]})",
            R"({"BS":[null]})",
            R"({"N":"1e400"})",
            R"({"N":1})",
            R"({"NULL":false})",
            R"({"BOOL":"yes"})",
            R"({"B":"?"})",
            R"({"S":"a","S":"b"})",
            nested(31, R"({"L":[)", R"({"S":"a"})", "]}"),
            nested(33, R"({"L":[)", R"({"S":"a"})", "]}"),
            nested(33, R"({"M":{"a":)", R"({"S":"a"})", "}}")};
}

}  // namespace

const std::vector<std::string>& hostile_values() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> values = {"null", "true", "false"};
        for (const auto& more : {numbers(), texts(), containers()}) {
            values.insert(values.end(), more.begin(), more.end());
        }
        return values;
    }();
    return all;
}

const std::vector<std::string>& hostile_bodies() {
    static const std::vector<std::string> all = {"",
                                                 " ",
                                                 "null",
                                                 "true",
                                                 "7",
                                                 "\"\"",
                                                 "[]",
                                                 "[{}]",
                                                 "{}",
                                                 "{}{}",
                                                 "{",
                                                 "{\"",
                                                 "{\"a\"",
                                                 "{\"a\":",
                                                 "{\"a\":1,}",
                                                 "{,}",
                                                 "{a:1}",
                                                 "{'a':1}",
                                                 "\xef\xbb\xbf{}",
                                                 "{}\x00",
                                                 "\xff\xfe{\x00}\x00",
                                                 "hi",
                                                 "{\"\\ud800\":1}",
                                                 "{\"\xff\":1}",
                                                 "{\"TableName\":\"things\"",
                                                 nested(10000, "[", "", "]"),
                                                 nested(10000, "{\"a\":", "1", "}"),
                                                 nested(60, "{\"a\":", "1", "}"),
                                                 std::string(10000, '{')};
    return all;
}

}  // namespace tailrace::inputs
