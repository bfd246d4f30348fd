#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tailrace::server {

/// Expands data that arrives in pieces. Data that is not compressed is passed on as it is.
class Decompression {
  public:
    using Take = std::function<void(std::string_view)>;

    virtual ~Decompression() = default;
    /// Throws DataFault if the data is damaged, or if it expands to more than 16 MB and more than 1,000 times
    /// its size.
    virtual void add(std::string_view data, const Take& take) = 0;
    /// Throws DataFault if the data has no end.
    virtual void finish(const Take& take) = 0;
};

/// Finds out from the first bytes whether the data is gzip, zstd or neither. The data may have several parts,
/// as written by gzip and zstd one after another.
std::unique_ptr<Decompression> make_decompression();

/// Returns "a.json" for "a.json.gz" and "a.json.zst".
std::string without_compression_ending(std::string name);

}  // namespace tailrace::server
