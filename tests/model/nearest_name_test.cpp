#include "engine/model/nearest_name.hpp"

#include "tests/catch.hpp"

using tailrace::did_you_mean;
using tailrace::is_misspelt_parameter;
using tailrace::nearest_name;

// Common typing errors: a letter changed, added, left out, swapped, or in the wrong case.
TEST_CASE("a misspelt name leads to the one that was meant", "[nearest_name]") {
    const std::vector<std::string_view> names = {"BatchSize", "Enabled", "Filter"};
    for (const char* text : {"BatchSise", "BatchSizes", "BachSize", "BathcSize", "batchsize", "btchsiez"})
        CHECK(nearest_name(text, names) == "BatchSize");
    CHECK(nearest_name("enable", names) == "Enabled");
    CHECK(nearest_name("Filtre", names) == "Filter");
}

TEST_CASE("a name that is far from all others leads nowhere", "[nearest_name]") {
    CHECK(nearest_name("Colour", {"BatchSize", "Enabled"}).empty());
    CHECK(nearest_name("a", {"bc", "xyz"}).empty());
    CHECK(nearest_name("", {"music"}).empty());
    CHECK(nearest_name("music", {}).empty());
    CHECK(nearest_name("music1", {"music", "music2", "music11"}).empty());
    CHECK(nearest_name("musik1", {"music1"}) == "music1");
}

// A short name has few letters to recognize it by.
TEST_CASE("short names may differ in one letter", "[nearest_name]") {
    CHECK(nearest_name("ab", {"cd", "ax"}) == "ax");
    CHECK(nearest_name("abc", {"axy"}).empty());
    CHECK(nearest_name("abcd", {"axyd"}) == "axyd");
}

TEST_CASE("the nearest name is taken, and the first of equally near ones", "[nearest_name]") {
    CHECK(nearest_name("orders", {"orderxs", "order", "ordres-"}) == "orderxs");
    CHECK(nearest_name("musik", {"muXiX", "music"}) == "music");
}

TEST_CASE("the question after a misspelt name", "[nearest_name]") {
    CHECK(did_you_mean("Tabel", {"Table"}) == "; did you mean Table?");
    CHECK(did_you_mean("Chair", {"Table"}).empty());
}

// In "http://host/?a=b,c=d" the "c" belongs to the URL.
TEST_CASE("a word that is meant to be a parameter", "[nearest_name]") {
    CHECK(is_misspelt_parameter("Colour", {"BatchSize"}));
    CHECK(is_misspelt_parameter("batchsise", {"BatchSize"}));
    for (const char* other : {"", "c", "colour", "Batch1", "Batch size"}) {
        CHECK_FALSE(is_misspelt_parameter(other, {"BatchSize"}));
    }
}
