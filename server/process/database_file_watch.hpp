#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "server/process/log.hpp"

namespace tailrace::server {

/// Notices that the database file is no longer under its name, because it was deleted or another file was put
/// in its place. The server continues with the file that it has open, which nobody can find any more. For one
/// thread.
class DatabaseFileWatch {
  public:
    /// Takes the file that exists now as the database file. An empty path, for a database in memory, watches
    /// nothing. The log must outlive the watch.
    DatabaseFileWatch(std::string path, const Log& log);

    /// Checks the file, and logs once what has happened to it.
    void look();

  private:
    /// Identifies a file, whatever its name.
    struct Identity {
        dev_t device;
        ino_t inode;
        friend bool operator==(const Identity&, const Identity&) = default;
    };
    std::optional<Identity> identity() const;

    const std::string path_;
    const Log& log_;
    const std::optional<Identity> opened_;
    bool is_lost_ = false;
};

}  // namespace tailrace::server
