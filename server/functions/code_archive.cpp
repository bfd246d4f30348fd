#include "server/functions/code_archive.hpp"

#include <fcntl.h>
#include <minizip/unzip.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <vector>

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_path_bytes = 1024;
constexpr std::size_t piece_bytes = 64 * 1024;

[[noreturn]] void refuse_archive() {
    throw InvalidCode("Could not unzip uploaded file. Please check your file, then try to upload again.");
}

[[noreturn]] void refuse_entry(const std::string& name, const std::string& fault) {
    throw InvalidCode("Could not unzip uploaded file: its entry '" + name + "' " + fault);
}

/// An archive in memory, as minizip reads it.
struct ArchiveBytes {
    std::string_view bytes;
    std::size_t position = 0;
};

ArchiveBytes& archive_of(voidpf opaque) {
    return *static_cast<ArchiveBytes*>(opaque);
}

voidpf open_bytes(voidpf opaque, const void*, int) {
    return opaque;
}

uLong read_bytes(voidpf opaque, voidpf, void* target, uLong size) {
    ArchiveBytes& archive = archive_of(opaque);
    const std::size_t read = std::min<std::size_t>(size, archive.bytes.size() - archive.position);
    archive.bytes.copy(static_cast<char*>(target), read, archive.position);
    archive.position += read;
    return static_cast<uLong>(read);
}

uLong write_nothing(voidpf, voidpf, const void*, uLong) {
    return 0;
}

ZPOS64_T tell_position(voidpf opaque, voidpf) {
    return archive_of(opaque).position;
}

long seek_position(voidpf opaque, voidpf, ZPOS64_T offset, int origin) {
    ArchiveBytes& archive = archive_of(opaque);
    ZPOS64_T start = 0;
    if (origin == ZLIB_FILEFUNC_SEEK_CUR) start = archive.position;
    if (origin == ZLIB_FILEFUNC_SEEK_END) start = archive.bytes.size();
    // An offset that would be before the beginning wraps around, and is refused as one beyond the end.
    if (offset > archive.bytes.size() - start) return -1;
    archive.position = static_cast<std::size_t>(start + offset);
    return 0;
}

int close_bytes(voidpf, voidpf) {
    return 0;
}

int no_error(voidpf, voidpf) {
    return 0;
}

struct CloseArchive {
    void operator()(unzFile archive) const { unzClose(archive); }
};
using Archive = std::unique_ptr<std::remove_pointer_t<unzFile>, CloseArchive>;

struct Entry {
    std::string name;
    /// The file's mode in Unix, or 0 if the archive does not say it.
    mode_t mode = 0;
    bool is_folder = false;
};

Entry current_entry(unzFile archive) {
    unz_file_info64 info{};
    std::array<char, max_path_bytes + 1> name{};
    if (unzGetCurrentFileInfo64(archive, &info, name.data(), name.size(), nullptr, 0, nullptr, 0) != UNZ_OK) {
        refuse_archive();
    }
    if (info.size_filename > max_path_bytes)
        throw InvalidCode("Could not unzip uploaded file: a path is too long");
    Entry entry;
    entry.name.assign(name.data(), info.size_filename);
    if (entry.name.find('\0') != std::string::npos) {
        refuse_entry(entry.name.substr(0, entry.name.find('\0')), "has a zero byte in its name");
    }
    if ((info.flag & 1U) != 0) refuse_entry(entry.name, "is encrypted");
    // The upper byte says which system the attributes are of: 3 is Unix, and 19 is macOS.
    const auto system = info.version >> 8;
    if (system == 3 || system == 19) entry.mode = static_cast<mode_t>(info.external_fa >> 16);
    entry.is_folder = entry.name.ends_with('/') || S_ISDIR(entry.mode);
    const mode_t kind = entry.mode & S_IFMT;
    if (kind != 0 && kind != S_IFREG && kind != S_IFDIR) {
        refuse_entry(entry.name, S_ISLNK(entry.mode) ? "is a link" : "is neither a file nor a folder");
    }
    return entry;
}

/// Returns the parts of an entry's path, without "." and empty ones.
std::vector<std::string> parts_of(const Entry& entry) {
    if (entry.name.starts_with('/')) refuse_entry(entry.name, "has an absolute path");
    std::vector<std::string> parts;
    std::size_t start = 0;
    while (start <= entry.name.size()) {
        const std::size_t end = std::min(entry.name.find('/', start), entry.name.size());
        std::string part = entry.name.substr(start, end - start);
        start = end + 1;
        if (part == "..") refuse_entry(entry.name, "has '..' in its path");
        if (!part.empty() && part != ".") parts.push_back(std::move(part));
    }
    if (parts.size() > max_archive_depth) refuse_entry(entry.name, "is in too many folders");
    if (parts.empty() && !entry.is_folder) refuse_entry(entry.name, "has no name");
    return parts;
}

