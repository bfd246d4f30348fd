#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tailrace::server {

/// How a body is compressed. `none` is a body as it is.
enum class ContentCoding { none, gzip, deflate };

/// The name in Content-Encoding; empty for none.
std::string_view coding_name(ContentCoding coding);

/// The coding of a Content-Encoding header; none for one that is empty or "identity", nothing for one that is
/// not known.
std::optional<ContentCoding> named_coding(std::string_view name);

/// The coding to use for a response to a client that sent this Accept-Encoding header: the one of gzip and
/// deflate with the higher q-value, the first named of equals, gzip where only "*" speaks for both.
/// "identity" counts for nothing, and a q-value that cannot be read counts as 1, both as observed on AWS.
ContentCoding preferred_coding(std::string_view accept_encoding);

/// `body` in that coding, which is not none.
std::string compressed(std::string_view body, ContentCoding coding);

/// Why a compressed body could not be read.
enum class DecompressError { broken, too_large };

/// A decompressed body, or why there is none.
struct Decompressed {
    std::string body;
    std::optional<DecompressError> error;
};

/// The content of a body in that coding, which is not none. A gzip body may consist of several members one
/// after another, a deflate body may not, as observed on AWS. Stops as too_large once the content is over
/// `limit_bytes`, having made no more than that of it.
Decompressed decompressed(std::string_view body, ContentCoding coding, std::size_t limit_bytes);

}  // namespace tailrace::server
