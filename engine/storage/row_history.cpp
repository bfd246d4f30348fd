#include "engine/storage/row_history.hpp"

#include <algorithm>

namespace tailrace::storage {
namespace {

/// The memory that a version takes in addition to its key and its value.
constexpr std::size_t version_bytes = 160;

std::size_t bytes_of(std::string_view key, const std::optional<StoredValue>& before) {
    return version_bytes + key.size() + (before ? before->bytes.size() : 0);
}

}  // namespace

/// Reads rows as they were before a commit. If a row has been written since then, returns its earlier
/// version, and otherwise the newest one.
class HistoryCursor final : public Cursor {
  public:
    HistoryCursor(std::unique_ptr<Cursor> cursor, const RowHistory::Versions& versions,
                  const RowHistory::Rows& rows, std::uint64_t commit)
        : cursor_(std::move(cursor)),
          versions_(versions),
          range_(rows.range),
          is_forward_(rows.direction == Direction::forward),
          commit_(commit) {
        next_version_ = is_forward_            ? first_of(range_.lower)
                        : range_.upper.empty() ? versions_.end()
                                               : first_of(range_.upper);
        has_row_ = cursor_->next();
        find_version();
    }

    bool next() override {
        do {
            if (takes_row_) has_row_ = cursor_->next();
            if (takes_version_) pass_version();
            if (!has_row_ && !version_) return takes_row_ = takes_version_ = false;
            const int order = compare();
            takes_row_ = order <= 0;
            takes_version_ = order >= 0;
        } while (takes_version_ && !before());
        return true;
    }
    std::string_view key() const override { return takes_version_ ? version_key() : cursor_->key(); }
    std::string_view value() const override {
        return takes_version_ ? std::string_view(before()->bytes) : cursor_->value();
    }
    std::uint32_t size_bytes() const override {
        return takes_version_ ? before()->size_bytes : cursor_->size_bytes();
    }

  private:
    using Place = RowHistory::Versions::const_iterator;

    std::string_view version_key() const { return (*version_)->first.key; }
    const std::optional<StoredValue>& before() const { return (*version_)->second; }

    Place first_of(std::string_view key) const { return from(key, 0); }
    Place from(std::string_view key, std::uint64_t commit) const {
        return versions_.lower_bound(RowHistory::WriteView{key, commit});
    }

    bool is_inside(std::string_view key) const {
        return is_forward_ ? range_.upper.empty() || key < range_.upper : key >= range_.lower;
    }

    /// Below zero if the row of the store comes first, above zero if the version does, zero if they have the
    /// same key.
    int compare() const {
        if (!version_) return -1;
        if (!has_row_) return 1;
        const int order = cursor_->key().compare(version_key());
        return is_forward_ ? order : -order;
    }

    /// Moves on to the next key that has a version, in the direction of reading.
    void pass_version() {
        next_version_ = is_forward_ ? from(version_key(), RowHistory::newest) : first_of(version_key());
        find_version();
    }

    /// Finds the first key from next_version_ on, in the direction of reading, that has been written since
    /// the commit.
    void find_version() {
        version_.reset();
        while (!version_) {
            if (next_version_ == (is_forward_ ? versions_.end() : versions_.begin())) return;
            const std::string_view key = (is_forward_ ? next_version_ : std::prev(next_version_))->first.key;
            if (!is_inside(key)) return;
            const Place found = from(key, commit_);
            if (found != versions_.end() && found->first.key == key) version_ = found;
            next_version_ = is_forward_ ? from(key, RowHistory::newest) : first_of(key);
        }
    }

    const std::unique_ptr<Cursor> cursor_;
    const RowHistory::Versions& versions_;
    const KeyRange range_;
    const bool is_forward_;
    const std::uint64_t commit_;
    /// The version that is next or shown, and where the search for the following one begins.
    std::optional<Place> version_;
    Place next_version_;
    bool has_row_ = false;
    /// What the cursor is at: a row, a version, or both with the same key. The version then replaces the row.
    bool takes_row_ = false;
    bool takes_version_ = false;
};

void RowHistory::keep(SpaceId space, std::string_view key, std::optional<StoredValue> before) {
    prepared_.push_back({space, std::string(key), std::move(before)});
}

void RowHistory::abandon() {
    prepared_.clear();
    discarded_.clear();
}

void RowHistory::commit(Timestamp now) {
    for (const SpaceId space : discarded_) forget(space);
    discarded_.clear();
    if (prepared_.empty()) return;
    if (!commits_.empty() && commits_.back().time > now) forget_all();
    Commit& commit = commits_.emplace_back(Commit{++last_commit_, now, {}});
    for (Prepared& each : prepared_) {
        const std::size_t bytes = bytes_of(each.key, each.before);
        const auto [version, is_new] =
            spaces_[each.space].try_emplace({std::move(each.key), commit.number}, std::move(each.before));
        // If the commit writes a row twice, only the version before the first write counts.
        if (!is_new) continue;
        commit.versions.emplace_back(each.space, version);
        ++size_.versions;
        size_.bytes += bytes;
    }
    prepared_.clear();
    while (size_.bytes > max_bytes_) {
        size_.given_up += commits_.front().versions.size();
        forget_first();
    }
}

std::uint64_t RowHistory::first_after(Timestamp moment, Timestamp now) {
    if (!commits_.empty() && commits_.back().time > now) forget_all();
    const auto commit = std::ranges::upper_bound(commits_, moment, {}, &Commit::time);
    return commit == commits_.end() ? newest : commit->number;
}

const std::optional<StoredValue>* RowHistory::find(SpaceId space, std::string_view key,
                                                   std::uint64_t commit) const {
    const auto versions = spaces_.find(space);
    if (versions == spaces_.end()) return nullptr;
    const auto found = versions->second.lower_bound(WriteView{key, commit});
    if (found == versions->second.end() || found->first.key != key) return nullptr;
    return &found->second;
}

std::unique_ptr<Cursor> RowHistory::range(std::unique_ptr<Cursor> cursor, const Rows& rows,
                                          std::uint64_t commit) const {
    const auto versions = spaces_.find(rows.space);
    if (versions == spaces_.end()) return cursor;
    return std::make_unique<HistoryCursor>(std::move(cursor), versions->second, rows, commit);
}

void RowHistory::forget_until(Timestamp time) {
    while (!commits_.empty() && commits_.front().time <= time) forget_first();
}

void RowHistory::forget_first() {
    for (const auto& [space, version] : commits_.front().versions) erase(space, version);
    commits_.pop_front();
}

void RowHistory::erase(SpaceId space, Versions::const_iterator version) {
    --size_.versions;
    size_.bytes -= bytes_of(version->first.key, version->second);
    const auto versions = spaces_.find(space);
    versions->second.erase(version);
    if (versions->second.empty()) spaces_.erase(versions);
}

void RowHistory::forget(SpaceId space) {
    for (Commit& commit : commits_) {
        std::erase_if(commit.versions, [&](const auto& each) {
            if (each.first != space) return false;
            erase(space, each.second);
            return true;
        });
    }
}

void RowHistory::forget_all() {
    spaces_.clear();
    commits_.clear();
    size_.versions = size_.bytes = 0;
}

}  // namespace tailrace::storage
