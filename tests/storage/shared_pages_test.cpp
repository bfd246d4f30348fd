#include "engine/storage/shared_pages.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "engine/storage/store.hpp"
#include "tests/catch.hpp"
#include "tests/storage/page_memory.hpp"
#include "tests/storage/shared_page_count.hpp"

using namespace tailrace;
using namespace tailrace::storage;
using tailrace::tests::shared_page_count;

namespace {

using Page = std::array<std::byte, page_bytes>;

Page filled(int value) {
    Page page{};
    page.fill(static_cast<std::byte>(value));
    return page;
}

/// Writes pages [first, first + count) and commits them.
void write_pages(SharedPages& pages, std::size_t first, std::size_t count, int value) {
    for (std::size_t number = first; number < first + count; ++number)
        pages.write(number * page_bytes, filled(value));
    pages.commit();
}

SharedPages with_pages(std::size_t count) {
    SharedPages pages;
    write_pages(pages, 0, count, 1);
    return pages;
}

/// The first byte of each page.
std::vector<int> first_bytes(const SharedPages& pages) {
    std::vector<int> bytes;
    for (std::size_t offset = 0; offset < pages.size_bytes(); offset += page_bytes)
        bytes.push_back(std::to_integer<int>(*pages.page(offset)));
    return bytes;
}

}  // namespace

TEST_CASE("a fork shares all pages, and then all that neither has written", "[pages]") {
    SharedPages pages = with_pages(1000);
    SharedPages fork = pages.fork();
    CHECK(fork.size_bytes() == 1000 * page_bytes);
    CHECK(shared_page_count(pages, fork) == 1000);

    write_pages(fork, 300, 2, 2);
    CHECK(shared_page_count(pages, fork) == 998);
    write_pages(pages, 301, 2, 3);
    CHECK(shared_page_count(pages, fork) == 997);
    CHECK(std::to_integer<int>(*fork.page(301 * page_bytes)) == 2);
    CHECK(std::to_integer<int>(*pages.page(301 * page_bytes)) == 3);
    CHECK(std::to_integer<int>(*pages.page(300 * page_bytes)) == 1);
}

TEST_CASE("forks grow apart, also within the same 512 KB", "[pages]") {
    SharedPages pages = with_pages(2);
    SharedPages fork = pages.fork();
    write_pages(pages, 2, 1, 2);
    write_pages(fork, 2, 2, 3);
    CHECK(first_bytes(pages) == std::vector{1, 1, 2});
    CHECK(first_bytes(fork) == std::vector{1, 1, 3, 3});
    CHECK(shared_page_count(pages, fork) == 2);
}

TEST_CASE("a fork of a fork keeps its pages when both before it are gone", "[pages]") {
    auto pages = std::make_unique<SharedPages>(with_pages(200));
    auto fork = std::make_unique<SharedPages>(pages->fork());
    SharedPages last = fork->fork();
    write_pages(*pages, 0, 200, 2);
    pages.reset();
    fork.reset();
    CHECK(first_bytes(last) == std::vector<int>(200, 1));
}

TEST_CASE("what is rolled back is undone, and the pages are shared again", "[pages]") {
    SharedPages pages = with_pages(130);
    const SharedPages fork = pages.fork();
    pages.write(5 * page_bytes, filled(2));
    pages.write(5 * page_bytes, filled(3));
    pages.write(130 * page_bytes, filled(4));
    pages.roll_back();
    CHECK(first_bytes(pages) == std::vector<int>(130, 1));
    CHECK(shared_page_count(pages, fork) == 130);

    write_pages(pages, 130, 1, 5);
    CHECK(std::to_integer<int>(*pages.page(130 * page_bytes)) == 5);
    pages.roll_back();
    CHECK(pages.size_bytes() == 131 * page_bytes);
}

