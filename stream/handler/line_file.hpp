#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace tailrace::stream {

/// A file to which JSON lines are appended, by several writers at once if several have it open. It contains
/// only whole lines: a partial line left by a kill or a full disk is removed before the next is written.
/// Thread-safe.
class LineFile {
  public:
    /// Opens the file, or creates it. Does not block. Throws std::system_error, including for a pipe, a
    /// socket, a device or a folder; /dev/stdout, /dev/stderr and /dev/null are accepted.
    explicit LineFile(const std::string& path);
    ~LineFile();
    LineFile(const LineFile&) = delete;
    LineFile& operator=(const LineFile&) = delete;

    /// Appends lines, each with its line end. They are in the file, though not yet on disk, when this
    /// returns. Throws std::system_error.
    void append(std::string_view lines);

  private:
    void finish_last_line();

    std::mutex mutex_;
    /// False for /dev/stdout and the like, which are written to without locking or repair.
    const bool is_regular_;
    const int descriptor_;
};

}  // namespace tailrace::stream
