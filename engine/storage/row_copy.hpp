#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// How far a copy is.
struct CopyProgress {
    std::uint64_t rows = 0;
    /// The bytes of the keys and values.
    std::uint64_t bytes = 0;
    /// True while the rows are read back. Then they are counted from the beginning again.
    bool is_checking = false;
};

struct RowCopyOptions {
    /// Returns true for a row that is not copied; empty to copy all rows.
    std::function<bool(SpaceId space, std::string_view key)> leaves_out = {};
    /// Called every thousand rows.
    std::function<void(const CopyProgress&)> progress = {};
    /// True if check() will be called.
    bool checks = false;
};

/// Copies the rows of all spaces, and may read them back. Functions throw StorageError.
class RowCopy {
  public:
    explicit RowCopy(RowCopyOptions options = {}) : options_(std::move(options)) {}

    /// Copies into a transaction that has no spaces yet, and returns what was copied.
    CopyProgress copy(Transaction& from, Transaction& to);
    /// Reads all rows back, and compares the number and the hash of the rows of each space.
    void check(Transaction& copied);

  private:
    /// The number of the rows of a space, and a hash of all of them in their order.
    struct Sum {
        std::uint64_t rows = 0;
        std::uint64_t hash = 0;

        void add(const Cursor& row);
        friend bool operator==(const Sum&, const Sum&) = default;

      private:
        void add(std::uint64_t part);
    };

    void copy_space(Transaction& from, Transaction& to, SpaceId space);
    template <typename Take>
    void visit(Transaction& in, SpaceId space, const Take& take);

    const RowCopyOptions options_;
    CopyProgress progress_;
    /// The sums of the source's rows.
    std::map<SpaceId, Sum> sums_;
};

}  // namespace tailrace::storage
