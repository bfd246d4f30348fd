#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tailrace::server {

/// How a body is compressed. `none` means that it is not.
enum class ContentCoding { none, gzip, deflate };

/// Returns the name in Content-Encoding, or an empty string for `none`.
std::string_view coding_name(ContentCoding coding);

/// Returns the coding that a Content-Encoding header names: `none` if it is empty or "identity", nullopt if
/// it is unknown.
std::optional<ContentCoding> named_coding(std::string_view name);

/// Returns the coding for a response to a client that sent this Accept-Encoding header: gzip or deflate,
/// whichever has the higher q-value, and the first one named if they are equal. If only "*" covers both, it
/// is gzip. "identity" is ignored, and a q-value that cannot be read counts as 1; both were observed on AWS.
ContentCoding preferred_coding(std::string_view accept_encoding);

/// Compresses `body`. The coding must not be `none`.
std::string compressed(std::string_view body, ContentCoding coding);

/// Why a compressed body could not be read.
enum class DecompressError { broken, too_large };

/// A decompressed body, or why there is none.
struct Decompressed {
    std::string body;
    std::optional<DecompressError> error;
};

/// Decompresses `body`. The coding must not be `none`. A gzip body may consist of several members one after
/// another; a deflate body may not, as observed on AWS. Fails with too_large as soon as the output exceeds
/// `limit_bytes`.
Decompressed decompressed(std::string_view body, ContentCoding coding, std::size_t limit_bytes);

}  // namespace tailrace::server
