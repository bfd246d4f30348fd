#include "server/functions/code_folders.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "engine/model/base64.hpp"
#include "server/functions/code_archive.hpp"
#include "server/signature/sha256.hpp"

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* root_prefix = "tailrace-functions-";
constexpr const char* lock_name = "lock";

/// Returns a descriptor of the file, locked for this process, or -1.
int locked_file(const fs::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0 || ::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
    ::close(descriptor);
    return -1;
}

bool is_own_folder(const fs::path& path) {
    struct stat status = {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

/// Removes the folders of processes that were killed: those whose file nobody has locked.
void remove_left_folders(const fs::path& temporary) {
    std::error_code ignored;
    for (const fs::directory_entry& each : fs::directory_iterator(temporary, ignored)) {
        if (!each.path().filename().string().starts_with(root_prefix) || !is_own_folder(each.path()))
            continue;
        const int lock = locked_file(each.path() / lock_name, 0);
        if (lock < 0) continue;
        fs::remove_all(each.path(), ignored);
        ::close(lock);
    }
}

[[noreturn]] void fail(const fs::path& path) {
    throw InvalidCode("The code cannot be kept in '" + path.string() +
                      "': " + std::generic_category().message(errno));
}

}  // namespace

CodeFolder::~CodeFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

CodeFolders::~CodeFolders() {
    if (root_.empty()) return;
    std::error_code error;
    fs::remove_all(root_, error);
    if (error) log_.warning("the folder '" + root_.string() + "' cannot be removed: " + error.message());
    ::close(lock_);
}

fs::path CodeFolders::new_folder() {
    const std::lock_guard lock(mutex_);
    if (root_.empty()) {
        std::error_code error;
        const fs::path temporary = fs::temp_directory_path(error);
        if (error) throw InvalidCode("There is no temporary folder for the code: " + error.message());
        remove_left_folders(temporary);
        std::string root = (temporary / root_prefix).string() + "XXXXXX";
        // Its mode is 0700.
        if (::mkdtemp(root.data()) == nullptr) fail(temporary);
        lock_ = locked_file(fs::path(root) / lock_name, O_CREAT);
        root_ = fs::canonical(root, error);
        if (error) root_ = root;
    }
    fs::path folder = root_ / std::to_string(++next_);
    if (::mkdir(folder.c_str(), 0700) != 0) fail(folder);
    return folder;
}

FunctionCode CodeFolders::unpack(std::string_view zip) {
    FunctionCode code;
    code.size_bytes = zip.size();
    append_base64(code.sha256, bytes_of(sha256(zip)));
    // If the archive is refused, the folder is removed together with the files that are already unpacked.
    code.folder = std::make_shared<const CodeFolder>(new_folder());
    unpack_archive(zip, code.folder->path());
    return code;
}

std::shared_ptr<const CodeFolder> CodeFolders::write(std::string_view file, std::string_view text) {
    auto folder = std::make_shared<const CodeFolder>(new_folder());
    const fs::path path = folder->path() / file;
    std::ofstream written(path, std::ios::binary);
    written << text;
    written.close();
    if (!written) fail(path);
    return folder;
}

}  // namespace tailrace::server
