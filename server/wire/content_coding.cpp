#include "server/wire/content_coding.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

#include "engine/model/ascii_case.hpp"
#include "engine/model/parse_number.hpp"
#include "server/wire/request_headers.hpp"

namespace tailrace::server {
namespace {

/// In the order of ContentCoding.
constexpr std::array<std::string_view, 3> coding_names = {"", "gzip", "deflate"};

constexpr int zlib_window_bits = 15;
/// Added to the window bits, this makes zlib write and read gzip's format instead of its own.
constexpr int gzip_wrapping = 16;

/// zlib's inputs are not const by type, but they are by contract.
Bytef* input(std::string_view bytes) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

/// Returns the q-value among the parameters of one Accept-Encoding entry, from 0 to 1.
double quality(std::string_view parameters) {
    while (!parameters.empty()) {
        const std::string_view parameter = parameters.substr(0, parameters.find(';'));
        parameters.remove_prefix(std::min(parameter.size() + 1, parameters.size()));
        const std::size_t equals = parameter.find('=');
        if (equals == std::string_view::npos || trimmed(parameter.substr(0, equals)) != "q") continue;
        return std::clamp(parse_number<double>(trimmed(parameter.substr(equals + 1))).value_or(1), 0.0, 1.0);
    }
    return 1;
}

/// Returns zlib's window bits for a coding, which must not be `none`.
int window_bits(ContentCoding coding) {
    return coding == ContentCoding::gzip ? zlib_window_bits + gzip_wrapping : zlib_window_bits;
}

struct Inflater {
    z_stream stream{};
    explicit Inflater(ContentCoding coding) {
        if (inflateInit2(&stream, window_bits(coding)) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

std::string_view coding_name(ContentCoding coding) {
    return coding_names[static_cast<std::size_t>(coding)];
}

std::optional<ContentCoding> named_coding(std::string_view name) {
    if (equal_ignoring_case(name, "identity")) return ContentCoding::none;
    for (std::size_t i = 0; i < coding_names.size(); ++i) {
        if (equal_ignoring_case(name, coding_names[i])) return static_cast<ContentCoding>(i);
    }
    return std::nullopt;
}

ContentCoding preferred_coding(std::string_view accept_encoding) {
    double best_quality = 0;
    double any_quality = 0;
    ContentCoding best = ContentCoding::none;
    bool gzip_named = false;
    bool deflate_named = false;
    while (!accept_encoding.empty()) {
        const std::string_view entry = accept_encoding.substr(0, accept_encoding.find(','));
        accept_encoding.remove_prefix(std::min(entry.size() + 1, accept_encoding.size()));
        const std::size_t end = std::min(entry.find(';'), entry.size());
        const std::string_view name = trimmed(entry.substr(0, end));
        const double entry_quality = quality(entry.substr(std::min(end + 1, entry.size())));
        const bool gzip = equal_ignoring_case(name, "gzip");
        const bool deflate = equal_ignoring_case(name, "deflate");
        if (name == "*") any_quality = entry_quality;
        gzip_named = gzip_named || gzip;
        deflate_named = deflate_named || deflate;
        if ((gzip || deflate) && entry_quality > best_quality) {
            best_quality = entry_quality;
            best = gzip ? ContentCoding::gzip : ContentCoding::deflate;
        }
    }
    if (any_quality > best_quality && !gzip_named) return ContentCoding::gzip;
    if (any_quality > best_quality && !deflate_named) return ContentCoding::deflate;
    return best;
}

std::string compressed(std::string_view body, ContentCoding coding) {
    z_stream stream{};
    constexpr int memory_level = 8;
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits(coding), memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    std::string out(deflateBound(&stream, body.size()), '\0');
    stream.next_in = input(body);
    stream.avail_in = static_cast<uInt>(body.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

Decompressed decompressed(std::string_view body, ContentCoding coding, std::size_t limit_bytes) {
    const bool may_go_on = coding == ContentCoding::gzip;
    Inflater inflater(coding);
    z_stream& stream = inflater.stream;
    stream.next_in = input(body);
    stream.avail_in = static_cast<uInt>(body.size());
    Decompressed result;
    std::array<char, 32768> piece;
    int status = Z_OK;
    do {
        if (status == Z_STREAM_END && (!may_go_on || inflateReset(&stream) != Z_OK)) {
            return {{}, DecompressError::broken};
        }
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        status = inflate(&stream, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END) return {{}, DecompressError::broken};
        result.body.append(piece.data(), piece.size() - stream.avail_out);
        if (result.body.size() > limit_bytes) return {{}, DecompressError::too_large};
    } while (stream.avail_in > 0 || (status != Z_STREAM_END && stream.avail_out == 0));
    if (status != Z_STREAM_END) return {{}, DecompressError::broken};
    return result;
}

}  // namespace tailrace::server
