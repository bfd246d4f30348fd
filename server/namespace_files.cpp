#include "server/namespace_files.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace tailrace::server {
namespace {

/// Returns 7 for "7.db" and "7.db-wal", and nullopt for a file that is not ours.
std::optional<std::uint64_t> number_in(const std::string& file) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(file.data(), file.data() + file.size(), number);
    const std::string_view rest(end, static_cast<std::size_t>(file.data() + file.size() - end));
    return error == std::errc() && rest.starts_with(".db") ? std::optional(number) : std::nullopt;
}

}  // namespace

NamespaceFiles::NamespaceFiles(std::string_view db_path, table::Database& database)
    : NamespaceStores(database), folder_(std::string(db_path) + ".ns") {
    for (const auto& [name, kept] : list()) newest_ = std::max(newest_, kept.number);
    remove_unlisted();
}

std::string NamespaceFiles::path(std::uint64_t number) const {
    return folder_ + "/" + std::to_string(number) + ".db";
}

table::StoreLocation NamespaceFiles::location_of(const std::string& /*name*/, const Kept& kept) const {
    std::error_code ignored;
    if (!std::filesystem::exists(path(kept.number), ignored)) {
        throw table::StorageError("the file '" + path(kept.number) + "' of a namespace is missing");
    }
    return path(kept.number);
}

bool NamespaceFiles::add(const std::string& name, Kept& kept, table::Store* content) {
    const std::lock_guard lock(mutex_);
    std::error_code error;
    std::filesystem::create_directory(folder_, error);
    if (error) throw table::StorageError("cannot make the folder '" + folder_ + "': " + error.message());
    kept.number = ++newest_;
    try {
        {
            const auto file =
                table::open_store({.location = path(kept.number), .durability = table::Durability::full});
            if (content != nullptr) table::copy_rows(*content, *file);
        }
        table::StateRow(database_, row_of(name)).save(text_of(kept));
    } catch (...) {
        remove_files(kept.number);
        throw;
    }
    return true;
}

bool NamespaceFiles::unlist(const std::string& name, const Kept& /*kept*/) {
    table::StateRow(database_, row_of(name)).erase();
    return true;
}

void NamespaceFiles::remove(const std::string& /*name*/, const Kept& kept) {
    remove_files(kept.number);
}

/// Files that cannot be removed now are removed at the next start.
void NamespaceFiles::remove_files(std::uint64_t number) const {
    for (const char* ending : {"", "-wal", "-shm"}) {
        std::error_code ignored;
        std::filesystem::remove(path(number) + ending, ignored);
    }
}

void NamespaceFiles::remove_unlisted() const {
    std::vector<std::uint64_t> listed;
    for (const auto& [name, kept] : list()) listed.push_back(kept.number);
    std::error_code error;
    std::vector<std::filesystem::path> unlisted;
    for (const auto& each : std::filesystem::directory_iterator(folder_, error)) {
        const auto number = number_in(each.path().filename().string());
        if (number && std::ranges::find(listed, *number) == listed.end()) unlisted.push_back(each.path());
    }
    for (const std::filesystem::path& each : unlisted) std::filesystem::remove(each, error);
}

}  // namespace tailrace::server
