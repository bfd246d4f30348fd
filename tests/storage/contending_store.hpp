#pragma once

#include <cstdlib>
#include <memory>
#include <utility>

#include "engine/storage/store.hpp"
#include "tests/layered_store.hpp"
#include "tests/layered_transaction.hpp"

namespace tailrace::tests {

/// Wraps a store and behaves as if a second process wrote to it: each commit conflicts `conflicts` times and
/// then succeeds.
class ContendingStore final : public LayeredStore {
  public:
    explicit ContendingStore(std::unique_ptr<storage::Store> store, int conflicts = 1)
        : LayeredStore(std::move(store)), conflicts_(conflicts) {}

    std::unique_ptr<storage::Transaction> begin() override {
        return std::make_unique<ContendingTransaction>(*this, begin_below());
    }

  private:
    class ContendingTransaction final : public LayeredTransaction {
      public:
        ContendingTransaction(ContendingStore& store, std::unique_ptr<storage::Transaction> below)
            : LayeredTransaction(std::move(below)), store_(store) {}

      private:
        void before_commit(bool has_written) override {
            if (!has_written) return;
            if (store_.seen_ < store_.conflicts_) {
                ++store_.seen_;
                throw storage::Conflict();
            }
            store_.seen_ = 0;
        }

        ContendingStore& store_;
    };

    const int conflicts_;
    /// Conflicts since the last successful commit.
    int seen_ = 0;
};

/// The store for a test: with contention if the environment asks for it, otherwise `store` itself.
inline std::unique_ptr<storage::Store> test_store(std::unique_ptr<storage::Store> store) {
    static const bool is_contended = std::getenv("TAILRACE_TEST_CONTENTION") != nullptr;
    if (!is_contended) return store;
    return std::make_unique<ContendingStore>(std::move(store));
}

}  // namespace tailrace::tests
