#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "server/process/log.hpp"

namespace tailrace::server {

/// Notices that the database file is no longer under its name: it was deleted, or another file was put in its
/// place. The server goes on with the file that it has open, which nobody will find again. For one thread.
class DatabaseFileWatch {
  public:
    /// Takes what is there now for the file. An empty path, for a database in memory, watches nothing. The
    /// log outlives the watch.
    DatabaseFileWatch(std::string path, const Log& log);

    /// Looks, and says in the log what has happened to the file, once.
    void look();

  private:
    /// Tells files apart, whatever they are called.
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
