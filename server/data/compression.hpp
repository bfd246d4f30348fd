#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace tailrace::server {

/// Compresses data that arrives in pieces.
class Compression {
  public:
    using Take = std::function<void(std::string_view)>;

    virtual ~Compression() = default;
    virtual void add(std::string_view data, const Take& take) = 0;
    virtual void finish(const Take& take) = 0;
};

/// `kind` is "gzip" or "zstd", or empty to pass data on as it is.
std::unique_ptr<Compression> make_compression(std::string_view kind);

}  // namespace tailrace::server
