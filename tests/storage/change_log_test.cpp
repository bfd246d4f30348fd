#include "engine/storage/change_log.hpp"

#include <string>

#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"

using namespace tailrace::storage;

namespace {

std::size_t count(const ChangeLog& log, const ChangeSlice& slice) {
    std::size_t changes = 0;
    tailrace::TimeSlice all({.least_rows = 1000});
    log.visit_places(slice, all, [&](const ChangePlace&) { ++changes; });
    return changes;
}

}  // namespace

TEST_CASE("changes are read in order after a number, within limits", "[change_log]") {
    const auto store = open_store({});
    const auto transaction = store->begin();
    transaction->create_space(5);
    ChangeLogWriter log(*transaction, 5);
    CHECK(log.newest() == 0);
    for (const std::uint64_t sequence : {3U, 255U, 256U, 70'000U}) {
        log.append({sequence, std::string(100, 'r'), 40});
    }
    CHECK(log.newest() == 70'000);
    CHECK(count(log, {}) == 4);
    CHECK(count(log, {255}) == 2);

    const auto two = log.read({3}, {2, 1'000'000}).changes;
    REQUIRE(two.size() == 2);
    CHECK(two[0].sequence == 255);
    CHECK(two[1].sequence == 256);
    CHECK(two[0].record_json == std::string(100, 'r'));
    CHECK(two[0].size_bytes == 40);

    CHECK(log.read({}, {10, 250}).changes.size() == 2);
    CHECK(log.read({}, {10, 1}).changes.size() == 1);
    CHECK(log.read({70'000}, {10, 1'000}).changes.empty());
}

namespace {

constexpr tailrace::Timestamp noon{std::chrono::seconds(1769860800)};

/// Adds changes 1 to 6, one per second, with the hashes 10, 20, 10, 20, …
void append_six(ChangeLogWriter& log) {
    for (std::uint64_t i = 1; i <= 6; ++i) {
        log.append({i, std::string(100, 'r'), 40, noon + std::chrono::seconds(i), i % 2 == 1 ? 10U : 20U});
    }
}

std::vector<std::uint64_t> numbers(const ChangePage& page) {
    std::vector<std::uint64_t> all;
    for (const LoggedChange& change : page.changes) all.push_back(change.sequence);
    return all;
}

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a slice holds the changes of its hashes and its numbers", "[change_log]") {
    const auto store = open_store({});
    const auto transaction = store->begin();
    transaction->create_space(5);
    ChangeLogWriter log(*transaction, 5);
    append_six(log);
    const ChangeLimits ample{100, 100'000};
    const ChangePage odd = log.read({0, 6, {0, 15}}, ample);
    CHECK(numbers(odd) == Numbers{1, 3, 5});
    CHECK(odd.at_end);
    CHECK(odd.reached == 6);
    CHECK(odd.changes[1].time == noon + std::chrono::seconds(3));
    CHECK(odd.changes[1].partition_hash == 10);
    CHECK(numbers(log.read({1, 4, {}}, ample)) == Numbers{2, 3, 4});
    CHECK(log.read({4, 4, {}}, ample).at_end);
    CHECK(log.newest({0, 4, {0, 15}}) == 3);
    CHECK(log.newest({3, 4, {0, 15}}) == 0);
    CHECK(count(log, {0, 4, {0, 15}}) == 2);
    CHECK(count(log, {4, 4, {}}) == 0);
}

// A page that ends early says how far it got, so that the next one begins there.
TEST_CASE("a page of a slice ends at a limit", "[change_log]") {
    const auto store = open_store({});
    const auto transaction = store->begin();
    transaction->create_space(5);
    ChangeLogWriter log(*transaction, 5);
    append_six(log);
    const ChangeSlice even{0, 6, {15, 25}};
    const ChangePage two = log.read(even, {2, 100'000});
    CHECK(numbers(two) == Numbers{2, 4});
    CHECK(two.reached == 4);
    CHECK_FALSE(two.at_end);
    const ChangePage bytes = log.read(even, {9, 250});
    CHECK(numbers(bytes) == Numbers{2, 4});
    CHECK(bytes.reached == 5);
    const ChangePage rows = log.read(even, {9, 100'000, 1});
    CHECK(rows.changes.empty());
    CHECK(rows.reached == 1);
    CHECK_FALSE(rows.at_end);
    CHECK(numbers(log.read({bytes.reached, 6, {15, 25}}, {9, 250})) == Numbers{6});
}

TEST_CASE("changes are erased from the beginning, by their time", "[change_log]") {
    const auto store = open_store({});
    const auto transaction = store->begin();
    transaction->create_space(5);
    ChangeLogWriter log(*transaction, 5);
    append_six(log);
    CHECK_FALSE(log.reaches_before(noon + std::chrono::seconds(1)));
    CHECK(log.reaches_before(noon + std::chrono::seconds(2)));
    const auto erase_three = [&] {
        tailrace::TimeSlice slice({.rows = 3, .least_rows = 3});
        return log.erase_before(noon + std::chrono::seconds(5), slice);
    };
    CHECK(erase_three().size() == 3);
    const auto rest = erase_three();
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].sequence == 4);
    CHECK(rest[0].partition_hash == 20);
    CHECK(count(log, {}) == 2);
}

// Skipping the changes of other partitions must not take longer than the slice allows.
TEST_CASE("a walk over changes ends with its time slice", "[change_log]") {
    const auto store = open_store({});
    const auto transaction = store->begin();
    transaction->create_space(5);
    ChangeLogWriter log(*transaction, 5);
    append_six(log);
    const auto two_rows = [] { return tailrace::TimeSlice({.rows = 2, .least_rows = 2}); };
    const std::uint64_t whole = log.newest({0, 6, {0, 15}});
    CHECK(whole == 5);
    tailrace::TimeSlice short_slice = two_rows();
    CHECK(log.newest({0, 6, {0, 15}}, short_slice) == whole);
    tailrace::TimeSlice one_row({.rows = 1, .least_rows = 1});
    CHECK(log.newest({0, 6, {0, 15}}, one_row) == std::nullopt);

    Numbers visited;
    std::vector<std::uint64_t> reached;
    ChangeSlice rest{0, 6, {}};
    while (rest.after < rest.up_to) {
        tailrace::TimeSlice slice = two_rows();
        rest.after = log.visit_places(rest, slice,
                                      [&](const ChangePlace& place) { visited.push_back(place.sequence); });
        reached.push_back(rest.after);
    }
    CHECK(visited == Numbers{1, 2, 3, 4, 5, 6});
    CHECK(reached == std::vector<std::uint64_t>{2, 4, 6});
}
