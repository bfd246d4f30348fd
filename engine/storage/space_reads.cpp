#include "engine/storage/space_reads.hpp"

#include <utility>

#include "engine/storage/large_values.hpp"

namespace tailrace::storage {
namespace {

/// What the statement of a range depends on.
struct RangeKind {
    bool has_large_values;
    bool is_bounded;
    Direction direction;

    std::size_t index() const {
        return (has_large_values ? 4U : 0U) + (is_bounded ? 2U : 0U) +
               (direction == Direction::backward ? 1U : 0U);
    }
    std::string sql(SpaceId space) const {
        return LargeValues::selection(space, has_large_values, "size_bytes, key") + " WHERE key >= ?1" +
               (is_bounded ? " AND key < ?2" : "") + " ORDER BY key" +
               (direction == Direction::backward ? " DESC" : "");
    }
};

class SqliteCursor final : public Cursor {
  public:
    SqliteCursor(Statement statement, std::vector<Statement>& home, bool has_large_values, KeyRange range)
        : statement_(std::move(statement)),
          home_(home),
          has_large_values_(has_large_values),
          range_(std::move(range)) {
        bind_blob(statement_.get(), 1, range_.lower);
        if (!range_.upper.empty()) bind_blob(statement_.get(), 2, range_.upper);
    }
    ~SqliteCursor() override {
        sqlite3_reset(statement_.get());
        home_.push_back(std::move(statement_));
    }

    bool next() override {
        const int status = sqlite3_step(statement_.get());
        if (status == SQLITE_ROW) return true;
        if (status != SQLITE_DONE) fail(sqlite3_db_handle(statement_.get()), "reading a range");
        return false;
    }
    std::string_view key() const override {
        return column_view(statement_.get(), LargeValues::first_other + 1);
    }
    std::string_view value() const override {
        return LargeValues::selected_value(statement_.get(), has_large_values_);
    }
    std::uint32_t size_bytes() const override {
        return static_cast<std::uint32_t>(sqlite3_column_int64(statement_.get(), LargeValues::first_other));
    }

  private:
    Statement statement_;
    std::vector<Statement>& home_;
    bool has_large_values_;
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
    const RangeKind kind{
        .has_large_values = has_large_values, .is_bounded = !range.upper.empty(), .direction = direction};
    std::vector<Statement>& idle = ranges_[kind.index()];
    Statement statement;
    if (idle.empty()) {
        statement = prepare(connection_, kind.sql(space_));
    } else {
        statement = std::move(idle.back());
        idle.pop_back();
    }
    return std::make_unique<SqliteCursor>(std::move(statement), idle, has_large_values, range);
}

void SpaceReads::forget_large_values() {
    get_large_.reset();
    // All kinds are prepared again, also those of small values: a rollback is rare.
    for (auto& idle : ranges_) idle.clear();
}

}  // namespace tailrace::storage
