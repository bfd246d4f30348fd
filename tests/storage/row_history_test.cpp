#include "engine/storage/row_history.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::storage;
using namespace std::chrono_literals;

namespace {

constexpr SpaceId past_space = 7;
const Timestamp past_noon{std::chrono::seconds(1769860800)};

using Rows = std::vector<std::pair<std::string, std::string>>;

/// A store with one space and its history. A row's value is its own size.
struct History {
    explicit History(std::size_t max_bytes = RowHistory::default_bytes) : history(max_bytes) {
        const auto transaction = store->begin();
        transaction->create_space(past_space);
        transaction->commit();
    }

    /// Writes rows in one commit. An empty value erases.
    void write(const std::map<std::string, std::string>& rows, Timestamp now) {
        const auto transaction = store->begin();
        for (const auto& [key, value] : rows) {
            history.keep(past_space, key, transaction->get(past_space, key));
            if (value.empty()) {
                transaction->erase(past_space, key);
            } else {
                transaction->put(past_space, key, value, static_cast<std::uint32_t>(value.size()));
            }
        }
        transaction->commit();
        history.commit(now);
    }

    Rows read(std::uint64_t commit, const KeyRange& range = {}, Direction direction = Direction::forward) {
        const auto transaction = store->begin();
        const auto cursor =
            history.range(transaction->range(past_space, range, direction),
                          {.space = past_space, .range = range, .direction = direction}, commit);
        Rows rows;
        while (cursor->next()) {
            CHECK(cursor->size_bytes() == cursor->value().size());
            rows.emplace_back(cursor->key(), cursor->value());
        }
        return rows;
    }

    Rows read_at(Timestamp moment, Timestamp now) { return read(history.first_after(moment, now)); }

    /// The value that the row had; empty if there was none.
    std::string get(std::string_view key, std::uint64_t commit) {
        const std::optional<StoredValue>* const before = history.find(past_space, key, commit);
        const auto stored = before != nullptr ? *before : store->begin()->get(past_space, key);
        return stored ? stored->bytes : "";
    }

    std::unique_ptr<Store> store = open_store({});
    RowHistory history;
};

}  // namespace

TEST_CASE("rows are read as they were before a commit", "[row_history]") {
    History rows;
    rows.write({{"a", "1"}, {"b", "1"}}, past_noon);
    rows.write({{"a", "22"}, {"c", "22"}}, past_noon + 10ms);
    rows.write({{"a", ""}, {"b", "333"}}, past_noon + 20ms);
    CHECK(rows.read_at(past_noon - 1us, past_noon + 20ms).empty());
    CHECK(rows.read_at(past_noon, past_noon + 20ms) == Rows{{"a", "1"}, {"b", "1"}});
    CHECK(rows.read_at(past_noon + 10ms, past_noon + 20ms) == Rows{{"a", "22"}, {"b", "1"}, {"c", "22"}});
    CHECK(rows.read_at(past_noon + 19ms, past_noon + 20ms) == Rows{{"a", "22"}, {"b", "1"}, {"c", "22"}});
    CHECK(rows.read_at(past_noon + 20ms, past_noon + 20ms) == Rows{{"b", "333"}, {"c", "22"}});
    CHECK(rows.history.first_after(past_noon + 20ms, past_noon + 20ms) == RowHistory::newest);
    CHECK(rows.history.find(past_space, "a", RowHistory::newest) == nullptr);
}

TEST_CASE("a commit that does not take place leaves no trace", "[row_history]") {
    History rows;
    rows.write({{"a", "1"}}, past_noon);
    rows.history.keep(past_space, "a", StoredValue{"never", 5});
    rows.history.discard(past_space);
    rows.history.abandon();
    rows.history.commit(past_noon + 1ms);
    CHECK(rows.history.size().versions == 1);
    CHECK(rows.read_at(past_noon, past_noon + 1ms) == Rows{{"a", "1"}});
}

TEST_CASE("the history of a row that one commit writes twice has its value before both", "[row_history]") {
    History rows;
    rows.write({{"a", "1"}}, past_noon);
    rows.history.keep(past_space, "a", StoredValue{"1", 1});
    rows.history.keep(past_space, "a", StoredValue{"between", 7});
    rows.history.commit(past_noon + 1ms);
    CHECK(rows.read_at(past_noon, past_noon + 1ms) == Rows{{"a", "1"}});
    CHECK(rows.history.size().versions == 2);
}

