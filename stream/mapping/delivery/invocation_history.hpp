#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "stream/mapping/delivery/invocation.hpp"

namespace tailrace::stream {

/// The last invocations of a mapping: so many, and as many as have so many bytes of records and answers
/// together, but at least one. Thread-safe.
class InvocationHistory {
  public:
    static constexpr std::size_t max_invocations = 1000;
    static constexpr std::size_t max_bytes = 16 * 1024 * 1024;

    /// Keeps an invocation under the next number, which it returns.
    std::uint64_t add(Invocation invocation);
    /// Oldest first.
    std::vector<Invocation> all() const;

  private:
    struct Kept {
        Invocation invocation;
        std::size_t bytes;
    };

    mutable std::mutex mutex_;
    std::deque<Kept> kept_;
    std::size_t bytes_ = 0;
    std::uint64_t newest_ = 0;
};

}  // namespace tailrace::stream
