#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/storage/store.hpp"

namespace tailrace::tests {

/// A store over another that behaves as if a second process wrote it: it comes first with what each commit
/// has read, so many times, and then lets the commit be.
class ContendingStore final : public storage::Store {
  public:
    explicit ContendingStore(std::unique_ptr<storage::Store> store, int conflicts = 1)
        : store_(std::move(store)), conflicts_(conflicts) {}

    std::unique_ptr<storage::Transaction> begin() override {
        return std::make_unique<ContendingTransaction>(*this, store_->begin());
    }
    std::unique_ptr<storage::Store> fork() override { return store_->fork(); }
    bool checkpoint(int least_pages) override { return store_->checkpoint(least_pages); }

  private:
    class ContendingTransaction final : public storage::Transaction {
      public:
        ContendingTransaction(ContendingStore& store, std::unique_ptr<storage::Transaction> transaction)
            : store_(store), transaction_(std::move(transaction)) {}

        std::optional<storage::StoredValue> get(storage::SpaceId space, std::string_view key) override {
            return transaction_->get(space, key);
        }
        void put(storage::SpaceId space, std::string_view key, std::string_view value,
                 std::uint32_t size_bytes) override {
            has_written_ = true;
            transaction_->put(space, key, value, size_bytes);
        }
        bool erase(storage::SpaceId space, std::string_view key) override {
            has_written_ = true;
            return transaction_->erase(space, key);
        }
        std::unique_ptr<storage::Cursor> range(storage::SpaceId space, const storage::KeyRange& range,
                                               storage::Direction direction) override {
            return transaction_->range(space, range, direction);
        }
        bool erase_first(storage::SpaceId space, std::size_t rows) override {
            has_written_ = true;
            return transaction_->erase_first(space, rows);
        }
        std::vector<storage::SpaceId> spaces() override { return transaction_->spaces(); }
        void create_space(storage::SpaceId space) override {
            has_written_ = true;
            transaction_->create_space(space);
        }
        void drop_space(storage::SpaceId space) override {
            has_written_ = true;
            transaction_->drop_space(space);
        }
        void write_mirrored(const storage::MirroredRows& rows) override {
            transaction_->write_mirrored(rows);
        }
        void commit() override {
            if (has_written_ && store_.seen_ < store_.conflicts_) {
                ++store_.seen_;
                throw storage::Conflict();
            }
            if (has_written_) store_.seen_ = 0;
            transaction_->commit();
        }

      private:
        ContendingStore& store_;
        std::unique_ptr<storage::Transaction> transaction_;
        bool has_written_ = false;
    };

    std::unique_ptr<storage::Store> store_;
    const int conflicts_;
    /// Conflicts since the last commit that went through.
    int seen_ = 0;
};

/// The store of a test: one with contention where the environment asks for it, else the given one as it is.
inline std::unique_ptr<storage::Store> test_store(std::unique_ptr<storage::Store> store) {
    static const bool is_contended = std::getenv("TAILRACE_TEST_CONTENTION") != nullptr;
    if (!is_contended) return store;
    return std::make_unique<ContendingStore>(std::move(store));
}

}  // namespace tailrace::tests
