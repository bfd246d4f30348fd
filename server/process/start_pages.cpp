#include "server/process/start_pages.hpp"

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

// The linker's names for the program's first byte and for the end of its code.
extern "C" char first_byte __asm__("__executable_start");
extern "C" char end_of_code __asm__("etext");
#endif

namespace tailrace::server {

void release_start_pages() {
#ifdef __linux__
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const auto bytes =
        reinterpret_cast<std::uintptr_t>(&end_of_code) - reinterpret_cast<std::uintptr_t>(&first_byte);
    // Code is never written to, so nothing is lost. Failing costs memory and nothing else.
    madvise(&first_byte, bytes / page * page, MADV_DONTNEED);
#endif
}

}  // namespace tailrace::server
