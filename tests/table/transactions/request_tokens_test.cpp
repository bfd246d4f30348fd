#include "engine/table/transactions/request_tokens.hpp"

#include "tests/table/table_fixture.hpp"

using namespace tailrace;
using namespace tailrace::table;

using Seen = RequestTokens::Seen;

namespace {

void remember(TestDatabase& db, std::string_view token, std::uint64_t fingerprint = 1) {
    db.database.write([&](WriteSession& session) {
        RequestTokens(session).remember({token, fingerprint});
        return true;
    });
}

int token_rows(TestDatabase& db) {
    return db.database.read([](ReadSession& session) {
        int count = 0;
        const auto all = session.transaction().range(storage::catalogue_space, {"token", "tokeo"},
                                                     storage::Direction::forward);
        while (all->next()) ++count;
        return count;
    });
}

}  // namespace

TEST_CASE("a token is known for ten minutes", "[request_tokens]") {
    TestDatabase db;
    const auto find = [&](std::string_view token, std::uint64_t fingerprint) {
        const auto work = [&](WriteSession& session) {
            return RequestTokens(session).find({token, fingerprint});
        };
        return db.database.write(work);
    };
    CHECK(find("a", 1) == Seen::never);
    remember(db, "a", 18446744073709551615U);
    CHECK(find("a", 18446744073709551615U) == Seen::with_this_request);
    CHECK(find("a", 1) == Seen::with_another_request);
    CHECK(find("b", 1) == Seen::never);
    db.clock.advance(std::chrono::minutes(10));
    CHECK(find("a", 1) == Seen::with_another_request);
    db.clock.advance(std::chrono::microseconds(1));
    CHECK(find("a", 1) == Seen::never);
    remember(db, "a", 2);
    remember(db, "b", 3);
    CHECK(find("a", 2) == Seen::with_this_request);
    CHECK(find("b", 3) == Seen::with_this_request);
}

// However many tokens have expired, a transaction forgets only some of them, and none that was used again.
TEST_CASE("old tokens are forgotten little by little", "[request_tokens]") {
    TestDatabase db;
    for (int i = 100; i < 300; ++i) remember(db, std::to_string(i));
    CHECK(token_rows(db) == 400);
    db.clock.advance(std::chrono::minutes(11));
    remember(db, "299");
    // 64 are gone; the token that was used again has a second row for its age.
    CHECK(token_rows(db) == 400 - 2 * 64 + 1);
    for (int i = 0; i < 4; ++i) remember(db, "new");
    db.database.write([](WriteSession& session) {
        CHECK(RequestTokens(session).find({"299", 1}) == Seen::with_this_request);
        CHECK(RequestTokens(session).find({"new", 1}) == Seen::with_this_request);
        CHECK(RequestTokens(session).find({"298", 1}) == Seen::never);
        return true;
    });
    CHECK(token_rows(db) == 4);
}

TEST_CASE("tokens that have grown too old are forgotten", "[request_tokens]") {
    TestDatabase db;
    remember(db, "a");
    CHECK(token_rows(db) == 2);
    remember(db, "b");
    CHECK(token_rows(db) == 4);
    db.clock.advance(std::chrono::minutes(11));
    remember(db, "c");
    CHECK(token_rows(db) == 2);
}
