#include "server/data/export_folder.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "engine/model/json_text.hpp"
#include "server/data/item_reader.hpp"
#include "server/data/text_lines.hpp"

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view manifest_name = "manifest-files.json";
/// Source: "DynamoDB quotas", import from S3.
constexpr std::size_t max_files = 50'000;
constexpr std::size_t max_manifest_line_bytes = 64UL * 1024;
/// prefix/AWSDynamoDB/ID is at most this deep.
constexpr int max_folder_depth = 4;

[[noreturn]] void refuse_folder(const fs::path& folder, std::string_view reason) {
    throw DataFault(folder.string() + ": " + std::string(reason));
}

/// Returns the entries of a folder in the order of their names, without links. Throws DataFault.
std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator each(folder, error); !error && each != fs::directory_iterator();
         each.increment(error)) {
        if (!each->is_symlink()) entries.push_back(*each);
        if (entries.size() > max_files) refuse_folder(folder, "there are too many files in the folder");
    }
    if (error) refuse_folder(folder, "cannot be read: " + error.message());
    std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) { return entry.path(); });
    return entries;
}

void find_manifests(const fs::path& folder, int depth, std::vector<fs::path>& found) {
    for (const fs::directory_entry& entry : entries_of(folder)) {
        if (entry.is_regular_file() && entry.path().filename() == manifest_name)
            found.push_back(entry.path());
        if (entry.is_directory() && depth < max_folder_depth) find_manifests(entry.path(), depth + 1, found);
    }
}

/// Returns the file that a key of S3 names. Only the last part of the key is used, because the part before
/// depends on where the objects have been copied from.
std::string file_of(const fs::path& folder, std::string_view key) {
    const std::string_view name = key.substr(key.rfind('/') + 1);
    const bool leads_out = ("/" + std::string(key) + "/").find("/../") != std::string::npos;
    if (name.empty() || name == "." || leads_out || name.find('\0') != std::string_view::npos)
        refuse_folder(folder / manifest_name,
                      "the key '" + std::string(key) + "' does not name a file of the export");
    // The data of incremental exports is in one folder for all of them.
    for (const fs::path& data : {folder / "data", folder.parent_path() / "data"}) {
        std::error_code error;
        const fs::path path = data / name;
        if (fs::is_symlink(fs::symlink_status(data, error))) continue;
        if (fs::is_regular_file(fs::symlink_status(path, error))) return path.string();
    }
    refuse_folder(folder / "data", "there is no file " + std::string(name) + ", which the manifest names");
}

std::string text_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<DataFile> files_of_manifest(const fs::path& manifest) {
    std::vector<DataFile> files;
    TextLines lines(max_manifest_line_bytes);
    const auto take = [&](const TextLines::Line& line) {
        if (line.text.empty() && !line.is_too_long) return;
        json::error_code error;
        const json::value value = parse_json(line.text, error);
        const std::string key =
            error || !value.is_object() ? std::string() : text_in(value.get_object(), "dataFileS3Key");
        if (key.empty())
            refuse_folder(manifest, "line " + std::to_string(line.number) + " names no dataFileS3Key");
        if (files.size() == max_files) refuse_folder(manifest, "there are too many files");
        files.push_back({.path = file_of(manifest.parent_path(), key),
                         .md5 = text_in(value.get_object(), "md5Checksum"),
                         .is_in_folder = true});
    };
    const auto add = [&](std::string_view piece) { lines.add(piece, take); };
    read_data_file({.path = manifest.string(), .is_in_folder = true}, add);
    lines.finish(take);
    return files;
}

}  // namespace

std::vector<DataFile> files_in_folder(const std::string& folder) {
    const fs::path path = fs::path(folder).lexically_normal();
    std::vector<fs::path> manifests;
    find_manifests(path, 0, manifests);
    if (manifests.size() > 1) {
        refuse_folder(path, "there are several exports in the folder; name the folder of one, such as " +
                                manifests.front().parent_path().string());
    }
    if (manifests.size() == 1) return files_of_manifest(manifests.front());
    std::vector<DataFile> files;
    for (const fs::directory_entry& entry : entries_of(path)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || name.starts_with('.') || name.starts_with('_')) continue;
        files.push_back({.path = entry.path().string(), .is_in_folder = true});
    }
    if (files.empty()) refuse_folder(path, "there are no files in the folder");
    return files;
}

}  // namespace tailrace::server
