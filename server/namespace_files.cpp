#include "server/namespace_files.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/model/json_text.hpp"

namespace tailrace::server {
namespace {

std::string text_of(const NamespaceFiles::Kept& kept) {
    return boost::json::serialize(boost::json::object{
        {"Number", kept.number}, {"Clock", kept.clock}, {"Mappings", kept.has_given_mappings}});
}

NamespaceFiles::Kept kept_in(std::string_view name, std::string_view text) try {
    const boost::json::value row = parse_json(text);
    return {.number = row.at("Number").to_number<std::uint64_t>(),
            .clock = std::string(row.at("Clock").as_string()),
            .has_given_mappings = row.at("Mappings").as_bool()};
} catch (const std::exception& error) {
    throw table::StorageError("the row of the namespace '" + std::string(name) +
                              "' cannot be read: " + error.what());
}

/// Returns 7 for "7.db" and "7.db-wal", and nullopt for a file that is not ours.
std::optional<std::uint64_t> number_in(const std::string& file) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(file.data(), file.data() + file.size(), number);
    const std::string_view rest(end, static_cast<std::size_t>(file.data() + file.size() - end));
    return error == std::errc() && rest.starts_with(".db") ? std::optional(number) : std::nullopt;
}

}  // namespace

NamespaceFiles::NamespaceFiles(std::string_view db_path, table::Database& database)
    : folder_(std::string(db_path) + ".ns"), rows_(database, "file/namespaces/") {
    for (const auto& [name, kept] : list()) newest_ = std::max(newest_, kept.number);
    remove_unlisted();
}

std::map<std::string, NamespaceFiles::Kept> NamespaceFiles::list() const {
    std::map<std::string, Kept> listed;
    rows_.visit(
        [&](std::string_view name, std::string_view text) { listed.emplace(name, kept_in(name, text)); });
    return listed;
}

std::string NamespaceFiles::path(std::uint64_t number) const {
    return folder_ + "/" + std::to_string(number) + ".db";
}

std::string NamespaceFiles::path_of(const Kept& kept) const {
    std::error_code ignored;
    if (!std::filesystem::exists(path(kept.number), ignored)) {
        throw table::StorageError("the file '" + path(kept.number) + "' of a namespace is missing");
    }
    return path(kept.number);
}

std::uint64_t NamespaceFiles::add(const std::string& name, Kept kept, table::Store* content) {
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
        rows_.save(name, text_of(kept));
    } catch (...) {
        remove_files(kept.number);
        throw;
    }
    return kept.number;
}

void NamespaceFiles::remove(const std::string& name, const Kept& kept) {
    const std::lock_guard lock(mutex_);
    rows_.erase(std::array{name});
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
