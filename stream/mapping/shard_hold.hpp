#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/table/database.hpp"
#include "stream/mapping/source/stream_source.hpp"

namespace tailrace::stream {

/// The shards of a mapping that this process runs, in a database that several processes share. There are two
/// sets: the shards for which the process has leases, and the shards that the mapping works on. When the
/// leases change, the second set follows as soon as the batches under way have ended. Thread-safe.
class ShardHold {
  public:
    /// Shards and the fences of their leases.
    using Fences = std::map<std::string, std::uint64_t>;

    /// The source must outlive this object. Leases are this process's only as long as it has that number; see
    /// table::Lease.
    ShardHold(const StreamSource& source, std::uint64_t process) : source_(source), process_(process) {}

    /// Notes that this process has lost all its leases, and takes others under another number.
    void begin_anew(std::uint64_t process);
    std::uint64_t process() const;

    /// All shards that the mapping's source has, with true for those that are open.
    std::vector<std::pair<std::string, bool>> all(table::ReadSession& session) const {
        return source_.shards(session);
    }

    /// Where the mapping began in shards that no process has run.
    Checkpoint base() const;

    /// Says for which shards this process has leases that it is going to keep. Returns true if that has
    /// changed; then the mapping must be woken.
    bool want(Fences wanted);
    Fences wanted() const;
    /// What the mapping works on. The lease of none of them may be given up.
    Fences held() const;
    /// True if the mapping works on exactly the wanted() shards.
    bool is_level() const;

    // The rest is for the mapping.

    /// Returns true once after each begin_anew().
    bool has_begun_anew();
    /// Sets the base. From now on, the mapping works on no shard.
    void begin_at(Checkpoint base);
    void add(const std::string& shard_id, std::uint64_t fence);
    void remove(const std::string& shard_id);
    /// Notes that another process has the shard of this fence.
    void lose(const std::string& shard_id, std::uint64_t fence);
    /// How often something was added, removed or lost.
    std::uint64_t changes() const;

  private:
    const StreamSource& source_;
    mutable std::mutex mutex_;
    std::uint64_t process_;
    bool has_begun_anew_ = false;
    Checkpoint base_;
    Fences wanted_;
    Fences held_;
    std::uint64_t changes_ = 0;
};

}  // namespace tailrace::stream
