#include <optional>
#include <string>

#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"

using namespace tailrace::storage;

TEST_CASE("a location is in memory, a file or a URL", "[store]") {
    CHECK(StoreLocation().in_memory());
    CHECK(StoreLocation(std::string()).in_memory());
    CHECK(StoreLocation().file() == std::nullopt);
    CHECK(StoreLocation().shown() == "in memory");

    // The last two are paths: a scheme is one word and not empty.
    for (const char* path : {"music.db", "./data/music.db", "a b:c", "/a://b.db", "://b.db"}) {
        const StoreLocation location(path);
        CHECK_FALSE(location.in_memory());
        CHECK(location.file() == path);
        CHECK(location.scheme().empty());
        CHECK(location.shown() == path);
    }

    const StoreLocation url("postgresql://user:secret@host/music");
    CHECK_FALSE(url.in_memory());
    CHECK(url.file() == std::nullopt);
    CHECK(url.scheme() == "postgresql");
    CHECK(url.text() == "postgresql://user:secret@host/music");
}

// Logs and error messages show locations.
TEST_CASE("a location is shown without what may be secret", "[store]") {
    const auto shown = [](const char* url) { return StoreLocation(url).shown(); };
    CHECK(shown("postgresql://host:5432/music") == "postgresql://host:5432/music");
    CHECK(shown("postgresql://user:secret@host/music") == "postgresql://host/music");
    CHECK(shown("postgresql://user:sec@ret@host") == "postgresql://host");
    CHECK(shown("postgresql://host/music?password=secret") == "postgresql://host/music");
    CHECK(shown("postgresql://host?password=secret") == "postgresql://host");
    CHECK(shown("postgresql://user:secret@/music") == "postgresql:///music");
    // The end of a password is not certain if it has characters that a URL should encode.
    CHECK(shown("postgresql://user:sec/ret@host/music") == "postgresql://…");
    CHECK(shown("postgresql://user:sec?ret@host/music") == "postgresql://…");
    CHECK(shown("postgresql://host/music?password=sec@ret") == "postgresql://…");
}
