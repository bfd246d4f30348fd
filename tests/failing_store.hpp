#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "engine/storage/store.hpp"
#include "tests/layered_transaction.hpp"

namespace tailrace::tests {

/// Which operations a FailingStore currently refuses.
struct StoreFaults {
    std::atomic<bool> reads{false};
    std::atomic<bool> writes{false};
    /// Refuses only the next commit that writes.
    std::atomic<bool> next_write{false};
};

/// Wraps a store and fails when the test wants it to. Writes fail on commit, as on a full disk.
class FailingStore final : public storage::Store {
  public:
    /// `faults` must outlive the store.
    FailingStore(std::unique_ptr<storage::Store> store, StoreFaults& faults)
        : store_(std::move(store)), faults_(faults) {}

    std::unique_ptr<storage::Transaction> begin() override {
        return std::make_unique<FailingTransaction>(store_->begin(), faults_);
    }
    std::unique_ptr<storage::Store> fork() override { return store_->fork(); }
    void write_left_out(const storage::MirroredRows& rows) override { store_->write_left_out(rows); }
    void rest() noexcept override { store_->rest(); }
    bool checkpoint(int least_pages) override { return store_->checkpoint(least_pages); }

  private:
    class FailingTransaction final : public LayeredTransaction {
      public:
        FailingTransaction(std::unique_ptr<storage::Transaction> below, StoreFaults& faults)
            : LayeredTransaction(std::move(below)), faults_(faults) {}

      private:
        void before_read() override {
            if (faults_.reads) throw storage::StorageError("the disk cannot be read");
        }
        void before_commit(bool has_written) override {
            if (has_written && (faults_.writes || faults_.next_write.exchange(false)))
                throw storage::StorageError("the disk is full");
        }

        StoreFaults& faults_;
    };

    std::unique_ptr<storage::Store> store_;
    StoreFaults& faults_;
};

}  // namespace tailrace::tests
