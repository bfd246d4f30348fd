#include "tests/storage/page_memory.hpp"

#include <cstdlib>
#include <limits>
#include <new>

#include "engine/storage/shared_pages.hpp"

namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
thread_local std::size_t pages_left = no_limit;

}  // namespace

void* operator new(std::size_t size) {
    if (size >= tailrace::storage::page_bytes && pages_left != no_limit) {
        if (pages_left == 0) throw std::bad_alloc();
        --pages_left;
    }
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}

// Without this one, the sanitizers' own would be used, and the operators below could not free its memory.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return std::malloc(size);
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace tailrace::tests {

PageMemory::PageMemory(std::size_t pages) {
    pages_left = pages;
}

PageMemory::~PageMemory() {
    pages_left = no_limit;
}

}  // namespace tailrace::tests
