#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace tailrace::stream {

/// A file of JSON lines that is added to, by several writers at once where several have it open. Holds whole
/// lines only: what a kill or a full disk left of one goes before the next is written. Thread-safe.
class LineFile {
  public:
    /// Opens the file, which is made when it is not there. Throws std::system_error, also for a pipe, a
    /// socket, a device or a folder; /dev/stdout, /dev/stderr and /dev/null are taken. Does not wait.
    explicit LineFile(const std::string& path);
    ~LineFile();
    LineFile(const LineFile&) = delete;
    LineFile& operator=(const LineFile&) = delete;

    /// Adds lines, each with its end. They are in the file, though not yet on its disk, when this returns.
    /// Throws std::system_error.
    void append(std::string_view lines);

  private:
    void finish_last_line();

    std::mutex mutex_;
    /// What is not, /dev/stdout and its like, is written to as it is.
    const bool is_regular_;
    const int descriptor_;
};

}  // namespace tailrace::stream
