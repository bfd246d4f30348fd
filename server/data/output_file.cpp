#include "server/data/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "server/data/item_reader.hpp"

namespace tailrace::server {
namespace {

/// A pipe or a device is written to directly.
bool is_special(const std::string& path) {
    struct ::stat status = {};
    return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

OutputFile::OutputFile(const std::string& path) : path_(path == "-" ? "" : path), descriptor_(STDOUT_FILENO) {
    if (path_.empty()) return;
    constexpr ::mode_t readable_by_all = 0666;
    const bool is_replaced = !is_special(path_);
    if (is_replaced) temporary_ = path_ + "." + std::to_string(::getpid()) + ".part";
    const std::string& opened = is_replaced ? temporary_ : path_;
    const int flags = is_replaced ? O_CREAT | O_EXCL | O_NOFOLLOW : 0;
    descriptor_ = ::open(opened.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | flags, readable_by_all);
    if (descriptor_ < 0) fail();
}

OutputFile::~OutputFile() {
    if (path_.empty() || descriptor_ < 0) return;
    ::close(descriptor_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::write(std::string_view text) {
    while (!text.empty()) {
        const ::ssize_t count = ::write(descriptor_, text.data(), text.size());
        if (count >= 0) {
            text.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            fail();
        }
    }
}

void OutputFile::finish() {
    if (path_.empty()) return;
    if (!temporary_.empty() && ::rename(temporary_.c_str(), path_.c_str()) != 0) fail();
    temporary_.clear();
}

void OutputFile::fail() const {
    const std::string name = path_.empty() ? "standard output" : path_;
    throw DataFault(name + " cannot be written: " + std::system_category().message(errno));
}

}  // namespace tailrace::server
