#pragma once

#include <memory>
#include <utility>

#include "engine/storage/store.hpp"

namespace tailrace::tests {

/// A store that passes every call on to another one, except that its transactions are its own. It has no
/// readers.
class LayeredStore : public storage::Store {
  public:
    explicit LayeredStore(std::unique_ptr<storage::Store> below) : below_(std::move(below)) {}

    bool shares_commits() const override { return below_->shares_commits(); }
    std::unique_ptr<storage::Store> fork() override { return below_->fork(); }
    void write_left_out(const storage::MirroredRows& rows) override { below_->write_left_out(rows); }
    void rest() noexcept override { below_->rest(); }
    bool checkpoint(int least_pages) override { return below_->checkpoint(least_pages); }

  protected:
    std::unique_ptr<storage::Transaction> begin_below() { return below_->begin(); }

  private:
    std::unique_ptr<storage::Store> below_;
};

}  // namespace tailrace::tests
