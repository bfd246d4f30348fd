#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "engine/storage/store.hpp"
#include "engine/table/catalogue/catalogue.hpp"

namespace tailrace::table {

/// The readers of one store that are not in use at the moment. Their number never exceeds the highest number
/// of threads that have read at the same time.
class Readers {
  public:
    explicit Readers(std::shared_ptr<storage::Store> store) : store_(std::move(store)) {}

    /// Returns null if none is idle.
    std::unique_ptr<storage::Reader> take();
    /// Called under the database's lock, and not during a transaction, unless the store writes_beside().
    /// Returns null if the store has none.
    std::unique_ptr<storage::Reader> open() { return store_->open_reader(); }
    void put_back(std::unique_ptr<storage::Reader> reader);
    /// Frees what open() can rebuild.
    void rest();

  private:
    /// Outlives its readers, even if the database uses another store by now.
    const std::shared_ptr<storage::Store> store_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<storage::Reader>> idle_;
};

/// What a database offers to reads that do not take its lock: its readers, and the catalogue that belongs to
/// what is committed. It is closed while a commit may change the catalogue, and while reads need more than
/// definitions and rows. It begins closed.
class Published {
  public:
    struct View {
        std::shared_ptr<const Catalogue> catalogue;
        std::shared_ptr<Readers> readers;
        std::uint64_t epoch;
        /// The version of the catalogue; see storage::StoreVersion.
        std::uint64_t version;
    };

    /// Called under the database's lock, like open(), and before the commit. Releases the readers, and with
    /// them a store that the database no longer uses.
    void close();
    void open(std::shared_ptr<const Catalogue> catalogue, std::uint64_t version,
              std::shared_ptr<Readers> readers);
    bool is_open() const { return is_open(epoch_.load()); }

    /// Returns nullopt while it is closed.
    std::optional<View> view() const;
    /// True if it has not been closed since the view. Then a snapshot that was begun after the view fits the
    /// view's catalogue.
    bool is_valid(const View& view) const { return epoch_.load() == view.epoch; }
    /// Returns true if `version` has other commits or other drawn numbers than the version of the last call.
    bool is_news(const storage::StoreVersion& version) {
        const bool has_commits = seen_commits_.exchange(version.commits) != version.commits;
        return seen_numbers_.exchange(version.drawn) != version.drawn || has_commits;
    }

  private:
    /// The number of times that it has been opened and closed.
    static bool is_open(std::uint64_t epoch) { return epoch % 2 == 1; }

    std::atomic<std::uint64_t> epoch_ = 0;
    std::atomic<std::uint64_t> seen_commits_ = 0;
    std::atomic<std::uint64_t> seen_numbers_ = 0;
    mutable std::mutex mutex_;
    std::shared_ptr<const Catalogue> catalogue_;
    std::uint64_t version_ = 0;
    std::shared_ptr<Readers> readers_;
};

/// What was committed at one moment: definitions, and the rows of items.
class Snapshot {
  public:
    /// `reader` is one of the view's readers, and `rows` belong to it.
    Snapshot(Published::View view, std::unique_ptr<storage::Reader> reader,
             std::unique_ptr<storage::ReadTransaction> rows)
        : view_(std::move(view)), reader_(std::move(reader)), rows_(std::move(rows)) {}
    ~Snapshot() {
        rows_.reset();
        view_.readers->put_back(std::move(reader_));
    }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

    storage::ReadTransaction& rows() const { return *rows_; }
    const std::shared_ptr<const Catalogue>& catalogue() const { return view_.catalogue; }

  private:
    const Published::View view_;
    std::unique_ptr<storage::Reader> reader_;
    std::unique_ptr<storage::ReadTransaction> rows_;
};

/// A reader that writes beside others, and the catalogue for it.
class BesidePlace {
  public:
    /// `reader` is one of the view's readers.
    BesidePlace(Published::View view, std::unique_ptr<storage::Reader> reader)
        : view_(std::move(view)), reader_(std::move(reader)) {}
    BesidePlace(BesidePlace&&) = default;
    BesidePlace& operator=(BesidePlace&&) = default;
    ~BesidePlace() {
        if (reader_ != nullptr) view_.readers->put_back(std::move(reader_));
    }

    std::unique_ptr<storage::Transaction> begin(bool again) {
        return reader_->begin_beside(view_.version, again);
    }
    storage::StoreVersion version() { return reader_->begin()->version(); }
    const std::shared_ptr<const Catalogue>& catalogue() const { return view_.catalogue; }

  private:
    Published::View view_;
    std::unique_ptr<storage::Reader> reader_;
};

}  // namespace tailrace::table
