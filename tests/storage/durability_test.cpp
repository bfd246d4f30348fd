#include <sqlite3.h>

#include <map>
#include <string>

#include "engine/storage/open_store.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace::storage;

namespace {

/// Wraps SQLite's file access and counts each sync. During its lifetime every database is opened through it,
/// because the newest VFS of a name is found first.
class CountedFiles {
  public:
    CountedFiles() : system_(sqlite3_vfs_find("unix-excl")), counted_(*system_) {
        current = this;
        counted_.zName = system_->zName;
        counted_.pNext = nullptr;
        counted_.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* opened) {
            const int status = current->system_->xOpen(current->system_, name, file, flags, opened);
            if (status == SQLITE_OK) file->pMethods = current->with_counting(*file->pMethods);
            return status;
        };
        sqlite3_vfs_register(&counted_, 0);
    }
    ~CountedFiles() {
        sqlite3_vfs_unregister(&counted_);
        current = nullptr;
    }
    CountedFiles(const CountedFiles&) = delete;
    CountedFiles& operator=(const CountedFiles&) = delete;

    int syncs = 0;

  private:
    static int sync(sqlite3_file* file, int flags) {
        ++current->syncs;
        return current->sync_(file, flags);
    }
    const sqlite3_io_methods* with_counting(const sqlite3_io_methods& system) {
        sync_ = system.xSync;
        sqlite3_io_methods& counting = methods_.try_emplace(&system, system).first->second;
        counting.xSync = &CountedFiles::sync;
        return &counting;
    }

    static CountedFiles* current;

    sqlite3_vfs* const system_;
    sqlite3_vfs counted_;
    int (*sync_)(sqlite3_file*, int) = nullptr;
    std::map<const sqlite3_io_methods*, sqlite3_io_methods> methods_;
};

CountedFiles* CountedFiles::current = nullptr;

constexpr int commits = 5;

/// Returns the number of file syncs during that many commits of one or two rows each.
int syncs_of_commits(Durability durability, bool of_two_rows) {
    const tailrace::tests::TemporaryFolder folder;
    CountedFiles files;
    const auto store = open_store(
        {.location = folder.path("data.db"), .notice = {}, .clock = nullptr, .durability = durability});
    {
        const auto transaction = store->begin();
        transaction->create_space(7);
        transaction->commit();
    }
    files.syncs = 0;
    for (int i = 0; i < commits; ++i) {
        const auto transaction = store->begin();
        transaction->put(7, "a" + std::to_string(i), "kept", 1);
        if (of_two_rows) transaction->put(7, "b" + std::to_string(i), "kept", 1);
        transaction->commit();
    }
    return files.syncs;
}

}  // namespace

// Without a sync the operating system decides when to write, and a crash of it loses the data.
TEST_CASE("each commit is synced if that is asked for, and not otherwise", "[store]") {
    for (const bool of_two_rows : {false, true}) {
        CHECK(syncs_of_commits(Durability::full, of_two_rows) == commits);
        CHECK(syncs_of_commits(Durability::normal, of_two_rows) == 0);
    }
}
