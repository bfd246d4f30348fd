#include "server/data/compression.hpp"

#include <zlib.h>
#include <zstd.h>

#include <new>
#include <stdexcept>
#include <vector>

#include "server/data/zlib_buffers.hpp"

namespace tailrace::server {
namespace {

constexpr std::size_t compressed_piece_bytes = 256UL * 1024;

class GzipCompression final : public Compression {
  public:
    GzipCompression() : buffer_(compressed_piece_bytes) {
        constexpr int gzip_window = 16 + MAX_WBITS;
        constexpr int memory_level = 8;
        if (::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level,
                           Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
    }
    ~GzipCompression() override { ::deflateEnd(&stream_); }
    GzipCompression(const GzipCompression&) = delete;
    GzipCompression& operator=(const GzipCompression&) = delete;

    void add(std::string_view data, const Take& take) override { run(data, Z_NO_FLUSH, take); }
    void finish(const Take& take) override { run({}, Z_FINISH, take); }

  private:
    void run(std::string_view data, int flush, const Take& take) {
        set_input(stream_, data);
        do {
            set_output(stream_, buffer_);
            ::deflate(&stream_, flush);
            const std::size_t size = buffer_.size() - stream_.avail_out;
            if (size > 0) take({buffer_.data(), size});
        } while (stream_.avail_out == 0);
    }

    ::z_stream stream_{};
    std::vector<char> buffer_;
};

class ZstdCompression final : public Compression {
  public:
    ZstdCompression() : stream_(::ZSTD_createCStream()), buffer_(compressed_piece_bytes) {
        if (stream_ == nullptr) throw std::bad_alloc();
    }
    ~ZstdCompression() override { ::ZSTD_freeCStream(stream_); }
    ZstdCompression(const ZstdCompression&) = delete;
    ZstdCompression& operator=(const ZstdCompression&) = delete;

    void add(std::string_view data, const Take& take) override { run(data, ZSTD_e_continue, take); }
    void finish(const Take& take) override { run({}, ZSTD_e_end, take); }

  private:
    void run(std::string_view data, ::ZSTD_EndDirective end, const Take& take) {
        ::ZSTD_inBuffer in{data.data(), data.size(), 0};
        for (bool is_done = false; !is_done;) {
            ::ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
            const std::size_t left = ::ZSTD_compressStream2(stream_, &out, &in, end);
            if (::ZSTD_isError(left) != 0) throw std::runtime_error(::ZSTD_getErrorName(left));
            if (out.pos > 0) take({buffer_.data(), out.pos});
            is_done = end == ZSTD_e_end ? left == 0 : in.pos == in.size;
        }
    }

    ::ZSTD_CStream* stream_;
    std::vector<char> buffer_;
};

class NoCompression final : public Compression {
  public:
    void add(std::string_view data, const Take& take) override { take(data); }
    void finish(const Take&) override {}
};

}  // namespace

std::unique_ptr<Compression> make_compression(std::string_view kind) {
    if (kind == "gzip") return std::make_unique<GzipCompression>();
    if (kind == "zstd") return std::make_unique<ZstdCompression>();
    return std::make_unique<NoCompression>();
}

}  // namespace tailrace::server
