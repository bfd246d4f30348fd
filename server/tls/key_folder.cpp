#include "server/tls/key_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "server/tls/open_ssl.hpp"

namespace tailrace::server {
namespace {

/// More than any chain of certificates needs.
constexpr std::size_t largest_file = 1024 * 1024;

std::string reason_of(int number) {
    return std::generic_category().message(number);
}

/// A file descriptor that is closed at the end.
class OpenFile {
  public:
    explicit OpenFile(int number) : number_(number) {}
    ~OpenFile() {
        if (number_ >= 0) ::close(number_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    int number() const { return number_; }
    bool is_open() const { return number_ >= 0; }

  private:
    int number_;
};

/// Returns 0, or the number of the error.
int write_all(int file, const std::string& text) {
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t count = ::write(file, text.data() + written, text.size() - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        written += static_cast<std::size_t>(count);
    }
    return ::fsync(file) == 0 ? 0 : errno;
}

}  // namespace

KeyFolder::KeyFolder(const std::string& path) : path_(path) {
    std::error_code error;
    is_new_ = std::filesystem::create_directories(path, error);
    if (error) throw TlsError("the folder '" + path + "' cannot be made: " + error.message());
    folder_ = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_ >= 0) ::flock(folder_, LOCK_EX);
}

KeyFolder::~KeyFolder() {
    if (folder_ >= 0) ::close(folder_);
}

std::string KeyFolder::read(const std::string& name) const {
    const std::string path = path_ + "/" + name;
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) return {};
    return read_key_file(path);
}

void KeyFolder::write(const std::string& name, const std::string& text, Readers readers) const {
    const std::string path = path_ + "/" + name;
    const std::string written = path + "." + std::to_string(::getpid()) + ".tmp";
    const auto mode = static_cast<::mode_t>(readers == Readers::owner ? 0600 : 0644);
    // A killed process may have left a file of this name with another mode.
    ::unlink(written.c_str());
    int failure = 0;
    {
        const OpenFile file(
            ::open(written.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
        failure = file.is_open() ? write_all(file.number(), text) : errno;
    }
    if (failure == 0 && std::rename(written.c_str(), path.c_str()) != 0) failure = errno;
    if (failure == 0) return;
    ::unlink(written.c_str());
    throw TlsError("'" + path + "' cannot be written: " + reason_of(failure));
}

std::string read_key_file(const std::string& path) {
    const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) throw TlsError("'" + path + "' cannot be read: " + reason_of(errno));
    std::string text(largest_file, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t count = ::read(file.number(), text.data() + size, text.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw TlsError("'" + path + "' cannot be read: " + reason_of(errno));
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    return text;
}

bool others_can_read(const std::string& path) {
    struct stat status = {};
    return ::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

}  // namespace tailrace::server
