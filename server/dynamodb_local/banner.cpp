#include "server/dynamodb_local/banner.hpp"

#include <filesystem>
#include <optional>

#include "server/process/version.hpp"

namespace tailrace::server {
namespace {

/// Returns the folder of a database file, because DynamoDB Local shows the folder.
std::string shown_path(const table::StoreLocation& location) {
    if (location.in_memory()) return "null";
    const std::optional<std::string> file = location.file();
    if (!file) return location.shown();
    const std::string folder = std::filesystem::path(*file).parent_path().string();
    return folder.empty() ? "." : folder;
}

void append_line(std::string& text, const char* name, const std::string& value) {
    text.append(name).append(":\t").append(value).append("\n");
}

const char* text_of(bool flag) {
    return flag ? "true" : "false";
}

}  // namespace

std::string local_banner(const LocalConfiguration& configuration) {
    std::string text = "Initializing DynamoDB Local with the following configuration:\n";
    append_line(text, "Port", std::to_string(configuration.port));
    append_line(text, "InMemory", text_of(configuration.store_location.in_memory()));
    append_line(text, "Version", "Tailrace " + std::string(version()));
    append_line(text, "DbPath", shown_path(configuration.store_location));
    append_line(text, "SharedDb", text_of(true));
    append_line(text, "shouldDelayTransientStatuses", text_of(configuration.delays_transient_statuses));
    append_line(text, "CorsParams", configuration.cors.empty() ? "null" : configuration.cors);
    return text.append("\n");
}

}  // namespace tailrace::server