TEST_CASE("what is forgotten counts as written long ago", "[row_history]") {
    History rows;
    rows.write({{"a", "1"}}, past_noon);
    rows.write({{"a", "22"}}, past_noon + 10ms);
    rows.write({{"a", "333"}}, past_noon + 20ms);
    rows.history.forget_until(past_noon + 10ms);
    CHECK(rows.history.size().versions == 1);
    CHECK(rows.read_at(past_noon - 1ms, past_noon + 20ms) == Rows{{"a", "22"}});
    rows.history.forget(past_space + 1);
    CHECK(rows.read_at(past_noon - 1ms, past_noon + 20ms) == Rows{{"a", "22"}});
    rows.history.forget(past_space);
    CHECK(rows.read_at(past_noon - 1ms, past_noon + 20ms) == Rows{{"a", "333"}});
    rows.write({{"a", "4444"}}, past_noon + 30ms);
    CHECK(rows.read_at(past_noon + 20ms, past_noon + 30ms) == Rows{{"a", "333"}});
    rows.history.forget_all();
    CHECK(rows.read_at(past_noon - 1ms, past_noon + 30ms) == Rows{{"a", "4444"}});
    CHECK(rows.history.size().versions == 0);
    CHECK(rows.history.size().bytes == 0);
}

TEST_CASE("a space that is discarded has no history", "[row_history]") {
    History rows;
    rows.write({{"a", "1"}}, past_noon);
    rows.history.discard(past_space);
    CHECK(rows.history.size().versions == 1);
    rows.history.commit(past_noon);
    CHECK(rows.history.size().versions == 0);
    rows.write({{"b", "22"}}, past_noon);
    CHECK(rows.read_at(past_noon - 1ms, past_noon) == Rows{{"a", "1"}});
}

TEST_CASE("if the clock is set back, everything is seen from then on", "[row_history]") {
    History rows;
    rows.write({{"a", "1"}}, past_noon);
    SECTION("before a read") {
        CHECK(rows.read_at(past_noon - 2h, past_noon - 1h) == Rows{{"a", "1"}});
        CHECK(rows.read_at(past_noon - 1ms, past_noon) == Rows{{"a", "1"}});
    }
    SECTION("before a write") {
        rows.write({{"b", "22"}}, past_noon - 1h);
        CHECK(rows.read_at(past_noon - 2h, past_noon - 1h) == Rows{{"a", "1"}});
    }
}

TEST_CASE("the oldest commits are given up, each as a whole, when there are too many bytes",
          "[row_history]") {
    const std::string large(10'000, 'x');
    History rows(25'000);
    rows.write({{"a", large}, {"b", large}}, past_noon);
    rows.write({{"a", "2"}, {"b", "2"}}, past_noon + 1ms);
    rows.write({{"c", large}}, past_noon + 2ms);
    CHECK(rows.history.size().given_up == 0);
    CHECK(rows.history.size().bytes > 20'000);
    CHECK(rows.history.size().bytes < 25'000);
    rows.write({{"c", "4"}}, past_noon + 3ms);
    // The commits of noon and noon + 1 ms.
    CHECK(rows.history.size().given_up == 4);
    CHECK(rows.history.size().versions == 2);
    CHECK(rows.read_at(past_noon - 1ms, past_noon + 3ms) == Rows{{"a", "2"}, {"b", "2"}});
    CHECK(rows.read_at(past_noon + 2ms, past_noon + 3ms) == Rows{{"a", "2"}, {"b", "2"}, {"c", large}});
}

// Compares ranges in both directions, and single rows, with a map that is copied before every commit.
TEST_CASE("random ranges are as they were before each commit", "[row_history]") {
    for (const unsigned seed : {21U, 22U, 23U}) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const auto key = [&] { return std::string(1 + random() % 2, static_cast<char>('a' + random() % 4)); };
        History rows;
        std::map<std::string, std::string> now;
        std::vector<std::map<std::string, std::string>> before;
        for (std::uint64_t commit = 1; commit <= 120; ++commit) {
            before.push_back(now);
            std::map<std::string, std::string> written;
            for (std::size_t i = 1 + random() % 3; i > 0; --i)
                written[key()] = random() % 3 == 0 ? "" : std::to_string(random() % 1000);
            rows.write(written, past_noon + std::chrono::milliseconds(commit));
            for (const auto& [name, value] : written) {
                now[name] = value;
                if (value.empty()) now.erase(name);
            }
            const std::uint64_t seen = 1 + random() % commit;
            const KeyRange range{random() % 2 == 0 ? key() : "", random() % 2 == 0 ? key() : ""};
            CAPTURE(commit, seen, range.lower, range.upper);
            Rows expected;
            for (const auto& row : before[seen - 1]) {
                REQUIRE(rows.get(row.first, seen) == row.second);
                if (row.first < range.lower || (!range.upper.empty() && row.first >= range.upper)) continue;
                expected.push_back(row);
            }
            REQUIRE(rows.read(seen, range) == expected);
            std::reverse(expected.begin(), expected.end());
            REQUIRE(rows.read(seen, range, Direction::backward) == expected);
        }
    }
}
