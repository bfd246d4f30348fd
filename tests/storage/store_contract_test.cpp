#include "tests/storage/store_contract.hpp"

#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"
#include "tests/failing_store.hpp"
#include "tests/storage/contending_store.hpp"
#include "tests/storage/refusal.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::storage;
using tailrace::tests::refusal;

TEST_CASE("a store in memory keeps the contract", "[store]") {
    check_store_contract([] { return open_store({}); });
}

TEST_CASE("a store in a file keeps the contract", "[store]") {
    const tests::TemporaryFolder folder;
    check_store_contract([&] { return open_store({folder.path("data.db")}); });
}

TEST_CASE("the readers of a store in memory keep the contract", "[store]") {
    check_reader_contract([] { return open_store({}); });
}

TEST_CASE("the readers of a store in a file keep the contract", "[store]") {
    const tests::TemporaryFolder folder;
    check_reader_contract([&] { return open_store({folder.path("data.db")}); });
}

// A file that exists already is opened in another way.
TEST_CASE("the readers of a store in an older file keep the contract", "[store]") {
    const tests::TemporaryFolder folder;
    open_store({folder.path("data.db")});
    check_reader_contract([&] { return open_store({folder.path("data.db")}); });
}

// Many tests wrap a store with this one, which changes nothing while no fault is set.
TEST_CASE("a store that can be made to fail keeps the contract until then", "[store]") {
    tests::StoreFaults none;
    check_store_contract([&] { return std::make_unique<tests::FailingStore>(open_store({}), none); });
}

TEST_CASE("a store with another process keeps the contract if work is run again", "[store]") {
    check_store_contract([] { return std::make_unique<tests::ContendingStore>(open_store({})); });
}

TEST_CASE("a store of an unknown scheme is refused without what may be secret", "[store]") {
    CHECK(refusal("redis://user:secret@host/1") ==
          "URLs that begin with 'redis://' are not supported; give the path of a database file, or "
          "postgresql://USER@HOST/DATABASE");
    // A path that contains "://" further on is not a URL.
    CHECK(refusal("/no-such-folder/a://b.db") ==
          "cannot open the database file '/no-such-folder/a://b.db': No such file or directory");
}
