#include "engine/storage/postgres/postgres_rows.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/storage/lease.hpp"
#include "engine/storage/postgres/postgres_layout.hpp"

namespace tailrace::storage {
namespace {

/// Fetches its rows in portions, and keeps nothing open in between.
class PostgresCursor final : public Cursor {
  public:
    PostgresCursor(PostgresSession& session, SpaceTables::Found space, KeyRange range, Direction direction)
        : session_(session), space_(std::move(space)), range_(std::move(range)), direction_(direction) {}

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
    /// The maximum number of bytes that a portion should have, estimated from the rows of the previous
    /// portion.
    static constexpr std::size_t portion_bytes = 1'000'000;

    bool fetch() {
        if (wanted_ == 0) {
            wanted_ = first_portion;
        } else {
            row_ = rows_ - 1;
            // Nothing comes before the empty key, and an empty `upper` would mean that there is no bound.
            if (rows_ < wanted_ || (direction_ == Direction::backward && key().empty())) return false;
            continue_after(key());
            const auto by_size = static_cast<std::int64_t>(portion_bytes * static_cast<std::size_t>(rows_) /
                                                           std::max<std::size_t>(bytes_, 1));
            wanted_ = std::clamp<std::int64_t>(std::min(by_size, wanted_ * 3), 1, max_portion);
        }
        portion_ = session_.ask(sql(), parameters());
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

    PostgresSession& session_;
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

std::string select_moment() {
    return "SELECT commits, catalogue, alone, GREATEST(alone, newest), alone + together FROM moment, "
           "(SELECT " +
           drawn_alone() +
           " AS alone OFFSET 0) AS sequence, (SELECT COALESCE(max(last), 0) AS newest, "
           "COALESCE(sum(last), 0)::int8 AS together FROM lane) AS lanes";
}

std::string select_lanes() {
    return "SELECT alone, name, last FROM (SELECT " + drawn_alone() +
           " AS alone OFFSET 0) AS sequence LEFT JOIN lane ON space = $1";
}

std::string select_newest() {
    return "SELECT GREATEST(" + drawn_alone() + ", (SELECT COALESCE(max(last), 0) FROM lane))";
}

/// The maximum number of statements that the beginning of a transaction adds to the caller's statements in
/// the first round trip.
constexpr int beginning_statements = 6;

}  // namespace

PostgresBeginning reading() {
    return {.begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", .moment = select_moment()};
}

PostgresBeginning reading_at(std::uint64_t catalogue) {
    return {.begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            .moment = "SELECT commits, catalogue, 0::int8, 0::int8, 0::int8 FROM moment",
            .catalogue = catalogue};
}

PostgresBeginning writing_alone() {
    return {.begin = begin_writing, .lock = lock_all_gates, .moment = select_moment()};
}

PostgresBeginning writing_beside(std::size_t gate, std::uint64_t catalogue) {
    return {.begin = begin_writing,
            .moment = "SELECT 0::int8, catalogue, 0::int8, 0::int8, 0::int8 FROM gate WHERE id = " +
                      std::to_string(gate) + " FOR SHARE",
            .catalogue = catalogue};
}

void PostgresSession::begin(PostgresBeginning beginning) {
    if (beginning.catalogue) spaces.begin(*beginning.catalogue);
    pending_ = std::move(beginning);
}

void PostgresSession::end() noexcept {
    if (!pending_) connection.send_rollback();
    pending_.reset();
}

const StoreVersion& PostgresSession::version() {
    if (pending_) round_trip([] {});
    return version_;
}

std::vector<PostgresResult> PostgresSession::round_trip(const std::function<void()>& send) {
    if (pending_) return first_round_trip(send);
    send();
    return connection.wait_for_rows();
}

std::vector<PostgresResult> PostgresSession::first_round_trip(const std::function<void()>& send) {
    const bool was_open = !connection.open();
    const PostgresBeginning beginning = *pending_;
    try {
        return begin_and(send);
    } catch (const ConnectionLost&) {
        if (!was_open) throw;
        // Nothing has been done yet, so it can be done on a new connection.
        connection.open();
        pending_ = beginning;
        return begin_and(send);
    } catch (const RowHeld&) {
        throw;
    } catch (const StorageError&) {
        // A statement may have named a table that another process has dropped.
        if (!beginning.catalogue) throw;
        connection.send_rollback();
        pending_ = beginning;
        begin_and([] {});
        throw;
    }
}

std::vector<PostgresResult> PostgresSession::begin_and(const std::function<void()>& send) {
    const PostgresBeginning beginning = std::move(*pending_);
    pending_.reset();
    connection.make_room(2 * PostgresConnection::max_together + beginning_statements);
    connection.send(beginning.begin);
    if (beginning.lock != nullptr) connection.send(beginning.lock);
    connection.send(beginning.moment, {});
    send();
    std::vector<PostgresResult> results = connection.wait_for_rows();
    const auto moment = results.begin() + (beginning.lock != nullptr ? 1 : 0);
    if (moment->rows() != 1) throw StorageError("the database is damaged: its table 'moment' is empty");
    const auto number = [&](int column) { return static_cast<std::uint64_t>(moment->number(0, column)); };
    version_ = {.commits = number(0),
                .catalogue = number(1),
                .sequence = number(2),
                .newest = number(3),
                .drawn = number(4)};
    if (beginning.catalogue) require(*beginning.catalogue);
    spaces.begin(version_.catalogue);
    results.erase(results.begin(), moment + 1);
    return results;
}

void PostgresSession::require(std::uint64_t catalogue) const {
    if (version_.catalogue != catalogue) throw OtherCatalogue();
}

PostgresResult PostgresSession::ask(const std::string& sql, const PostgresParameters& parameters) {
    if (!pending_) return connection.ask(sql, parameters);
    return std::move(round_trip([&] { connection.send(sql, parameters); }).back());
}

SpaceTables::Found PostgresSession::statements_of(SpaceId space) {
    if (pending_ && !spaces.knows(space)) version();
    return spaces.at(space);
}

bool PostgresSession::keeps(const OwnLease& lease) {
    return ask("SELECT 1 FROM lease WHERE name = $1 AND fence = $2 FOR SHARE",
               PostgresParameters().bytes(lease.name).number(static_cast<std::int64_t>(lease.fence)))
               .rows() == 1;
}

std::optional<StoredValue> PostgresSession::value_in(const PostgresResult& found) {
    if (found.rows() == 0) return std::nullopt;
    return StoredValue{std::string(found.bytes(0, 1)), static_cast<std::uint32_t>(found.number(0, 0))};
}

std::optional<StoredValue> PostgresSession::get(SpaceId space, std::string_view key) {
    const SplitKey split(key);
    return value_in(ask(statements_of(space)->get, PostgresParameters().bytes(split.head).bytes(split.tail)));
}

std::vector<std::optional<StoredValue>> PostgresSession::get_many(SpaceId space,
                                                                  std::span<const std::string> keys) {
    std::vector<std::optional<StoredValue>> values;
    const SpaceTables::Found statements = statements_of(space);
    while (!keys.empty()) {
        const auto portion = keys.first(std::min<std::size_t>(keys.size(), PostgresConnection::max_together));
        keys = keys.subspan(portion.size());
        const auto found = round_trip([&] {
            connection.make_room(2 * PostgresConnection::max_together);
            for (const std::string& key : portion) {
                const SplitKey split(key);
                connection.send(statements->get, PostgresParameters().bytes(split.head).bytes(split.tail));
            }
        });
        for (const PostgresResult& each : found) values.push_back(value_in(each));
    }
    return values;
}

std::unique_ptr<Cursor> PostgresSession::range(SpaceId space, const KeyRange& range, Direction direction) {
    return std::make_unique<PostgresCursor>(*this, statements_of(space), range, direction);
}

Lanes PostgresSession::lanes(SpaceId space) {
    const PostgresResult found = ask(select_lanes(), PostgresParameters().number(space));
    Lanes lanes{.known = {}, .others = static_cast<std::uint64_t>(found.number(0, 0))};
    for (int row = 0; row < found.rows(); ++row) {
        const bool is_lane = !found.bytes(row, 2).empty();
        if (!is_lane) break;
        const auto last = static_cast<std::uint64_t>(found.number(row, 2));
        lanes.known[std::string(found.bytes(row, 1))] = std::max(last, lanes.others);
    }
    return lanes;
}

std::uint64_t PostgresSession::newest_number() {
    return static_cast<std::uint64_t>(ask(select_newest(), {}).number(0, 0));
}

std::optional<StoredValue> PostgresSession::get_alone(RowName row, std::uint64_t catalogue) {
    spaces.begin(catalogue);
    const bool was_open = !connection.open();
    const SplitKey split(row.key);
    const auto ask = [&] {
        const PostgresResult found = connection.ask(spaces.at(row.space)->get_alone,
                                                    PostgresParameters().bytes(split.head).bytes(split.tail));
        version_.catalogue = static_cast<std::uint64_t>(found.number(0, 0));
        require(catalogue);
        std::optional<StoredValue> value;
        if (!found.bytes(0, 1).empty()) {
            value = {std::string(found.bytes(0, 2)), static_cast<std::uint32_t>(found.number(0, 1))};
        }
        return value;
    };
    try {
        return ask();
    } catch (const ConnectionLost&) {
        if (!was_open) throw;
        connection.open();
        return ask();
    } catch (const StorageError&) {
        // Another process may have dropped the table.
        version_.catalogue =
            static_cast<std::uint64_t>(connection.ask("SELECT catalogue FROM moment").number(0, 0));
        require(catalogue);
        throw;
    }
}

}  // namespace tailrace::storage
