#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/table/store.hpp"
#include "tests/catch.hpp"
#include "tests/layered_store.hpp"
#include "tests/layered_transaction.hpp"

using namespace tailrace;
using storage::catalogue_space;
using storage::SpaceId;

namespace {

constexpr SpaceId items_space = 7;
constexpr int copied_rows = 2500;

/// What a store does to a row that is put into it.
using Spoil = std::function<void(storage::Transaction& below, std::string_view key, std::string_view value)>;

/// A store that spoils one row of the space of the items.
class SpoilingStore final : public tests::LayeredStore {
  public:
    SpoilingStore(std::unique_ptr<storage::Store> below, Spoil spoil)
        : LayeredStore(std::move(below)), spoil_(std::move(spoil)) {}

    std::unique_ptr<storage::Transaction> begin() override {
        return std::make_unique<SpoilingTransaction>(begin_below(), spoil_);
    }

  private:
    class SpoilingTransaction final : public tests::LayeredTransaction {
      public:
        SpoilingTransaction(std::unique_ptr<storage::Transaction> below, const Spoil& spoil)
            : LayeredTransaction(std::move(below)), spoil_(spoil) {}

        void put(SpaceId space, std::string_view key, std::string_view value,
                 std::uint32_t size_bytes) override {
            if (space == items_space && key == "01234") {
                spoil_(*this, key, value);
            } else {
                LayeredTransaction::put(space, key, value, size_bytes);
            }
        }

      private:
        void before_commit(bool /*has_written*/) override {}

        const Spoil& spoil_;
    };

    const Spoil spoil_;
};

std::string key_of(int number) {
    std::string key = std::to_string(number);
    return key.insert(0, 5 - key.size(), '0');
}

std::unique_ptr<storage::Store> source_of_copies() {
    auto store = storage::open_store({});
    const auto transaction = store->begin();
    transaction->put(catalogue_space, "state/file/here", "only here", 0);
    transaction->put(catalogue_space, "state/there", "everywhere", 0);
    transaction->create_space(items_space);
    for (int i = 0; i < copied_rows; ++i) transaction->put(items_space, key_of(i), "value", 5);
    transaction->commit();
    return store;
}

/// Copies into a store that spoils one row; returns the reason for which the copy fails.
std::string fault_of_copy(Spoil spoil) {
    const auto from = source_of_copies();
    SpoilingStore to(storage::open_store({}), std::move(spoil));
    try {
        table::copy_rows(*from, to, {.checks = true});
        return "none";
    } catch (const storage::StorageError& error) {
        CHECK(table::is_empty(to));
        return error.what();
    }
}

}  // namespace

TEST_CASE("a copy has all rows but those of the file itself, and counts them", "[table]") {
    const auto from = source_of_copies();
    const auto to = storage::open_store({});
    std::vector<std::pair<bool, std::uint64_t>> seen;
    const auto note = [&](const table::CopyProgress& far) { seen.emplace_back(far.is_checking, far.rows); };
    const table::CopyProgress copied = table::copy_rows(*from, *to, {.progress = note, .checks = true});
    CHECK(copied.rows == copied_rows + 1);
    CHECK(copied.bytes == copied_rows * 10 + std::string("state/thereeverywhere").size());
    CHECK(seen == std::vector<std::pair<bool, std::uint64_t>>{
                      {false, 1000}, {false, 2000}, {true, 1000}, {true, 2000}});
    const auto transaction = to->begin();
    CHECK(transaction->get(catalogue_space, "state/there")->bytes == "everywhere");
    CHECK_FALSE(transaction->get(catalogue_space, "state/file/here"));
    CHECK(transaction->get(items_space, key_of(copied_rows - 1))->bytes == "value");
}

TEST_CASE("a copy that is not what was copied is not kept", "[table]") {
    CHECK(fault_of_copy([](auto&, auto, auto) {}) ==
          "the copy differs from its source: of the 2500 rows of the space 7, 2499 were read back");
    CHECK(fault_of_copy([](auto& below, auto key, auto) { below.put(catalogue_space, key, "", 5); }) ==
          "the copy differs from its source: of the 1 rows of the space 0, 2 were read back");
    const std::string changed =
        "the copy differs from its source: of the 2500 rows of the space 7, some have changed";
    CHECK(fault_of_copy([](auto& below, auto, auto value) { below.put(items_space, "x", value, 5); }) ==
          changed);
    CHECK(fault_of_copy([](auto& below, auto, auto value) { below.put(items_space, "01234 ", value, 6); }) ==
          changed);
}

TEST_CASE("a copy that is interrupted changes nothing", "[table]") {
    const auto from = source_of_copies();
    const auto to = source_of_copies();
    const auto stop = [](const table::CopyProgress& far) {
        if (far.is_checking) throw std::runtime_error("interrupted");
    };
    CHECK_THROWS_WITH(table::copy_rows(*from, *to, {.progress = stop, .checks = true}), "interrupted");
    CHECK(to->begin()->get(items_space, key_of(0)).has_value());
    CHECK(to->begin()->get(catalogue_space, "state/file/here").has_value());
}

TEST_CASE("a store with nothing but the newest numbers is empty", "[table]") {
    const auto store = storage::open_store({});
    CHECK(table::is_empty(*store));
    const auto put = [&](std::string_view key) {
        const auto transaction = store->begin();
        transaction->put(catalogue_space, key, "7", 0);
        transaction->commit();
    };
    put("sequence");
    put("space");
    put("token/a");
    CHECK(table::is_empty(*store));
    put("state/users");
    CHECK_FALSE(table::is_empty(*store));
    const auto other = storage::open_store({});
    const auto transaction = other->begin();
    transaction->create_space(items_space);
    transaction->commit();
    CHECK_FALSE(table::is_empty(*other));
}
