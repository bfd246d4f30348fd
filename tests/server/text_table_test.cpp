#include "server/commands/text_table.hpp"

#include "tests/catch.hpp"

using tailrace::server::text_table;

TEST_CASE("the columns of a table begin below each other", "[text_table]") {
    CHECK(text_table(
              {{"MAPPING", "LAG", "REASON"}, {"music/listener", "2", "it is paused"}, {"a", "10", ""}}) ==
          "MAPPING         LAG  REASON\n"
          "music/listener  2    it is paused\n"
          "a               10\n");
    CHECK(text_table({}).empty());
}

// A letter takes one column, however many bytes it has; a control character is shown as a blank.
TEST_CASE("a cell is as wide as it looks", "[text_table]") {
    CHECK(text_table({{"A", "B"}, {"\xC3\x93lafur", "x"}, {"1\x1B[2J", "y"}}) ==
          "A       B\n"
          "\xC3\x93lafur  x\n"
          "1 [2J   y\n");
}
