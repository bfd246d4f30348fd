#include "server/data/data_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "server/data/decompression.hpp"
#include "server/data/export_folder.hpp"
#include "server/signature/md5.hpp"

namespace tailrace::server {
namespace {

constexpr std::size_t file_piece_bytes = 256UL * 1024;

std::string reason_of(int error) {
    return std::system_category().message(error);
}

/// An open file, or standard input.
class OpenFile {
  public:
    explicit OpenFile(const DataFile& file) {
        if (file.path == "-") return;
        descriptor_ =
            ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | (file.is_in_folder ? O_NOFOLLOW : 0));
        if (descriptor_ < 0) throw UnreadableFile("cannot be read: " + reason_of(errno));
        struct ::stat status = {};
        if (::fstat(descriptor_, &status) == 0 && S_ISDIR(status.st_mode)) {
            ::close(descriptor_);
            throw UnreadableFile("cannot be read: it is a folder");
        }
    }
    ~OpenFile() {
        if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    /// Returns the number of bytes that were read; 0 at the end.
    std::size_t read(std::vector<char>& buffer) const {
        for (;;) {
            const ::ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
            if (count >= 0) return static_cast<std::size_t>(count);
            if (errno != EINTR) throw UnreadableFile("cannot be read: " + reason_of(errno));
        }
    }

  private:
    int descriptor_ = STDIN_FILENO;
};

/// Reads everything.
void read_pieces(const OpenFile& file, const std::function<void(std::string_view)>& take) {
    std::vector<char> buffer(file_piece_bytes);
    while (const std::size_t count = file.read(buffer)) take({buffer.data(), count});
}

}  // namespace

std::vector<DataFile> data_files(const std::string& path) {
    struct ::stat status = {};
    const bool is_folder = path != "-" && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    return is_folder ? files_in_folder(path) : std::vector<DataFile>{{.path = path}};
}

void read_data_file(const DataFile& file, const std::function<void(std::string_view)>& take) {
    if (!file.md5.empty()) {
        Md5 md5;
        read_pieces(OpenFile(file), [&](std::string_view piece) { md5.add(piece); });
        if (base64_of(md5.sum()) != file.md5)
            throw DataFault("the MD5 checksum is not the one in the manifest");
    }
    const OpenFile open_file(file);
    const auto decompression = make_decompression();
    read_pieces(open_file, [&](std::string_view piece) { decompression->add(piece, take); });
    decompression->finish(take);
}

}  // namespace tailrace::server
