#include "engine/table/transactions/request_tokens.hpp"

#include "tests/table/table_fixture.hpp"

using namespace tailrace;
using namespace tailrace::table;

using Seen = RequestTokens::Seen;

TEST_CASE("a token is known for ten minutes", "[request_tokens]") {
    TestDatabase db;
    const auto find = [&](std::string_view token, std::uint64_t fingerprint) {
        const auto work = [&](WriteSession& session) {
            return RequestTokens(session).find({token, fingerprint});
        };
        return db.database.write(work);
    };
    const auto remember = [&](std::string_view token, std::uint64_t fingerprint) {
        db.database.write([&](WriteSession& session) {
            RequestTokens(session).remember({token, fingerprint});
            return true;
        });
    };
    CHECK(find("a", 1) == Seen::never);
    remember("a", 18446744073709551615U);
    CHECK(find("a", 18446744073709551615U) == Seen::with_this_request);
    CHECK(find("a", 1) == Seen::with_another_request);
    CHECK(find("b", 1) == Seen::never);
    db.clock.advance(std::chrono::minutes(10));
    CHECK(find("a", 1) == Seen::with_another_request);
    db.clock.advance(std::chrono::microseconds(1));
    CHECK(find("a", 1) == Seen::never);
    remember("a", 2);
    remember("b", 3);
    CHECK(find("a", 2) == Seen::with_this_request);
    CHECK(find("b", 3) == Seen::with_this_request);
}

// However many tokens have expired, a transaction forgets only some of them, and none that was used again.
TEST_CASE("old tokens are forgotten little by little", "[request_tokens]") {
    TestDatabase db;
    const auto remember = [&](const std::string& token) {
        db.database.write([&](WriteSession& session) {
            RequestTokens(session).remember({token, 1});
            return true;
        });
    };
    const auto rows = [&] {
        return db.database.read([](ReadSession& session) {
            int count = 0;
            const auto all = session.transaction().range(storage::catalogue_space, {"token", "tokeo"},
                                                         storage::Direction::forward);
            while (all->next()) ++count;
            return count;
        });
    };
    for (int i = 100; i < 300; ++i) remember(std::to_string(i));
    CHECK(rows() == 400);
    db.clock.advance(std::chrono::minutes(11));
    remember("299");
    // 64 are gone; the token that was used again has a second row for its age.
    CHECK(rows() == 400 - 2 * 64 + 1);
    for (int i = 0; i < 4; ++i) remember("new");
    db.database.write([](WriteSession& session) {
        CHECK(RequestTokens(session).find({"299", 1}) == Seen::with_this_request);
        CHECK(RequestTokens(session).find({"new", 1}) == Seen::with_this_request);
        CHECK(RequestTokens(session).find({"298", 1}) == Seen::never);
        return true;
    });
    CHECK(rows() == 4);
}

TEST_CASE("tokens that have grown too old are forgotten", "[request_tokens]") {
    TestDatabase db;
    const auto remember = [&](std::string_view token) {
        return db.database.write([&](WriteSession& session) {
            RequestTokens(session).remember({token, 1});
            int count = 0;
            const auto all = session.transaction().range(storage::catalogue_space, {"token", "tokeo"},
                                                         storage::Direction::forward);
            while (all->next()) ++count;
            return count;
        });
    };
    CHECK(remember("a") == 2);
    CHECK(remember("b") == 4);
    db.clock.advance(std::chrono::minutes(11));
    CHECK(remember("c") == 2);
}
