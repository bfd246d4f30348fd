#pragma once

#include <string>

namespace tailrace::server {

/// A file that exists while the server answers requests, for scripts that wait for the server.
class ReadyFile {
  public:
    /// Removes the file that a killed server has left. `option` names the file for people; an empty path
    /// means no file. Throws std::runtime_error if the path is not a regular file, if no server wrote the
    /// file, or if its server still runs.
    ReadyFile(std::string option, std::string path);
    ~ReadyFile() { remove(); }
    ReadyFile(const ReadyFile&) = delete;
    ReadyFile& operator=(const ReadyFile&) = delete;

    /// Writes the file in one step: whoever finds it finds all of the text. Throws std::runtime_error.
    void write(std::string text);
    /// Removes the file, unless another server wrote it to the same path. May be called more than once.
    void remove() noexcept;

  private:
    std::string option_;
    std::string path_;
    /// The file's content; empty while the file does not exist.
    std::string text_;
};

}  // namespace tailrace::server