/// A new file. It replaces nothing, and follows no link.
class NewFile {
  public:
    NewFile(const fs::path& path, const std::string& shown_name)
        : descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) {
        if (descriptor_ >= 0) return;
        if (errno == EEXIST) refuse_entry(shown_name, "is there twice");
        throw_system_error(shown_name);
    }
    ~NewFile() { ::close(descriptor_); }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    void write(std::string_view bytes, const std::string& shown_name) const {
        while (!bytes.empty()) {
            const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR) throw_system_error(shown_name);
            if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    void set_mode(mode_t mode) const { ::fchmod(descriptor_, mode); }

  private:
    [[noreturn]] static void throw_system_error(const std::string& name) {
        refuse_entry(name, "cannot be written: " + std::generic_category().message(errno));
    }

    int descriptor_;
};

/// Unpacks one archive, and counts what it has.
class Unpacking {
  public:
    Unpacking(unzFile archive, const fs::path& folder) : archive_(archive), folder_(folder) {}

    void unpack_entry() {
        const Entry entry = current_entry(archive_);
        const std::vector<std::string> parts = parts_of(entry);
        const std::size_t folders = entry.is_folder ? parts.size() : parts.size() - 1;
        fs::path path;
        for (std::size_t i = 0; i < folders; ++i) {
            path /= parts[i];
            make_folder(path, entry);
        }
        if (entry.is_folder) return;
        count();
        write_file(folder_ / path / parts.back(), entry);
    }

  private:
    void count() {
        if (++entries_ > max_archive_entries) {
            throw InvalidCode("Could not unzip uploaded file: it has more than " +
                              std::to_string(max_archive_entries) + " files and folders");
        }
    }

    void make_folder(const fs::path& path, const Entry& entry) {
        if (!made_.insert(path.string()).second) return;
        count();
        if (::mkdir((folder_ / path).c_str(), 0700) == 0) return;
        if (errno == EEXIST) refuse_entry(entry.name, "is inside a file");
        refuse_entry(entry.name, "cannot be written: " + std::generic_category().message(errno));
    }

    void write_file(const fs::path& path, const Entry& entry) {
        const NewFile file(path, entry.name);
        if (unzOpenCurrentFile(archive_) != UNZ_OK) refuse_archive();
        for (int size = 0;;) {
            size = unzReadCurrentFile(archive_, piece_.data(), static_cast<unsigned>(piece_.size()));
            if (size < 0) refuse_archive();
            if (size == 0) break;
            bytes_ += static_cast<std::size_t>(size);
            if (bytes_ > max_unzipped_bytes) {
                throw InvalidCode("Unzipped size must be smaller than " + std::to_string(max_unzipped_bytes) +
                                  " bytes");
            }
            file.write({piece_.data(), static_cast<std::size_t>(size)}, entry.name);
        }
        // Checks the checksum of what was read.
        if (unzCloseCurrentFile(archive_) != UNZ_OK) refuse_archive();
        constexpr mode_t executable = 0111;
        file.set_mode((entry.mode & executable) != 0 ? 0755 : 0644);
    }

    unzFile archive_;
    const fs::path& folder_;
    std::size_t entries_ = 0;
    std::size_t bytes_ = 0;
    std::set<std::string> made_;
    std::vector<char> piece_ = std::vector<char>(piece_bytes);
};

}  // namespace

void unpack_archive(std::string_view zip, const fs::path& folder) {
    ArchiveBytes bytes{zip};
    zlib_filefunc64_def functions{};
    functions.zopen64_file = open_bytes;
    functions.zread_file = read_bytes;
    functions.zwrite_file = write_nothing;
    functions.ztell64_file = tell_position;
    functions.zseek64_file = seek_position;
    functions.zclose_file = close_bytes;
    functions.zerror_file = no_error;
    functions.opaque = &bytes;
    const Archive archive(unzOpen2_64("", &functions));
    if (!archive) refuse_archive();
    Unpacking unpacking(archive.get(), folder);
    int found = unzGoToFirstFile(archive.get());
    for (; found == UNZ_OK; found = unzGoToNextFile(archive.get())) unpacking.unpack_entry();
    if (found != UNZ_END_OF_LIST_OF_FILE) refuse_archive();
}

}  // namespace tailrace::server
