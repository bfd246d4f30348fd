#include "server/data/decompression.hpp"

#include <zlib.h>
#include <zstd.h>

#include <utility>
#include <vector>

#include "server/data/item_reader.hpp"
#include "server/data/zlib_buffers.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";
constexpr std::size_t expanded_piece_bytes = 256UL * 1024;
constexpr std::uint64_t max_ratio = 1000;
/// Small data may expand more.
constexpr std::uint64_t always_allowed_bytes = 16UL * 1024 * 1024;

[[noreturn]] void damaged(std::string_view kind) {
    throw DataFault("the " + std::string(kind) + " data is damaged");
}

[[noreturn]] void without_end(std::string_view kind) {
    throw DataFault("the " + std::string(kind) + " data is truncated");
}

/// Watches how much the data grows.
class Expansion {
  public:
    void took(std::size_t bytes) { taken_ += bytes; }
    void gave(std::size_t bytes) {
        given_ += bytes;
        if (given_ > always_allowed_bytes && given_ / max_ratio > taken_)
            throw DataFault("the data expands to more than " + std::to_string(max_ratio) + " times its size");
    }

  private:
    std::uint64_t taken_ = 0;
    std::uint64_t given_ = 0;
};

class GzipDecompression final : public Decompression {
  public:
    GzipDecompression() : buffer_(expanded_piece_bytes) {
        constexpr int gzip_window_bits = 16 + MAX_WBITS;
        if (::inflateInit2(&stream_, gzip_window_bits) != Z_OK) damaged("gzip");
    }
    ~GzipDecompression() override { ::inflateEnd(&stream_); }
    GzipDecompression(const GzipDecompression&) = delete;
    GzipDecompression& operator=(const GzipDecompression&) = delete;

    void add(std::string_view data, const Take& take) override {
        expansion_.took(data.size());
        set_input(stream_, data);
        bool has_filled = false;
        while (stream_.avail_in > 0 || has_filled) {
            if (std::exchange(is_complete_, false)) ::inflateReset(&stream_);
            set_output(stream_, buffer_);
            const int result = ::inflate(&stream_, Z_NO_FLUSH);
            if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) damaged("gzip");
            const std::size_t size = buffer_.size() - stream_.avail_out;
            has_filled = stream_.avail_out == 0 && result != Z_STREAM_END;
            is_complete_ = result == Z_STREAM_END;
            expansion_.gave(size);
            if (size > 0) take({buffer_.data(), size});
        }
    }
    void finish(const Take&) override {
        if (!is_complete_) without_end("gzip");
    }

  private:
    ::z_stream stream_{};
    std::vector<char> buffer_;
    Expansion expansion_;
    bool is_complete_ = false;
};

class ZstdDecompression final : public Decompression {
  public:
    ZstdDecompression() : stream_(::ZSTD_createDStream()), buffer_(expanded_piece_bytes) {
        if (stream_ == nullptr) throw std::bad_alloc();
    }
    ~ZstdDecompression() override { ::ZSTD_freeDStream(stream_); }
    ZstdDecompression(const ZstdDecompression&) = delete;
    ZstdDecompression& operator=(const ZstdDecompression&) = delete;

    void add(std::string_view data, const Take& take) override {
        expansion_.took(data.size());
        ::ZSTD_inBuffer in{data.data(), data.size(), 0};
        bool has_filled = false;
        while (in.pos < in.size || has_filled) {
            ::ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
            const std::size_t result = ::ZSTD_decompressStream(stream_, &out, &in);
            if (::ZSTD_isError(result) != 0) damaged("zstd");
            is_complete_ = result == 0;
            has_filled = out.pos == out.size && !is_complete_;
            expansion_.gave(out.pos);
            if (out.pos > 0) take({buffer_.data(), out.pos});
        }
    }
    void finish(const Take&) override {
        if (!is_complete_) without_end("zstd");
    }

  private:
    ::ZSTD_DStream* stream_;
    std::vector<char> buffer_;
    Expansion expansion_;
    bool is_complete_ = false;
};

class PlainData final : public Decompression {
  public:
    void add(std::string_view data, const Take& take) override { take(data); }
    void finish(const Take&) override {}
};

/// Waits for the first bytes, and chooses the decompression by them.
class ChosenDecompression final : public Decompression {
  public:
    void add(std::string_view data, const Take& take) override {
        if (chosen_ != nullptr) return chosen_->add(data, take);
        beginning_.append(data);
        if (beginning_.size() < zstd_magic.size()) return;
        choose();
        chosen_->add(std::exchange(beginning_, {}), take);
    }
    void finish(const Take& take) override {
        if (chosen_ == nullptr) {
            choose();
            chosen_->add(beginning_, take);
        }
        chosen_->finish(take);
    }

  private:
    void choose() {
        if (beginning_.starts_with(gzip_magic)) {
            chosen_ = std::make_unique<GzipDecompression>();
        } else if (beginning_.starts_with(zstd_magic)) {
            chosen_ = std::make_unique<ZstdDecompression>();
        } else {
            chosen_ = std::make_unique<PlainData>();
        }
    }

    std::string beginning_;
    std::unique_ptr<Decompression> chosen_;
};

}  // namespace

std::unique_ptr<Decompression> make_decompression() {
    return std::make_unique<ChosenDecompression>();
}

std::string without_compression_ending(std::string name) {
    for (const std::string_view ending : {".gz", ".zst"}) {
        if (name.ends_with(ending)) name.resize(name.size() - ending.size());
    }
    return name;
}

}  // namespace tailrace::server
