#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/storage/store.hpp"

namespace tailrace::tests {

/// A transaction that passes every call on to another one. Functions that Transaction itself implements are
/// not overridden, so tests cover them.
class LayeredTransaction : public storage::Transaction {
  public:
    explicit LayeredTransaction(std::unique_ptr<storage::Transaction> below) : below_(std::move(below)) {}

    std::optional<storage::StoredValue> get(storage::SpaceId space, std::string_view key) override {
        before_read();
        return below_->get(space, key);
    }
    void put(storage::SpaceId space, std::string_view key, std::string_view value,
             std::uint32_t size_bytes) override {
        has_written_ = true;
        below_->put(space, key, value, size_bytes);
    }
    bool erase(storage::SpaceId space, std::string_view key) override {
        has_written_ = true;
        return below_->erase(space, key);
    }
    std::unique_ptr<storage::Cursor> range(storage::SpaceId space, const storage::KeyRange& range,
                                           storage::Direction direction) override {
        before_read();
        return below_->range(space, range, direction);
    }
    bool erase_first(storage::SpaceId space, std::size_t rows) override {
        has_written_ = true;
        return below_->erase_first(space, rows);
    }
    std::vector<storage::SpaceId> spaces() override { return below_->spaces(); }
    void create_space(storage::SpaceId space) override {
        has_written_ = true;
        below_->create_space(space);
    }
    void drop_space(storage::SpaceId space) override {
        has_written_ = true;
        below_->drop_space(space);
    }
    void write_mirrored(const storage::MirroredRows& rows) override { below_->write_mirrored(rows); }
    void begin_part() override { below_->begin_part(); }
    bool undo_part() override { return below_->undo_part(); }
    void commit() override {
        before_commit(has_written_);
        below_->commit();
    }

  private:
    virtual void before_read() {}
    virtual void before_commit(bool has_written) = 0;

    std::unique_ptr<storage::Transaction> below_;
    bool has_written_ = false;
};

}  // namespace tailrace::tests
