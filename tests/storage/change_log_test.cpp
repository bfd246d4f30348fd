#include "engine/storage/change_log.hpp"

#include <string>

#include "engine/storage/sqlite_store.hpp"
#include "tests/catch.hpp"

using namespace tailrace::storage;

// Consumers compare sequence numbers as numbers or as text; both orders must agree.
TEST_CASE("sequence numbers are 21 digits and sort as text", "[change_log]") {
    CHECK(sequence_text(1) == "100000000000000000001");
    CHECK(sequence_text(18446744073709551615U) == "118446744073709551615");
    CHECK(sequence_text(9) < sequence_text(10));
}

TEST_CASE("changes are read in order after a number, within limits", "[change_log]") {
    const auto store = open_sqlite({});
    const auto transaction = store->begin();
    transaction->create_space(5);
    ChangeLog log(*transaction, 5);
    CHECK(log.newest() == 0);
    for (const std::uint64_t sequence : {3U, 255U, 256U, 70'000U}) {
        log.append({sequence, std::string(100, 'r'), 40});
    }
    CHECK(log.newest() == 70'000);
    CHECK(log.count(0) == 4);
    CHECK(log.count(255) == 2);

    const auto two = log.read(3, 2, 1'000'000);
    REQUIRE(two.size() == 2);
    CHECK(two[0].sequence == 255);
    CHECK(two[1].sequence == 256);
    CHECK(two[0].record_json == std::string(100, 'r'));
    CHECK(two[0].size_bytes == 40);

    CHECK(log.read(0, 10, 250).size() == 2);
    CHECK(log.read(0, 10, 1).size() == 1);
    CHECK(log.read(70'000, 10, 1'000).empty());
}
