#include "server/migration.hpp"

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "engine/model/clock.hpp"
#include "engine/table/database.hpp"
#include "server/commands/progress.hpp"
#include "server/contents.hpp"
#include "server/held_store.hpp"
#include "server/namespace_stores.hpp"
#include "server/process/held_signals.hpp"
#include "server/process/log.hpp"

namespace tailrace::server {
namespace {

constexpr int interrupted_exit_code = 130;

class Interrupted : public CommandError {
  public:
    Interrupted() : CommandError("interrupted; nothing has been copied") {}
};

/// The place that everything is copied to. Unless keep() is called, what was not there before is removed.
class Target {
  public:
    explicit Target(table::StoreLocation location) : location_(std::move(location)) {}
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;
    ~Target() {
        if (!is_made_) return;
        try {
            remove();
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
            // The target could not be removed. It is empty, so the user can give it again.
        }
    }

    std::unique_ptr<table::Store> open() {
        table::StoreOptions options{
            .location = location_, .must_exist = true, .durability = table::Durability::full};
        try {
            return table::open_store(options);
        } catch (const table::StoreMissing&) {
            is_made_ = true;
        }
        options.must_exist = false;
        return table::open_store(options);
    }
    void keep() { is_made_ = false; }

  private:
    void remove() const {
        const std::optional<std::string> file = location_.file();
        if (!file) return table::remove_schema(location_);
        for (const char* ending : {"", "-wal", "-shm"}) {
            std::error_code ignored;
            std::filesystem::remove(*file + ending, ignored);
        }
    }

    const table::StoreLocation location_;
    bool is_made_ = false;
};

class Migration {
  public:
    explicit Migration(const MigrateCommand& command)
        : command_(command), progress_(command.shows_progress), log_(LogLevel::error, clock_) {}

    CommandResult run() {
        refuse_same_file();
        const SourceSize size = size_of_source();
        HeldStore source(open_source(), shown(command_.from), log_);
        Target place(command_.to);
        table::CopyProgress copied;
        {
            HeldStore target(place.open(), shown(command_.to), log_);
            if (!table::is_empty(target.store())) {
                throw CommandError("'" + shown(command_.to) +
                                   "' already has tables or other data; give an empty target");
            }
            copied = table::copy_rows(
                source.store(), target.store(),
                {.progress = [this](const table::CopyProgress& far) { show(far); },
                 // A server that has begun in the meantime may have written what is not in the copy.
                 .before_commit = [&source] { source.require_alone(); },
                 .checks = true});
        }
        place.keep();
        std::string text = "copied " + counted(size.contents.tables.size(), "table") + " with ";
        text += counted(static_cast<std::uint64_t>(size.contents.items), "item") + " and ";
        text += counted(static_cast<std::uint64_t>(size.contents.bytes), "byte") + " from " +
                shown(command_.from);
        text += " to " + shown(command_.to) + "; " + counted(copied.rows, "row") +
                ", with those of indexes and streams, were read back and compared\n";
        if (size.namespaces > 0) {
            text += counted(size.namespaces, "namespace") + " beside the default one " +
                    (size.namespaces == 1 ? "is" : "are") + " not copied\n";
        }
        return {.exit_code = 0, .text = std::move(text)};
    }

  private:
    static std::string shown(const table::StoreLocation& location) { return location.shown(); }

    void refuse_same_file() const {
        const std::optional<std::string> from = command_.from.file();
        const std::optional<std::string> to = command_.to.file();
        std::error_code ignored;
        const bool is_same_file = from && to && std::filesystem::equivalent(*from, *to, ignored);
        if (command_.from.text() != command_.to.text() && !is_same_file) return;
        throw CommandError("--from and --to name the same place");
    }

    std::unique_ptr<table::Store> open_source() {
        return table::open_store({.location = command_.from,
                                  .must_exist = true,
                                  .notice = [this](const std::string& text) { progress_.write(text); }});
    }

    struct SourceSize {
        ContentsSize contents;
        /// Beside the default one.
        std::size_t namespaces;
    };

    /// Fails if the source is damaged.
    SourceSize size_of_source() {
        table::Database database(open_source(), clock_);
        return {size_of(database), NamespaceStores::listed_in(database).size()};
    }

    void show(const table::CopyProgress& far) {
        if (signals_.take()) throw Interrupted();
        progress_.show((far.is_checking ? "compared " : "copied ") + counted(far.rows, "row") + ", " +
                       counted(far.bytes, "byte"));
    }

    const MigrateCommand& command_;
    // Before anything that starts a thread.
    HeldSignals signals_;
    const SystemClock clock_;
    Progress progress_;
    const Log log_;
};

}  // namespace

CommandResult migrate(const MigrateCommand& command) {
    const auto failed = [](int exit_code, const std::exception& error) {
        return CommandResult{
            .exit_code = exit_code, .text = {}, .error = std::string("tailrace: ") + error.what() + "\n"};
    };
    try {
        return Migration(command).run();
    } catch (const Interrupted& error) {
        return failed(interrupted_exit_code, error);
    } catch (const std::exception& error) {
        return failed(cannot_ask, error);
    }
}

}  // namespace tailrace::server
