#include <memory>
#include <string>

#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace::storage;

namespace {

constexpr SpaceId shared_space = 7;

/// Large enough for the table of large values.
const std::string large(5000, 'x');

/// A store in a file with one empty space, and a transaction.
class Parts {
  public:
    Parts() : store_(open_store({folder_.path("data.db")})) {
        const auto created = store_->begin();
        created->create_space(shared_space);
        created->commit();
        begin();
    }

    Transaction& transaction() { return *transaction_; }
    void commit() {
        transaction_->commit();
        begin();
    }
    /// The value under a key; "none" if there is no row.
    std::string value(std::string_view key) {
        const auto stored = transaction_->get(shared_space, key);
        return stored ? stored->bytes : "none";
    }

  private:
    void begin() {
        transaction_.reset();
        transaction_ = store_->begin();
    }

    tailrace::tests::TemporaryFolder folder_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Transaction> transaction_;
};

}  // namespace

TEST_CASE("a part that is undone leaves the parts before and after it", "[store][parts]") {
    Parts parts;
    Transaction& transaction = parts.transaction();
    const int undone = GENERATE(1, 2, 3);
    for (int part = 1; part <= 3; ++part) {
        transaction.begin_part();
        transaction.put(shared_space, std::string(1, static_cast<char>('0' + part)), "written", 1);
        transaction.put(shared_space, "last", std::to_string(part), 1);
        if (part == undone) REQUIRE(transaction.undo_part());
    }
    parts.commit();
    CHECK(parts.value("1") == (undone == 1 ? "none" : "written"));
    CHECK(parts.value("2") == (undone == 2 ? "none" : "written"));
    CHECK(parts.value("3") == (undone == 3 ? "none" : "written"));
    CHECK(parts.value("last") == (undone == 3 ? "2" : "3"));
}

TEST_CASE("parts that put one row each are undone one by one", "[store][parts]") {
    Parts parts;
    Transaction& transaction = parts.transaction();
    for (const auto* const key : {"a", "b", "c"}) {
        transaction.begin_part();
        transaction.put(shared_space, key, key, 1);
        if (*key != 'c') continue;
        CHECK(parts.value("b") == "b");
        REQUIRE(transaction.undo_part());
    }
    parts.commit();
    CHECK(parts.value("a") == "a");
    CHECK(parts.value("b") == "b");
    CHECK(parts.value("c") == "none");
}

TEST_CASE("the first part can be undone although it has put only one row", "[store][parts]") {
    Parts parts;
    parts.transaction().begin_part();
    parts.transaction().put(shared_space, "a", "undone", 1);
    REQUIRE(parts.transaction().undo_part());
    parts.transaction().begin_part();
    parts.commit();
    CHECK(parts.value("a") == "none");
}

TEST_CASE("a part that only reads has nothing to undo", "[store][parts]") {
    Parts parts;
    parts.transaction().begin_part();
    parts.transaction().put(shared_space, "a", "kept", 1);
    parts.transaction().begin_part();
    CHECK(parts.value("a") == "kept");
    REQUIRE(parts.transaction().undo_part());
    parts.commit();
    CHECK(parts.value("a") == "kept");
}

TEST_CASE("the first large value of a space and a new space can be undone", "[store][parts]") {
    Parts parts;
    Transaction& transaction = parts.transaction();
    transaction.begin_part();
    transaction.put(shared_space, "a", "small", 1);
    transaction.begin_part();
    transaction.put(shared_space, "b", large, 1);
    transaction.create_space(8);
    transaction.put(8, "c", "new", 1);
    REQUIRE(transaction.undo_part());
    transaction.begin_part();
    transaction.put(shared_space, "c", large, 1);
    parts.commit();
    CHECK(parts.value("a") == "small");
    CHECK(parts.value("b") == "none");
    CHECK(parts.value("c") == large);
    CHECK(parts.transaction().spaces() == std::vector<SpaceId>{shared_space});
}

TEST_CASE("parts that are not committed leave nothing", "[store][parts]") {
    const tailrace::tests::TemporaryFolder folder;
    const auto store = open_store({folder.path("data.db")});
    {
        const auto transaction = store->begin();
        transaction->begin_part();
        transaction->create_space(shared_space);
        transaction->begin_part();
        transaction->put(shared_space, "a", "lost", 1);
    }
    CHECK(store->begin()->spaces().empty());
}
