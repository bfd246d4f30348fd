#include "server/process/start_pages.hpp"

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

/// The linker's names for the program's first byte and the end of its code.
extern "C" const char __executable_start;  // NOLINT(bugprone-reserved-identifier)
extern "C" const char etext;
#endif

namespace tailrace::server {

void release_start_pages() {
#ifdef __linux__
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(&__executable_start);
    const auto end = reinterpret_cast<std::uintptr_t>(&etext) / page * page;
    // Code is never written to, so nothing is lost. Failing costs memory and nothing else.
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
#endif
}

}  // namespace tailrace::server
