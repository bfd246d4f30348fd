#include "engine/storage/sqlite_memory.hpp"

#include <sqlite3.h>

#include <array>
#include <cstddef>

namespace tailrace::storage {
namespace {

/// The size of a block of SQLite's journals in memory; see its memjournal.c. Whatever else has this size gets
/// such blocks, too.
constexpr int journal_block_bytes = 1024;

sqlite3_mem_methods system_memory = {};

/// The free blocks of one thread. A block may be freed by a thread that did not take it.
/// This object outlives the thread's other objects, so that a connection that is closed late can still use
/// it.
struct FreeBlocks {
    std::array<void*, 64> blocks = {};
    std::size_t count = 0;
    bool are_over = false;
};
constinit thread_local FreeBlocks free_blocks;

struct ThreadEnd {
    ~ThreadEnd() {
        free_blocks.are_over = true;
        while (free_blocks.count > 0) system_memory.xFree(free_blocks.blocks[--free_blocks.count]);
    }
};

/// Returns false if the thread has enough free blocks.
bool keep(void* block) {
    if (free_blocks.are_over || free_blocks.count == free_blocks.blocks.size()) return false;
    thread_local const ThreadEnd end;
    free_blocks.blocks[free_blocks.count++] = block;
    return true;
}

void* allocate(int bytes) {
    if (bytes == journal_block_bytes && free_blocks.count > 0) return free_blocks.blocks[--free_blocks.count];
    return system_memory.xMalloc(bytes);
}

void release(void* block) {
    if (block == nullptr) return;
    const int bytes = system_memory.xSize(block);
    // The allocator may give a little more than it is asked for.
    const bool is_journal_block = bytes >= journal_block_bytes && bytes < journal_block_bytes + 16;
    if (is_journal_block && keep(block)) return;
    system_memory.xFree(block);
}

}  // namespace

void keep_journal_blocks() {
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_memory);
    sqlite3_mem_methods methods = system_memory;
    methods.xMalloc = allocate;
    methods.xFree = release;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

}  // namespace tailrace::storage
