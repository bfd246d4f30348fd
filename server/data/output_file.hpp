#pragma once

#include <string>
#include <string_view>

namespace tailrace::server {

/// A file that gets its name when it is complete, or standard output.
class OutputFile {
  public:
    /// Empty or "-" is standard output. Throws DataFault if the file cannot be made.
    explicit OutputFile(const std::string& path);
    /// Removes an unfinished file.
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    bool is_standard_output() const { return path_.empty(); }
    /// Throws DataFault.
    void write(std::string_view text);
    /// Gives the complete file its name. Replaces an existing file of that name.
    void finish();

  private:
    [[noreturn]] void fail() const;

    /// Empty for standard output.
    std::string path_;
    std::string temporary_;
    int descriptor_;
};

}  // namespace tailrace::server
