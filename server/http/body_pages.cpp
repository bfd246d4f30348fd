#include "server/http/body_pages.hpp"

#include <sys/mman.h>

#include <cstring>
#include <new>
#include <stdexcept>

namespace tailrace::server {

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
    std::memcpy(memory_ + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
}

}  // namespace tailrace::server
