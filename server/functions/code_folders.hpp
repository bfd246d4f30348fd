#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "server/process/log.hpp"

namespace tailrace::server {

/// The unpacked code of a function. Its folder is removed with it.
class CodeFolder {
  public:
    /// Takes over the folder, which may contain anything or nothing yet.
    explicit CodeFolder(std::filesystem::path path) : path_(std::move(path)) {}
    ~CodeFolder();
    CodeFolder(const CodeFolder&) = delete;
    CodeFolder& operator=(const CodeFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    const std::filesystem::path path_;
};

/// The code of one archive. Copies share the folder.
struct FunctionCode {
    std::shared_ptr<const CodeFolder> folder;
    /// The hash of the archive in base64, as Lambda shows it.
    std::string sha256;
    /// The bytes of the archive.
    std::size_t size_bytes = 0;
};

/// The code that requests upload, in one temporary folder of this process, which only its user can read. The
/// folder is created when it is needed, and removed at the end. Folders of other processes that were killed
/// are removed when it is created. Thread-safe.
class CodeFolders {
  public:
    /// The log must outlive the folders.
    explicit CodeFolders(const Log& log) : log_(log) {}
    /// Every CodeFolder must have ended.
    ~CodeFolders();
    CodeFolders(const CodeFolders&) = delete;
    CodeFolders& operator=(const CodeFolders&) = delete;

    /// Unpacks an archive. Throws InvalidCode.
    FunctionCode unpack(std::string_view zip);
    /// Returns a folder with one file. Throws InvalidCode.
    std::shared_ptr<const CodeFolder> write(std::string_view file, std::string_view text);

  private:
    std::filesystem::path new_folder();

    const Log& log_;
    std::mutex mutex_;
    /// Empty until it is needed.
    std::filesystem::path root_;
    /// The locked file that tells other processes that this one lives.
    int lock_ = -1;
    std::size_t next_ = 0;
};

}  // namespace tailrace::server
