#pragma once

#include <string>

namespace tailrace::server {

/// A file that is there while the server can be asked, for scripts that wait for it.
class ReadyFile {
  public:
    /// Removes what a server that was killed has left. `option` names the file for people; an empty path is
    /// for no file. Throws std::runtime_error where there is something else than a file, a file that no
    /// server wrote, or that of a server that still runs.
    ReadyFile(std::string option, std::string path);
    ~ReadyFile() { remove(); }
    ReadyFile(const ReadyFile&) = delete;
    ReadyFile& operator=(const ReadyFile&) = delete;

    /// Whoever finds the file finds all of the text in it. Throws std::runtime_error.
    void write(std::string text);
    /// Leaves the file of another server that has the same path. Once, or more often.
    void remove() noexcept;

  private:
    std::string option_;
    std::string path_;
    /// What the file holds; empty while it is not there.
    std::string text_;
};

}  // namespace tailrace::server
