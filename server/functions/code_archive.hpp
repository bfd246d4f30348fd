#pragma once

#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace tailrace::server {

/// A function's archive cannot be used. what() is a message for whoever sent it.
class InvalidCode : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The maximum number of bytes in an archive, and in its files together. Source: Lambda's quotas, "Deployment
/// package (.zip file archive) size".
inline constexpr std::size_t max_zipped_bytes = 52'428'800;
inline constexpr std::size_t max_unzipped_bytes = 262'144'000;

/// The maximum number of files and folders in an archive, and of folders around a file.
inline constexpr std::size_t max_archive_entries = 20'000;
inline constexpr std::size_t max_archive_depth = 32;

/// Unpacks a zip archive into a folder, which must exist and be empty. The bytes are counted while they are
/// written, whatever the archive says of itself. Only files and folders are created, all of them inside the
/// folder: an absolute path, a path with "..", a link or a device is refused. A file that is executable in
/// the archive is so in the folder. Throws InvalidCode, including when a file cannot be written; some files
/// may have been written by then.
void unpack_archive(std::string_view zip, const std::filesystem::path& folder);

}  // namespace tailrace::server
