#include "engine/model/function_mark.hpp"

#include "tests/catch.hpp"

using namespace tailrace;

TEST_CASE("a trace names the function of the call", "[function_mark]") {
    static_assert(function_mark("copier") != function_mark("copies"));
    CHECK(function_mark_in("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0;Lineage=1:0a1b2c3d:0") ==
          0x0a1b2c3d);
    CHECK(function_mark_in("Lineage=1:0a1b2c3d") == 0x0a1b2c3d);
    for (const char* other : {"", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0", "Lineage=1:",
                              "Lineage=1:0a1b2c:0", "Lineage=1:0a1b2cXY:0", "Lineage=0a1b2c3d:0"}) {
        CAPTURE(other);
        CHECK(function_mark_in(other) == 0);
    }
}
