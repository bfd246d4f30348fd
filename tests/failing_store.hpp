#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/storage/store.hpp"

namespace tailrace::tests {

/// What a FailingStore refuses at the moment.
struct StoreFaults {
    std::atomic<bool> reads{false};
    std::atomic<bool> writes{false};
    /// Only the next commit of writes.
    std::atomic<bool> next_write{false};
};

/// A store over another, which fails when a test wants it to: writes when they are committed, as on a full
/// disk.
class FailingStore final : public storage::Store {
  public:
    /// The faults outlive the store.
    FailingStore(std::unique_ptr<storage::Store> store, StoreFaults& faults)
        : store_(std::move(store)), faults_(faults) {}

    std::unique_ptr<storage::Transaction> begin() override {
        return std::make_unique<FailingTransaction>(store_->begin(), faults_);
    }
    std::unique_ptr<storage::Store> fork() override { return store_->fork(); }
    bool checkpoint(int least_pages) override { return store_->checkpoint(least_pages); }

  private:
    class FailingTransaction final : public storage::Transaction {
      public:
        FailingTransaction(std::unique_ptr<storage::Transaction> transaction, StoreFaults& faults)
            : transaction_(std::move(transaction)), faults_(faults) {}

        std::optional<storage::StoredValue> get(storage::SpaceId space, std::string_view key) override {
            read();
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
            read();
            return transaction_->range(space, range, direction);
        }
        std::vector<storage::SpaceId> spaces() override { return transaction_->spaces(); }
        void create_space(storage::SpaceId space) override { transaction_->create_space(space); }
        bool erase_first(storage::SpaceId space, std::size_t rows) override {
            has_written_ = true;
            return transaction_->erase_first(space, rows);
        }
        void drop_space(storage::SpaceId space) override { transaction_->drop_space(space); }
        void write_mirrored(const storage::MirroredRows& rows) override {
            transaction_->write_mirrored(rows);
        }
        void commit() override {
            if (has_written_ && (faults_.writes || faults_.next_write.exchange(false)))
                throw storage::StorageError("the disk is full");
            transaction_->commit();
        }

      private:
        void read() const {
            if (faults_.reads) throw storage::StorageError("the disk cannot be read");
        }

        std::unique_ptr<storage::Transaction> transaction_;
        StoreFaults& faults_;
        bool has_written_ = false;
    };

    std::unique_ptr<storage::Store> store_;
    StoreFaults& faults_;
};

}  // namespace tailrace::tests
