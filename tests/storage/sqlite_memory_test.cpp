#include "engine/storage/sqlite_memory.hpp"

#include <sqlite3.h>

#include <array>
#include <thread>

#include "engine/storage/open_store.hpp"
#include "tests/allocated_bytes.hpp"
#include "tests/catch.hpp"

using namespace tailrace::storage;
using namespace tailrace::tests;

TEST_CASE("the blocks that undo a part stay with their thread, and end with it", "[sqlite_memory]") {
    if (!sees_allocations()) return;  // A sanitizer replaces the allocator.
    const auto store = open_store({});
    constexpr std::ptrdiff_t block_bytes = 1024;
    std::array<void*, 60> blocks = {};
    constexpr std::ptrdiff_t all_bytes = block_bytes * static_cast<std::ptrdiff_t>(blocks.size());
    std::ptrdiff_t while_taken = 0;
    std::ptrdiff_t while_free = 0;
    std::thread([&] {
        for (void*& block : blocks) block = sqlite3_malloc(block_bytes);
        while_taken = allocated_bytes();
        for (void* block : blocks) sqlite3_free(block);
        while_free = allocated_bytes();
    }).join();
    CHECK(while_taken - while_free < block_bytes);
    CHECK(while_taken - allocated_bytes() >= all_bytes);
}

TEST_CASE("a thread keeps no more than 64 of these blocks", "[sqlite_memory]") {
    if (!sees_allocations()) return;
    const auto store = open_store({});
    constexpr std::ptrdiff_t block_bytes = 1024;
    std::array<void*, 400> blocks = {};
    std::ptrdiff_t freed_bytes = 0;
    std::thread([&] {
        for (void*& block : blocks) block = sqlite3_malloc(block_bytes);
        const std::ptrdiff_t while_taken = allocated_bytes();
        for (void* block : blocks) sqlite3_free(block);
        freed_bytes = while_taken - allocated_bytes();
    }).join();
    // The allocator itself keeps a few more at hand.
    CHECK(freed_bytes >= block_bytes * 320);
}
