#pragma once

#include <string>

namespace tailrace::server {

/// A folder with certificates and keys that several processes use. Only one KeyFolder for a folder exists at
/// a time, in all processes together: the constructor waits. If the system cannot lock the folder, several
/// can exist. Even then each file is whole, because files are replaced in one step.
class KeyFolder {
  public:
    /// Makes the folder if there is none. Throws TlsError.
    explicit KeyFolder(const std::string& path);
    ~KeyFolder();
    KeyFolder(const KeyFolder&) = delete;
    KeyFolder& operator=(const KeyFolder&) = delete;

    /// Returns true if the folder was made by this object.
    bool is_new() const { return is_new_; }
    /// Returns a file's text, or an empty string if there is no such file or it is too large. Throws TlsError
    /// if it cannot be read.
    std::string read(const std::string& name) const;
    enum class Readers { owner, everybody };
    /// Writes a file in one step. Throws TlsError.
    void write(const std::string& name, const std::string& text, Readers readers) const;

  private:
    std::string path_;
    bool is_new_ = false;
    int folder_ = -1;
};

/// Returns the text of a file of certificates or keys. Throws TlsError, with a text such as "'key.pem' cannot
/// be read: No such file or directory".
std::string read_key_file(const std::string& path);

/// Returns true if other users of this machine can read a file.
bool others_can_read(const std::string& path);

}  // namespace tailrace::server
