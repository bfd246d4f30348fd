#include "engine/table/database.hpp"
#include "tests/partiql/statement_engine.hpp"

namespace tailrace::partiql {
namespace {

/// Counts the commits that would wake the stream layer.
class CountedCommits final : public CommitObserver {
  public:
    void on_commit() noexcept override { ++count; }
    int count = 0;
};

// Statements use the one write path: a change to an item is in the stream, and nothing else is.
TEST_CASE("Statements that change an item reach its stream", "[partiql]") {
    StatementEngine engine;
    engine.answer(
        "UpdateTable",
        R"({"TableName":"notes","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
    CountedCommits commits;
    engine.engine.set_commit_observer(&commits);
    const auto commits_of = [&](const std::string& statement) {
        const int before = commits.count;
        engine.run(statement);
        return commits.count - before;
    };
    CHECK(commits_of("INSERT INTO notes VALUE {'pk':'a','n':1}") == 1);
    CHECK(commits_of("INSERT INTO notes VALUE {'pk':'a','n':2}") == 0);
    CHECK(commits_of("UPDATE notes SET n=1 WHERE pk='a'") == 0);
    CHECK(commits_of("UPDATE notes SET n=2 WHERE pk='a'") == 1);
    CHECK(commits_of("SELECT * FROM notes") == 0);
    CHECK(commits_of("DELETE FROM notes WHERE pk='b'") == 0);
    CHECK(commits_of("DELETE FROM notes WHERE pk='a'") == 1);
    engine.answer("ExecuteTransaction",
                  statements("TransactStatements",
                             {"INSERT INTO notes VALUE {'pk':'x'}", "INSERT INTO notes VALUE {'pk':'y'}"}));
    CHECK(commits.count == 4);
    CHECK(engine.engine.database().read([](table::ReadSession& session) { return session.sequence(); }) == 5);
    engine.engine.set_commit_observer(nullptr);
}

}  // namespace
}  // namespace tailrace::partiql
