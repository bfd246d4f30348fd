#include "server/process/ready_file.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "engine/model/parse_number.hpp"

namespace tailrace::server {
namespace {

std::string text_of(const std::string& path) {
    constexpr std::size_t longest = 512;
    std::ifstream file(path, std::ios::binary);
    std::string text(longest, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

/// Returns the port in "http://127.0.0.1:8000", "https://127.0.0.1:8000" or "8000", each with a line end, or
/// nullopt for any other text.
std::optional<std::uint16_t> port_in(std::string_view text) {
    if (!text.ends_with('\n')) return std::nullopt;
    text.remove_suffix(1);
    if (text.starts_with("http://") || text.starts_with("https://")) text = text.substr(text.rfind(':') + 1);
    return parse_number<std::uint16_t>(text);
}

/// Returns true if something listens on a port of this machine. Does not block.
bool is_served(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    if (socket < 0) return false;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool is_there = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    return is_there;
}

/// Returns why a file may not be removed, or an empty string if a server left it or it is empty.
std::string why_kept(const std::string& path) {
    const std::string text = text_of(path);
    if (text.empty()) return {};
    const std::optional<std::uint16_t> port = port_in(text);
    if (!port) return "' contains something other than a server's URL or port";
    if (is_served(*port)) return "' belongs to a running server, on port " + std::to_string(*port);
    return {};
}

}  // namespace

ReadyFile::ReadyFile(std::string option, std::string path)
    : option_(std::move(option)), path_(std::move(path)) {
    if (path_.empty()) return;
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::symlink_status(path_, error);
    if (!std::filesystem::exists(status)) return;
    if (!std::filesystem::is_regular_file(status))
        throw std::runtime_error(option_ + ": '" + path_ + "' is not a regular file");
    if (const std::string reason = why_kept(path_); !reason.empty())
        throw std::runtime_error(option_ + ": '" + path_ + reason);
    std::filesystem::remove(path_, error);
    if (error) throw std::runtime_error(option_ + ": '" + path_ + "' cannot be removed: " + error.message());
}

void ReadyFile::write(std::string text) {
    if (path_.empty()) return;
    // The file is renamed to its name in one step.
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
        // There is no memory to check the file, so it stays.
    }
}

}  // namespace tailrace::server
