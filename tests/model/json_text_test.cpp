#include "engine/model/json_text.hpp"

#include "tests/catch.hpp"

using namespace tailrace;

namespace {

std::string written(const boost::json::value& value) {
    std::string text;
    append_json(text, value);
    return text;
}

}  // namespace

// Capacity units are always written with a fraction, as clients that read AWS's answers as text expect.
TEST_CASE("whole and broken units are written with a fraction") {
    CHECK(written(0.0) == "0.0");
    CHECK(written(0.5) == "0.5");
    CHECK(written(1.0) == "1.0");
    CHECK(written(12.5) == "12.5");
    CHECK(written(40000.0) == "40000.0");
    CHECK(written(9999999.5) == "9999999.5");
    CHECK(written(-0.001) == "-0.001");
}

// Times are written as AWS writes them: numbers from ten million on have an exponent.
TEST_CASE("large and very small numbers are written with an exponent") {
    CHECK(written(1.795275392179e9) == "1.795275392179E9");
    CHECK(written(1e7) == "1.0E7");
    CHECK(written(1e20) == "1.0E20");
    CHECK(written(0.00025) == "2.5E-4");
}

// Only numbers differ from plain JSON; everything else is unchanged.
TEST_CASE("numbers are found at every depth") {
    const std::string text = R"({"Capacity":[{"units":2.0,"whole":3,"text":"a\"b"},[],{},null,true]})";
    CHECK(written(boost::json::parse(text)) == text);
}
