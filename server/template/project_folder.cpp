#include "server/template/project_folder.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>

namespace tailrace::server {

namespace fs = std::filesystem;

Node read_tree_file(const fs::path& file) {
    const std::string name = file.string();
    std::error_code error;
    if (!fs::is_regular_file(file, error)) throw TemplateError("there is no file '" + name + "'");
    const std::uintmax_t size = fs::file_size(file, error);
    if (!error && size > NodeLimits::text_bytes) throw TemplateError("'" + name + "' has more than 8 MB");
    std::string text(error ? 0 : static_cast<std::size_t>(size), '\0');
    std::ifstream in(file, std::ios::binary);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (error || !in) throw TemplateError("'" + name + "' cannot be read");
    try {
        return read_tree(name, text);
    } catch (const TemplateError& fault) {
        throw fault.in_file(name);
    }
}

ProjectFolder::ProjectFolder(const fs::path& folder) {
    std::error_code error;
    folder_ = fs::canonical(folder.empty() ? "." : folder, error);
    if (error) throw TemplateError("there is no folder '" + folder.string() + "'");
}

std::optional<fs::path> ProjectFolder::find(const std::string& relative) const {
    if (relative.find('\0') != std::string::npos) throw TemplateError("a path cannot contain NUL");
    std::error_code error;
    const fs::path found = fs::weakly_canonical(folder_ / relative, error);
    const auto [end, at] = std::ranges::mismatch(folder_, found);
    if (error || fs::path(relative).is_absolute() || end != folder_.end()) {
        throw TemplateError("'" + relative + "' is outside of the folder '" + folder_.string() +
                            "'; only files in that folder may be read");
    }
    return fs::exists(found, error) ? std::optional(found) : std::nullopt;
}

}  // namespace tailrace::server
