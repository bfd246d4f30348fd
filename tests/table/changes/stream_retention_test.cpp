#include "engine/table/changes/stream_retention.hpp"

#include "tests/table/table_fixture.hpp"

using namespace tailrace;
using namespace tailrace::table;

// AWS may remove records that are more than a day old at any moment.
TEST_CASE("a request trims one slice, the sweep all of them", "[slices]") {
    TestDatabase db;
    db.create_numbers("KEYS_ONLY");
    for (int i = 0; i < 10; ++i) {
        db.put("numbers", R"({"id":{"S":"a"},"n":{"N":")" + std::to_string(i) + R"("}})");
    }
    const std::string arn =
        db.database.read([](ReadSession& session) { return session.table("numbers").stream->arn; });
    const StreamRetention three_rows({.rows = 3, .least_rows = 3});
    CHECK(three_rows.trim_slice(db.database, arn, db.clock.now()).changes == 0);
    db.clock.advance(std::chrono::hours(25));
    const auto first = three_rows.trim_slice(db.database, arn, db.clock.now());
    CHECK(first.changes == 3);
    CHECK_FALSE(first.is_done);
    CHECK(db.changes("numbers").size() == 7);
    CHECK(three_rows.trim(db.database, db.clock.now()) == 7);
    CHECK(three_rows.trim_slice(db.database, arn, db.clock.now()).is_done);
    CHECK(db.changes("numbers").empty());
}
