#include "engine/operation/response_body.hpp"

#include <string>
#include <utility>

#include "tests/catch.hpp"

using tailrace::operation::ResponseBody;

TEST_CASE("the members of a body are values, JSON that is copied, and lists") {
    ResponseBody body;
    body.member("Units", boost::json::value(1.0));
    body.member("Raw", std::string_view("{}"));
    body.list("Items", "1,2");
    const std::string text = std::move(body).take();
    CHECK(text == R"({"Units":1.0,"Raw":{},"Items":[1,2]})");
}
