#include "engine/storage/space_reads.hpp"

#include <utility>

#include "engine/storage/large_values.hpp"

namespace tailrace::storage {
namespace {

/// What the statement of a range depends on. The statement has only the beginning of the range. The cursor
/// checks the end itself, because a comparison in SQL would take a quarter of the time that a row takes.
struct RangeKind {
    bool has_large_values;
    Direction direction;
    /// False only for a backward range that begins at the end of the space.
    bool begins_at_key;

    std::size_t index() const {
        return (has_large_values ? 4U : 0U) + (begins_at_key ? 2U : 0U) +
               (direction == Direction::backward ? 1U : 0U);
    }
    std::string sql(SpaceId space) const {
        const bool forward = direction == Direction::forward;
        const std::string begin = begins_at_key ? (forward ? " WHERE key >= ?1" : " WHERE key < ?1") : "";
        return LargeValues::selection(space, has_large_values, "size_bytes, key") + begin + " ORDER BY key" +
               (forward ? "" : " DESC");
    }
};

class SqliteCursor final : public Cursor {
  public:
    SqliteCursor(Statement statement, std::vector<Statement>& home, const RangeKind& kind, KeyRange range)
        : statement_(std::move(statement)), home_(home), kind_(kind), range_(std::move(range)) {
        if (!kind.begins_at_key) return;
        bind_blob(statement_.get(), 1, kind.direction == Direction::forward ? range_.lower : range_.upper);
    }
    ~SqliteCursor() override {
        sqlite3_reset(statement_.get());
        home_.push_back(std::move(statement_));
    }

    bool next() override {
        const int status = sqlite3_step(statement_.get());
        if (status == SQLITE_ROW) return is_inside(key());
        if (status != SQLITE_DONE) fail(sqlite3_db_handle(statement_.get()), "reading a range");
        return false;
    }
    std::string_view key() const override {
        return column_view(statement_.get(), LargeValues::first_other + 1);
    }
    std::string_view value() const override {
        return LargeValues::selected_value(statement_.get(), kind_.has_large_values);
    }
    std::uint32_t size_bytes() const override {
        return static_cast<std::uint32_t>(sqlite3_column_int64(statement_.get(), LargeValues::first_other));
    }

  private:
    bool is_inside(std::string_view key) const {
        if (kind_.direction == Direction::backward) return key >= range_.lower;
        return range_.upper.empty() || key < range_.upper;
    }

    Statement statement_;
    std::vector<Statement>& home_;
    const RangeKind kind_;
    KeyRange range_;
};

}  // namespace

std::optional<StoredValue> SpaceReads::get(std::string_view key, bool has_large_values) {
    Statement& statement = has_large_values ? get_large_ : get_;
    if (!statement) {
        statement = prepare(
            connection_, LargeValues::selection(space_, has_large_values, "size_bytes") + " WHERE key = ?1");
    }
    const Use use(statement);
    bind_blob(use.get(), 1, key);
    const int status = sqlite3_step(use.get());
    if (status == SQLITE_DONE) return std::nullopt;
    if (status != SQLITE_ROW) fail(connection_, "reading a row");
    return StoredValue{std::string(LargeValues::selected_value(use.get(), has_large_values)),
                       static_cast<std::uint32_t>(sqlite3_column_int64(use.get(), LargeValues::first_other))};
}

std::unique_ptr<Cursor> SpaceReads::range(const KeyRange& range, Direction direction, bool has_large_values) {
    const RangeKind kind{.has_large_values = has_large_values,
                         .direction = direction,
                         .begins_at_key = direction == Direction::forward || !range.upper.empty()};
    std::vector<Statement>& idle = ranges_[kind.index()];
    Statement statement;
    if (idle.empty()) {
        statement = prepare(connection_, kind.sql(space_));
    } else {
        statement = std::move(idle.back());
        idle.pop_back();
    }
    return std::make_unique<SqliteCursor>(std::move(statement), idle, kind, range);
}

void SpaceReads::forget_large_values() {
    get_large_.reset();
    // All kinds are prepared again, including those of small values: a rollback is rare.
    for (auto& idle : ranges_) idle.clear();
}

}  // namespace tailrace::storage
