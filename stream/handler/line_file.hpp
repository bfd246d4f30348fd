#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace tailrace::stream {

/// A file of JSON lines that is added to, by several writers at once where several have it open. Holds whole
/// lines only: what a kill or a full disk left of one goes before the next is written. Thread-safe.
class LineFile {
  public:
    /// Opens the file, which is made when it is not there. Throws std::system_error.
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
    /// Pipes and devices are written to as they are.
    const bool is_regular_;
    const int descriptor_;
};

}  // namespace tailrace::stream
