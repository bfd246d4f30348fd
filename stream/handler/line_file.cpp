#include "stream/handler/line_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <system_error>

#include "engine/model/json_text.hpp"

namespace tailrace::stream {
namespace {

[[noreturn]] void fail() {
    throw std::system_error(errno, std::generic_category());
}

/// The kinds of files to which no lines are appended.
enum class SpecialFile { pipe = 1, socket, device };

class SpecialFileCategory final : public std::error_category {
  public:
    const char* name() const noexcept override { return "special file"; }
    std::string message(int condition) const override {
        switch (static_cast<SpecialFile>(condition)) {
            case SpecialFile::pipe:
                return "Is a pipe, not a regular file";
            case SpecialFile::socket:
                return "Is a socket, not a regular file";
            case SpecialFile::device:
                break;
        }
        return "Is a device, not a regular file";
    }
};

[[noreturn]] void refuse(SpecialFile file) {
    static const SpecialFileCategory category;
    throw std::system_error(static_cast<int>(file), category);
}

/// True for the well-known paths that are not regular files and are accepted. Other special files are
/// refused: a writer to a pipe waits for its reader, and a device may do anything.
bool may_be_special(const std::string& path) {
    return path == "/dev/stdout" || path == "/dev/stderr" || path == "/dev/null";
}

/// Returns whether the file is a regular file. Throws if it must be neither opened nor written.
bool is_regular(mode_t mode, const std::string& path) {
    if (S_ISREG(mode)) return true;
    if (S_ISDIR(mode)) throw std::system_error(EISDIR, std::generic_category());
    if (may_be_special(path)) return false;
    if (S_ISFIFO(mode)) refuse(SpecialFile::pipe);
    refuse(S_ISSOCK(mode) ? SpecialFile::socket : SpecialFile::device);
}

/// Checks the file before it is opened, because opening it may already block or make a device act.
bool is_regular_before_opening(const std::string& path) {
    struct stat status = {};
    return ::stat(path.c_str(), &status) != 0 || is_regular(status.st_mode, path);
}

/// Opens the file without blocking, because it may have been replaced since it was checked.
int open_lines(const std::string& path, bool is_regular) {
    const int access = is_regular ? O_RDWR | O_NONBLOCK : O_WRONLY;
    return ::open(path.c_str(), access | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
}

void write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::write(descriptor, text.data(), text.size());
        if (size < 0 && errno != EINTR) fail();
        if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
    }
}

/// Returns the last `size` bytes of a file before `end`.
std::string read_before(int descriptor, off_t end, off_t size) {
    std::string text(static_cast<std::size_t>(size), '\0');
    if (::pread(descriptor, text.data(), text.size(), end - size) != size) fail();
    return text;
}

/// Returns what follows a file's last line end.
std::string unended_line(int descriptor, off_t size) {
    constexpr off_t step = 64 * 1024;
    std::string line;
    for (off_t end = size; end > 0; end -= std::min(step, end)) {
        const std::string text = read_before(descriptor, end, std::min(step, end));
        const std::size_t line_end = text.rfind('\n');
        if (line_end != std::string::npos) return text.substr(line_end + 1) + line;
        line.insert(0, text);
    }
    return line;
}

/// Locks the file against its other writers.
class Locked {
  public:
    explicit Locked(int descriptor) : descriptor_(descriptor) {
        while (::flock(descriptor_, LOCK_EX) != 0)
            if (errno != EINTR) fail();
    }
    ~Locked() { ::flock(descriptor_, LOCK_UN); }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

  private:
    const int descriptor_;
};

}  // namespace

LineFile::LineFile(const std::string& path)
    : is_regular_(is_regular_before_opening(path)), descriptor_(open_lines(path, is_regular_)) {
    if (descriptor_ < 0) fail();
    struct stat status = {};
    try {
        if (::fstat(descriptor_, &status) != 0) fail();
        if (is_regular_) is_regular(status.st_mode, path);
    } catch (const std::system_error&) {
        ::close(descriptor_);
        throw;
    }
}

LineFile::~LineFile() {
    ::close(descriptor_);
}

void LineFile::append(std::string_view lines) {
    const std::lock_guard lock(mutex_);
    if (!is_regular_) return write_all(descriptor_, lines);
    const Locked locked(descriptor_);
    finish_last_line();
    write_all(descriptor_, lines);
}

/// Ends the last line if it has no line end. A partial JSON object is removed instead.
void LineFile::finish_last_line() {
    const off_t size = ::lseek(descriptor_, 0, SEEK_END);
    if (size <= 0 || read_before(descriptor_, size, 1) == "\n") return;
    const std::string line = unended_line(descriptor_, size);
    boost::json::error_code error;
    if (line.starts_with('{')) parse_json(line, error);
    if (!error) return write_all(descriptor_, "\n");
    if (::ftruncate(descriptor_, size - static_cast<off_t>(line.size())) != 0) fail();
}

}  // namespace tailrace::stream
