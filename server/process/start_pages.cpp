#include "server/process/start_pages.hpp"

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>

// The linker's names for the program's first byte and for the end of its code.
extern "C" char first_byte __asm__("__executable_start");
extern "C" char end_of_code __asm__("etext");
#endif

namespace tailrace::server {
namespace {

#ifdef __linux__
/// Returns true if a debugger follows the process. A debugger writes its breakpoints into the code.
bool is_traced() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("TracerPid:")) return line != "TracerPid:\t0";
    }
    return false;
}
#endif

}  // namespace

void release_start_pages() {
#ifdef __linux__
    if (is_traced()) return;
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const auto bytes =
        reinterpret_cast<std::uintptr_t>(&end_of_code) - reinterpret_cast<std::uintptr_t>(&first_byte);
    // Nothing else writes to the code, so nothing is lost. A failure only costs memory.
    madvise(&first_byte, bytes / page * page, MADV_DONTNEED);
#endif
}

}  // namespace tailrace::server
