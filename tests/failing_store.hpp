#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "engine/storage/store.hpp"
#include "tests/layered_store.hpp"
#include "tests/layered_transaction.hpp"

namespace tailrace::tests {

/// Which operations a FailingStore currently refuses, and what it has done.
struct StoreFaults {
    std::atomic<bool> reads{false};
    std::atomic<bool> writes{false};
    /// Refuses only the next commit that writes.
    std::atomic<bool> next_write{false};
    /// The commits that wrote something.
    std::atomic<int> commits{0};
};

/// Wraps a store and fails when the test wants it to. Writes fail on commit, as on a full disk.
class FailingStore final : public LayeredStore {
  public:
    /// `faults` must outlive the store.
    FailingStore(std::unique_ptr<storage::Store> store, StoreFaults& faults)
        : LayeredStore(std::move(store)), faults_(faults) {}

    std::unique_ptr<storage::Transaction> begin() override {
        return std::make_unique<FailingTransaction>(begin_below(), faults_);
    }

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
            if (!has_written) return;
            if (faults_.writes || faults_.next_write.exchange(false))
                throw storage::StorageError("the disk is full");
            ++faults_.commits;
        }

        StoreFaults& faults_;
    };

    StoreFaults& faults_;
};

}  // namespace tailrace::tests
