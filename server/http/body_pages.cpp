#include "server/http/body_pages.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

namespace tailrace::server {
namespace {

/// How much memory the system is asked for at a time.
constexpr std::size_t step_bytes = 64UL * 1024;

}  // namespace

BodyPages::BodyPages(std::size_t capacity_bytes) : capacity_(capacity_bytes) {
    void* const memory = ::mmap(nullptr, capacity_, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    memory_ = static_cast<char*>(memory);
}

BodyPages::~BodyPages() {
    ::munmap(memory_, capacity_);
}

void BodyPages::append(std::string_view bytes) {
    if (bytes.size() > capacity_ - size_) throw std::length_error("a body is larger than announced");
    if (size_ + bytes.size() > provided_) provide(size_ + bytes.size());
    std::memcpy(memory_ + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
}

/// A page that is written without this costs a fault of its own, which on a virtual machine takes as long as
/// copying 100 KB.
void BodyPages::provide(std::size_t bytes) {
    const std::size_t wanted = std::min((bytes + step_bytes - 1) / step_bytes * step_bytes, capacity_);
#ifdef MADV_POPULATE_WRITE
    // A system that cannot do it provides the pages one by one.
    static_cast<void>(::madvise(memory_ + provided_, wanted - provided_, MADV_POPULATE_WRITE));
#endif
    provided_ = wanted;
}

}  // namespace tailrace::server
