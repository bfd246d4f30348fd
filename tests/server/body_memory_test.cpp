#include "server/http/body_memory.hpp"

#include <string>

#include "tests/catch.hpp"

using tailrace::server::BodyMemory;

namespace {

/// Three bodies, and the names of those whose wait has ended, in order.
struct Bodies {
    BodyMemory memory;
    BodyMemory::Share a;
    BodyMemory::Share b;
    BodyMemory::Share c;
    std::string granted;

    explicit Bodies(std::uint64_t bytes) : memory(bytes) {
        for (BodyMemory::Share* each : {&a, &b, &c}) BodyMemory::announce(*each, 16);
    }

    void wait(BodyMemory::Share& share, std::uint64_t bytes, char name) {
        memory.wait(share, bytes, [this, name] { granted.push_back(name); });
    }
};

}  // namespace

TEST_CASE("a body takes memory for what has arrived of it", "[body_memory]") {
    Bodies bodies(16);
    CHECK(bodies.memory.try_grow(bodies.a, 4));
    CHECK(bodies.a.bytes() == 4);
    CHECK(bodies.memory.try_grow(bodies.a, 16));
    CHECK(bodies.a.bytes() == 16);
    CHECK_FALSE(bodies.memory.try_grow(bodies.b, 1));
    bodies.memory.give_back(bodies.a);
    CHECK(bodies.a.bytes() == 0);
    CHECK(bodies.memory.try_grow(bodies.b, 16));
}

// Otherwise two bodies with half of the memory each would wait for each other forever.
TEST_CASE("no body takes what another one needs to end", "[body_memory]") {
    Bodies bodies(20);
    CHECK(bodies.memory.try_grow(bodies.a, 10));
    CHECK(bodies.memory.try_grow(bodies.b, 4));
    // With 5 bytes for b, the remaining 5 would be enough for neither body.
    CHECK_FALSE(bodies.memory.try_grow(bodies.b, 5));
    bodies.wait(bodies.b, 5, 'b');
    CHECK(bodies.memory.try_grow(bodies.a, 16));
    CHECK(bodies.granted.empty());
    bodies.memory.give_back(bodies.a);
    CHECK(bodies.granted == "b");
    CHECK(bodies.b.bytes() == 5);
}

// If another body needs less memory than this body to be complete, the other body finishes first and gives
// its memory back.
TEST_CASE("a body may count on the memory of bodies that need less to end", "[body_memory]") {
    Bodies bodies(20);
    BodyMemory::announce(bodies.a, 14);
    CHECK(bodies.memory.try_grow(bodies.a, 10));
    // Of the remaining 6 bytes the first body needs 4; when it ends, 16 are free.
    CHECK(bodies.memory.try_grow(bodies.b, 4));
}

TEST_CASE("bodies that have nothing yet queue; others overtake them", "[body_memory]") {
    Bodies bodies(20);
    CHECK(bodies.memory.try_grow(bodies.a, 12));
    bodies.wait(bodies.b, 9, 'b');
    BodyMemory::announce(bodies.c, 1);
    CHECK_FALSE(bodies.memory.try_grow(bodies.c, 1));
    bodies.wait(bodies.c, 1, 'c');
    CHECK(bodies.memory.try_grow(bodies.a, 16));
    CHECK(bodies.granted.empty());
    bodies.memory.give_back(bodies.a);
    CHECK(bodies.granted == "bc");
}

TEST_CASE("a body that leaves the queue lets the next ones in", "[body_memory]") {
    Bodies bodies(16);
    CHECK(bodies.memory.try_grow(bodies.a, 14));
    bodies.wait(bodies.b, 9, 'b');
    BodyMemory::announce(bodies.c, 1);
    bodies.wait(bodies.c, 1, 'c');
    CHECK(bodies.granted.empty());
    BodyMemory::announce(bodies.a, 14);
    CHECK(bodies.memory.leave(bodies.b));
    CHECK(bodies.granted == "c");
    CHECK_FALSE(bodies.memory.leave(bodies.c));
}

// There may be one on each connection, so an announced size must not reserve memory.
TEST_CASE("announced bodies that never arrive do not block other requests", "[body_memory]") {
    BodyMemory memory(256);
    std::vector<BodyMemory::Share> silent(40);
    for (BodyMemory::Share& each : silent) {
        BodyMemory::announce(each, 16);
        CHECK(memory.try_grow(each, 1));
    }
    BodyMemory::Share body;
    BodyMemory::announce(body, 16);
    CHECK(memory.try_grow(body, 16));
}
