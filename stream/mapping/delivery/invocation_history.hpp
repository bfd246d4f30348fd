#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "stream/mapping/delivery/invocation.hpp"

namespace tailrace::stream {

/// A bounded history of a mapping's invocations: at most max_invocations, with at most max_bytes of records
/// and answers, but always the latest. For one thread at a time.
class InvocationHistory {
  public:
    static constexpr std::size_t max_invocations = 1000;
    static constexpr std::size_t max_bytes = 16 * 1024 * 1024;

    /// Keeps an invocation under the next number and returns the number.
    std::uint64_t add(Invocation invocation);
    /// Returns the number of the last invocation; 0 if there was none.
    std::uint64_t newest() const { return newest_; }
    /// Returns those with a number above `number`. The oldest comes first.
    std::vector<Invocation> after(std::uint64_t number) const;

  private:
    struct Kept {
        Invocation invocation;
        std::size_t bytes;
    };

    std::deque<Kept> kept_;
    std::size_t bytes_ = 0;
    std::uint64_t newest_ = 0;
};

}  // namespace tailrace::stream
