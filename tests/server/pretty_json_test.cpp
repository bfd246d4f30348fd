#include "server/admin/pretty_json.hpp"

#include "tests/catch.hpp"

using tailrace::server::pretty_json;

TEST_CASE("JSON for people has a member a line", "[pretty_json]") {
    CHECK(pretty_json(R"({"a":[1,{"b":"c\"d"},[]],"e":{},"f":null})") == R"({
  "a": [
    1,
    {
      "b": "c\"d"
    },
    []
  ],
  "e": {},
  "f": null
}
)");
    CHECK(pretty_json("[]") == "[]\n");
}

TEST_CASE("text that is not JSON is unchanged", "[pretty_json]") {
    CHECK(pretty_json("healthy: ") == "healthy: ");
}
