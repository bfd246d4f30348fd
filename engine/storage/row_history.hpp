#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// Earlier versions of rows, so that rows can be read as they were a while ago. They are kept in memory,
/// beside the store. A row without an earlier version counts as written long ago. Not thread-safe: it is used
/// inside the lock that is around the store.
///
/// A moment is identified by the number of the first commit after it. The rows at that moment are the rows
/// before this commit.
class RowHistory {
  public:
    /// A number that no commit reaches. It stands for a moment after which nothing has been written.
    static constexpr std::uint64_t newest = std::numeric_limits<std::uint64_t>::max();
    static constexpr std::size_t default_bytes = std::size_t{64} * 1024 * 1024;

    /// How much is kept.
    struct Size {
        std::size_t versions = 0;
        std::size_t bytes = 0;
        /// The versions that were given up before their time because there were too many bytes.
        std::size_t given_up = 0;
    };

    /// Keeps at most `max_bytes`. If a commit would exceed that, the oldest commits are given up.
    explicit RowHistory(std::size_t max_bytes = default_bytes) : max_bytes_(max_bytes) {}

    /// Keeps what a row is before it is written by the commit that is being prepared; nullopt if there is no
    /// row.
    void keep(SpaceId space, std::string_view key, std::optional<StoredValue> before);
    /// The commit that is being prepared discards the space, or all of its rows, for good.
    void discard(SpaceId space) { discarded_.push_back(space); }
    /// Forgets the commit that is being prepared.
    void abandon();
    /// Adds the commit that is being prepared to the history.
    void commit(Timestamp now);

    /// Returns the number of the first commit after `moment`, or `newest`. If the clock has been set back to
    /// before the last commit, forgets everything.
    std::uint64_t first_after(Timestamp moment, Timestamp now);
    /// What a row was before this commit: null if it has not been written since, nullopt if there was none.
    const std::optional<StoredValue>* find(SpaceId space, std::string_view key, std::uint64_t commit) const;

    /// The rows that a cursor iterates over.
    struct Rows {
        SpaceId space;
        const KeyRange& range;
        Direction direction;
    };
    /// Returns a cursor over these rows as they were before a commit. `cursor` is over the newest ones. The
    /// history must not change until it is destroyed.
    std::unique_ptr<Cursor> range(std::unique_ptr<Cursor> cursor, const Rows& rows,
                                  std::uint64_t commit) const;

    /// Forgets the commits up to this time.
    void forget_until(Timestamp time);
    void forget(SpaceId space);
    void forget_all();

    Size size() const { return size_; }

  private:
    friend class HistoryCursor;

    /// A row's key and the commit that wrote the row.
    struct Write {
        std::string key;
        std::uint64_t commit;
    };
    struct WriteView {
        std::string_view key;
        std::uint64_t commit;
    };
    struct Order {
        // The standard library looks for this name.
        // NOLINTNEXTLINE(readability-identifier-naming)
        using is_transparent = void;
        template <typename A, typename B>
        bool operator()(const A& a, const B& b) const {
            const int keys = std::string_view(a.key).compare(b.key);
            return keys != 0 ? keys < 0 : a.commit < b.commit;
        }
    };
    /// The earlier versions, each under the write that replaced it.
    using Versions = std::map<Write, std::optional<StoredValue>, Order>;
    struct Commit {
        std::uint64_t number;
        Timestamp time;
        std::vector<std::pair<SpaceId, Versions::const_iterator>> versions;
    };
    struct Prepared {
        SpaceId space;
        std::string key;
        std::optional<StoredValue> before;
    };

    void forget_first();
    void erase(SpaceId space, Versions::const_iterator version);

    const std::size_t max_bytes_;
    std::unordered_map<SpaceId, Versions> spaces_;
    /// The oldest first.
    std::deque<Commit> commits_;
    std::vector<Prepared> prepared_;
    std::vector<SpaceId> discarded_;
    std::uint64_t last_commit_ = 0;
    Size size_;
};

}  // namespace tailrace::storage
