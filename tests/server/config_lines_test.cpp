#include "server/options/config_lines.hpp"

#include "tests/catch.hpp"

using namespace tailrace::server;

using Lines = std::vector<ConfigLine>;

// The forms that people write without reading the documentation.
TEST_CASE("a line is a name and a value", "[config_lines]") {
    CHECK(read_config_lines("").empty());
    CHECK(read_config_lines("\n  # nothing\n; nor here\n\t\n").empty());
    CHECK(read_config_lines("port = 8100\r\nregion=eu-west-1") ==
          Lines{{"port", {"8100"}}, {"region", {"eu-west-1"}}});
    CHECK(read_config_lines("no-admin\nin-memory # until it stops") ==
          Lines{{"no-admin", {"true"}}, {"in-memory", {"true"}}});
    CHECK(read_config_lines("db-path = my music.db  # kept") == Lines{{"db-path", {"my music.db"}}});
    CHECK(read_config_lines("admin-token = s3#cret") == Lines{{"admin-token", {"s3#cret"}}});
    CHECK(read_config_lines("db-path =\nport = 1") == Lines{{"db-path", {""}}, {"port", {"1"}}});
}

TEST_CASE("commas and equals signs are part of a value", "[config_lines]") {
    const std::string value = R"(music=h,BatchSize=1,Filter={"eventName": ["INSERT", "MODIFY"]})";
    CHECK(read_config_lines("on-stream = " + value) == Lines{{"on-stream", {value}}});
    CHECK(read_config_lines("on-stream = '" + value + "' # new ones") == Lines{{"on-stream", {value}}});
    CHECK(read_config_lines(R"(on-stream = "music=h,Filter={\"a\": \"\\d # e\"}")") ==
          Lines{{"on-stream", {R"(music=h,Filter={"a": "\d # e"})"}}});
}

TEST_CASE("an option with several values has a list or several lines", "[config_lines]") {
    const Lines both{{"function", {"f=file:a,b.jsonl", "g=h"}}};
    CHECK(read_config_lines("function = f=file:a,b.jsonl\nfunction = g=h") == both);
    CHECK(read_config_lines("function = ['f=file:a,b.jsonl', g=h]") == both);
    CHECK(read_config_lines("function = [\n  \"f=file:a,b.jsonl\",  # a file\n  g=h,\n]\n") == both);
    CHECK(read_config_lines("function = f=file:a,b.jsonl\nport = 1\nfunction = g=h") ==
          Lines{both.front(), {"port", {"1"}}});
    CHECK(read_config_lines("function = []") == Lines{{"function", {}}});
}

TEST_CASE("an invalid line is reported with its number", "[config_lines]") {
    CHECK_THROWS_WITH(read_config_lines("port = 1\n[server]\n"), "line 2: there are no sections");
    CHECK_THROWS_WITH(read_config_lines("\n= 1"), "line 2: an option's name is missing");
    CHECK_THROWS_WITH(read_config_lines("region = \"eu\nport = 1"), "line 1: a quotation mark is not closed");
    CHECK_THROWS_WITH(read_config_lines("region = 'eu' west"),
                      "line 1: nothing but a comment may follow a value");
    CHECK_THROWS_WITH(read_config_lines("function = [a\n"), "line 2: a list does not end");
    CHECK_THROWS_WITH(read_config_lines("function = [a,,b]"), "line 1: a value is missing in a list");
    CHECK_THROWS_WITH(read_config_lines("function = ['a' b]"), "line 1: a comma or ] is missing in a list");
}
