#pragma once

#include <cstddef>
#include <string_view>

namespace tailrace::server {

/// The memory of one large body. Its pages come from the system as bytes are written to them, and go back to
/// it together: room that nothing has been written to takes no memory.
class BodyPages {
  public:
    /// Room for so many bytes, one at least. Throws std::bad_alloc.
    explicit BodyPages(std::size_t capacity_bytes);
    ~BodyPages();
    BodyPages(const BodyPages&) = delete;
    BodyPages& operator=(const BodyPages&) = delete;

    std::size_t size() const { return size_; }
    std::string_view view() const { return {memory_, size_}; }
    /// Throws std::length_error for more than there is room for.
    void append(std::string_view bytes);

  private:
    char* memory_;
    std::size_t capacity_;
    std::size_t size_ = 0;
};

}  // namespace tailrace::server
