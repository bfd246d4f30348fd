#include "server/process/database_file_watch.hpp"

#include <sys/stat.h>

#include <cerrno>

namespace tailrace::server {

DatabaseFileWatch::DatabaseFileWatch(std::string path, const Log& log)
    : path_(std::move(path)), log_(log), opened_(identity()) {}

std::optional<DatabaseFileWatch::Identity> DatabaseFileWatch::identity() const {
    struct stat status = {};
    if (path_.empty() || ::stat(path_.c_str(), &status) != 0) return std::nullopt;
    return Identity{status.st_dev, status.st_ino};
}

void DatabaseFileWatch::look() {
    if (!opened_) return;
    const std::optional<Identity> found = identity();
    // If the folder cannot be read at the moment, that says nothing about the file.
    if (!found && errno != ENOENT && errno != ENOTDIR) return;
    const bool is_lost = found != opened_;
    if (is_lost && !is_lost_) {
        log_.error("the database file '" + path_ + "' was " + (found ? "replaced by another" : "deleted") +
                   ": what is written from now on is lost when the server ends");
    }
    is_lost_ = is_lost;
}

}  // namespace tailrace::server
