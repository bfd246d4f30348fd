#include "server/process/ready_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace tailrace::server {

ReadyFile::ReadyFile(std::string option, std::string path)
    : option_(std::move(option)), path_(std::move(path)) {
    if (path_.empty()) return;
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path_, error);
    if (!std::filesystem::exists(status)) return;
    if (!std::filesystem::is_regular_file(status))
        throw std::runtime_error(option_ + ": '" + path_ + "' is not a regular file");
    std::filesystem::remove(path_, error);
    if (error) throw std::runtime_error(option_ + ": '" + path_ + "' cannot be removed: " + error.message());
}

void ReadyFile::write(std::string text) {
    if (path_.empty()) return;
    // A file is renamed in one step.
    const std::string written = path_ + "." + std::to_string(::getpid()) + ".tmp";
    std::ofstream file(written, std::ios::binary);
    file << text;
    file.close();
    std::error_code error;
    if (file) std::filesystem::rename(written, path_, error);
    if (!file || error) {
        const std::string reason = error ? error.message() : std::generic_category().message(errno);
        std::remove(written.c_str());
        throw std::runtime_error(option_ + ": '" + path_ + "' cannot be written: " + reason);
    }
    text_ = std::move(text);
}

void ReadyFile::remove() noexcept {
    if (text_.empty()) return;
    try {
        std::ifstream file(path_, std::ios::binary);
        const std::string found{std::istreambuf_iterator<char>(file), {}};
        if (found == std::exchange(text_, {})) std::remove(path_.c_str());
    } catch (const std::exception&) {
        // There is no memory to look with: the file stays.
    }
}

}  // namespace tailrace::server
