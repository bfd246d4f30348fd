#include "engine/operation/response_body.hpp"

#include "tests/catch.hpp"

using tailrace::operation::ResponseBody;

namespace {

std::string written(double number) {
    ResponseBody body;
    body.member("n", boost::json::value(number));
    return std::move(body).take();
}

}  // namespace

// Capacity units are always written with a fraction, as clients that read AWS's answers as text expect.
TEST_CASE("whole and broken units are written with a fraction") {
    CHECK(written(0) == R"({"n":0.0})");
    CHECK(written(0.5) == R"({"n":0.5})");
    CHECK(written(1) == R"({"n":1.0})");
    CHECK(written(12.5) == R"({"n":12.5})");
    CHECK(written(40000) == R"({"n":40000.0})");
    CHECK(written(9999999.5) == R"({"n":9999999.5})");
    CHECK(written(-0.001) == R"({"n":-0.001})");
}

// Times are written as AWS writes them: numbers from ten million on have an exponent.
TEST_CASE("large and very small numbers are written with an exponent") {
    CHECK(written(1.795275392179e9) == R"({"n":1.795275392179E9})");
    CHECK(written(1e7) == R"({"n":1.0E7})");
    CHECK(written(1e20) == R"({"n":1.0E20})");
    CHECK(written(0.00025) == R"({"n":2.5E-4})");
}

// Only numbers differ from plain JSON; everything else is unchanged.
TEST_CASE("numbers are found at every depth") {
    ResponseBody body;
    body.member("Capacity", boost::json::parse(R"([{"units":2.0,"whole":3,"text":"a\"b"},[],{},null,true])"));
    body.member("Raw", std::string_view("{}"));
    body.list("Items", "1,2");
    const std::string taken = std::move(body).take();
    CHECK(taken == R"({"Capacity":[{"units":2.0,"whole":3,"text":"a\"b"},[],{},null,true],)"
                   R"("Raw":{},"Items":[1,2]})");
}