TEST_CASE("a part of a page and bytes over several pages are written and read", "[pages]") {
    SharedPages pages;
    const std::string text = "across the end of a page";
    const std::span bytes(reinterpret_cast<const std::byte*>(text.data()), text.size());
    pages.write(2 * page_bytes - 6, bytes);
    pages.commit();
    CHECK(pages.size_bytes() == 3 * page_bytes);
    SharedPages fork = pages.fork();
    fork.write(2 * page_bytes - 6, bytes.first(3));

    std::string found(text.size(), 'x');
    const std::span to(reinterpret_cast<std::byte*>(found.data()), found.size());
    CHECK(fork.read(2 * page_bytes - 6, to));
    CHECK(found == text);
    // What nobody wrote is zero.
    CHECK(pages.read(0, to));
    CHECK(found == std::string(text.size(), '\0'));
    found.assign(text.size(), 'x');
    CHECK_FALSE(pages.read(3 * page_bytes, to));
    CHECK(found == std::string(text.size(), '\0'));
    CHECK(pages.page(3 * page_bytes) == nullptr);
}

TEST_CASE("pages for which there is no memory leave what is committed", "[pages]") {
    SharedPages pages = with_pages(10);
    SharedPages fork = pages.fork();
    {
        const tests::PageMemory few(2);
        fork.write(0, filled(2));
        fork.write(page_bytes, filled(2));
        CHECK_THROWS_AS(fork.write(2 * page_bytes, filled(2)), std::bad_alloc);
        fork.roll_back();
        CHECK(first_bytes(fork) == std::vector<int>(10, 1));
        CHECK_THROWS_AS(fork.write(10 * page_bytes, filled(2)), std::bad_alloc);
        fork.roll_back();
    }
    CHECK(shared_page_count(pages, fork) == 10);
    write_pages(fork, 2, 1, 2);
    CHECK(first_bytes(fork) == std::vector{1, 1, 2, 1, 1, 1, 1, 1, 1, 1});
}

TEST_CASE("a budget bounds the pages of all forks, and shared ones count once", "[pages]") {
    const auto budget = std::make_shared<PageBudget>(10 * page_bytes, "no room");
    SharedPages pages(budget);
    write_pages(pages, 0, 6, 1);
    pages.free_spares();
    {
        SharedPages fork = pages.fork();
        const SharedPages other = fork.fork();
        write_pages(fork, 0, 4, 2);
        CHECK_THROWS_WITH(fork.write(4 * page_bytes, filled(2)), "no room");
        fork.roll_back();
        CHECK(first_bytes(fork) == std::vector<int>{2, 2, 2, 2, 1, 1});
        // Not even the source has room, as its pages are shared.
        CHECK_THROWS_AS(pages.write(0, filled(3)), MemoryLimitReached);
        pages.roll_back();
    }
    write_pages(pages, 6, 4, 3);
    CHECK_THROWS_AS(pages.write(10 * page_bytes, filled(3)), MemoryLimitReached);
    pages.roll_back();
    CHECK(first_bytes(pages) == std::vector<int>{1, 1, 1, 1, 1, 1, 3, 3, 3, 3});
}

// Otherwise not even an empty database could be opened when there is no room.
TEST_CASE("the first two pages need no room, but count", "[pages]") {
    const auto budget = std::make_shared<PageBudget>(3 * page_bytes, "no room");
    SharedPages full(budget);
    write_pages(full, 0, 3, 1);
    SharedPages pages(budget);
    write_pages(pages, 0, 2, 2);
    CHECK(first_bytes(pages) == std::vector<int>{2, 2});
    CHECK_THROWS_WITH(pages.write(2 * page_bytes, filled(2)), "no room");
    pages.roll_back();
    CHECK_THROWS_WITH(full.write(3 * page_bytes, filled(1)), "no room");
}

// Otherwise nothing could be removed when there is no room.
TEST_CASE("pages that nobody else has can be changed although the budget is used up", "[pages]") {
    SharedPages pages(std::make_shared<PageBudget>(8 * page_bytes, "no room"));
    write_pages(pages, 0, 8, 1);
    for (int turn = 2; turn < 5; ++turn) write_pages(pages, 0, 8, turn);
    CHECK(first_bytes(pages) == std::vector<int>(8, 4));
    pages.free_spares();
    CHECK_THROWS_AS(pages.write(8 * page_bytes, filled(1)), MemoryLimitReached);
}
