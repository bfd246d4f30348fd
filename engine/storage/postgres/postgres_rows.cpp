#include "engine/storage/postgres/postgres_rows.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tailrace::storage {
namespace {

/// Fetches its rows in portions, and keeps nothing open in between.
class PostgresCursor final : public Cursor {
  public:
    PostgresCursor(PostgresConnection& connection, SpaceTables::Found space, KeyRange range,
                   Direction direction)
        : connection_(connection),
          space_(std::move(space)),
          range_(std::move(range)),
          direction_(direction) {}

    bool next() override {
        if (++row_ >= rows_ && !fetch()) return false;
        bytes_ += value().size();
        const std::string_view tail = portion_.bytes(row_, 1);
        if (!tail.empty()) long_key_ = std::string(portion_.bytes(row_, 0)).append(tail);
        has_long_key_ = !tail.empty();
        return true;
    }
    std::string_view key() const override { return has_long_key_ ? long_key_ : portion_.bytes(row_, 0); }
    std::string_view value() const override { return portion_.bytes(row_, 3); }
    std::uint32_t size_bytes() const override { return static_cast<std::uint32_t>(portion_.number(row_, 2)); }

  private:
    static constexpr std::int64_t first_portion = 64;
    static constexpr std::int64_t max_portion = 500;
    /// What a portion should have at most, judged by the portion before.
    static constexpr std::size_t portion_bytes = 1'000'000;

    bool fetch() {
        if (wanted_ == 0) {
            wanted_ = first_portion;
        } else {
            row_ = rows_ - 1;
            // No key comes before the empty one, and an empty end would be none.
            if (rows_ < wanted_ || (direction_ == Direction::backward && key().empty())) return false;
            continue_after(key());
            const auto by_size = static_cast<std::int64_t>(portion_bytes * static_cast<std::size_t>(rows_) /
                                                           std::max<std::size_t>(bytes_, 1));
            wanted_ = std::clamp<std::int64_t>(std::min(by_size, wanted_ * 3), 1, max_portion);
        }
        portion_ = connection_.ask(sql(), parameters());
        rows_ = portion_.rows();
        bytes_ = 0;
        row_ = 0;
        return rows_ > 0;
    }
    void continue_after(std::string_view last) {
        if (direction_ == Direction::forward) {
            range_.lower = std::string(last) + '\0';
        } else {
            range_.upper = last;
        }
    }
    const std::string& sql() const {
        if (direction_ == Direction::forward) {
            return range_.upper.empty() ? space_->forward : space_->forward_bounded;
        }
        return range_.upper.empty() ? space_->backward : space_->backward_bounded;
    }
    PostgresParameters parameters() const {
        const SplitKey lower(range_.lower);
        PostgresParameters parameters;
        parameters.bytes(lower.head).bytes(lower.tail);
        if (!range_.upper.empty()) {
            const SplitKey upper(range_.upper);
            parameters.bytes(upper.head).bytes(upper.tail);
        }
        return parameters.number(wanted_);
    }

    PostgresConnection& connection_;
    const SpaceTables::Found space_;
    KeyRange range_;
    const Direction direction_;
    PostgresResult portion_;
    std::int64_t wanted_ = 0;
    int rows_ = 0;
    int row_ = -1;
    std::size_t bytes_ = 0;
    std::string long_key_;
    bool has_long_key_ = false;
};

std::optional<StoredValue> value_in(const PostgresResult& found) {
    if (found.rows() == 0) return std::nullopt;
    return StoredValue{std::string(found.bytes(0, 1)), static_cast<std::uint32_t>(found.number(0, 0))};
}

}  // namespace

StoreVersion PostgresSession::begin(const char* sql, const char* lock) {
    const bool was_open = !connection.open();
    if (was_open) {
        try {
            return begin_connected(sql, lock);
        } catch (const ConnectionLost&) {
            // Nothing has been done yet, so it can be done on a new connection.
            connection.open();
        }
    }
    return begin_connected(sql, lock);
}

StoreVersion PostgresSession::begin_connected(const char* sql, const char* lock) {
    connection.send(sql);
    const PostgresResult writer =
        connection.ask(std::string("SELECT commits, catalogue, fence FROM writer").append(lock));
    if (writer.rows() != 1) throw StorageError("the database is damaged: its table 'writer' is empty");
    const auto number = [&](int column) { return static_cast<std::uint64_t>(writer.number(0, column)); };
    const StoreVersion version{.commits = number(0), .catalogue = number(1), .fence = number(2)};
    spaces.begin(version.catalogue);
    return version;
}

std::optional<StoredValue> PostgresSession::get(SpaceId space, std::string_view key) {
    const SplitKey split(key);
    return value_in(
        connection.ask(spaces.at(space)->get, PostgresParameters().bytes(split.head).bytes(split.tail)));
}

std::vector<std::optional<StoredValue>> PostgresSession::get_many(SpaceId space,
                                                                  std::span<const std::string> keys) {
    std::vector<std::optional<StoredValue>> values;
    const SpaceTables::Found statements = spaces.at(space);
    while (!keys.empty()) {
        const auto portion = keys.first(std::min<std::size_t>(keys.size(), PostgresConnection::max_together));
        keys = keys.subspan(portion.size());
        connection.make_room(2 * PostgresConnection::max_together);
        for (const std::string& key : portion) {
            const SplitKey split(key);
            connection.send(statements->get, PostgresParameters().bytes(split.head).bytes(split.tail));
        }
        for (const PostgresResult& found : connection.wait_for_rows()) values.push_back(value_in(found));
    }
    return values;
}

std::unique_ptr<Cursor> PostgresSession::range(SpaceId space, const KeyRange& range, Direction direction) {
    return std::make_unique<PostgresCursor>(connection, spaces.at(space), range, direction);
}

}  // namespace tailrace::storage
