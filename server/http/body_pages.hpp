#pragma once

#include <cstddef>
#include <string_view>

namespace tailrace::server {

/// The memory of one large body. The system provides its pages as bytes are written to them, 64 KB at a time,
/// and takes them back together, so unwritten room takes no memory.
class BodyPages {
  public:
    /// Reserves room for that many bytes, at least one. Throws std::bad_alloc.
    explicit BodyPages(std::size_t capacity_bytes);
    ~BodyPages();
    BodyPages(const BodyPages&) = delete;
    BodyPages& operator=(const BodyPages&) = delete;

    std::size_t size() const { return size_; }
    std::string_view view() const { return {memory_, size_}; }
    /// Throws std::length_error if there is no room for the bytes.
    void append(std::string_view bytes);

  private:
    void provide(std::size_t bytes);

    char* memory_;
    std::size_t capacity_;
    std::size_t size_ = 0;
    /// The system has been asked for this much.
    std::size_t provided_ = 0;
};

}  // namespace tailrace::server
