#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/data/item_reader.hpp"

namespace tailrace::server {

/// A file with items.
struct DataFile {
    /// "-" is standard input.
    std::string path;
    /// The checksum that the file should have, in base64; empty if it is unknown.
    std::string md5 = {};
    /// True if the path must not be a link.
    bool is_in_folder = false;
};

/// A file that cannot be read at all, or no further. what() is "cannot be read: …".
class UnreadableFile : public DataFault {
  public:
    using DataFault::DataFault;
};

/// Returns the file of a path. For a folder with a manifest of an export to S3, returns the files that the
/// manifest names. For any other folder, returns all files in it. The folder of an export is the one with
/// manifest-files.json, or one around it. Nothing outside the folder is read. Throws DataFault.
std::vector<DataFile> data_files(const std::string& path);

/// Reads a file in pieces, and expands it if it is gzip or zstd. Throws UnreadableFile, and DataFault if its
/// content is damaged or has another checksum.
void read_data_file(const DataFile& file, const std::function<void(std::string_view)>& take);

}  // namespace tailrace::server
