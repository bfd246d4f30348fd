#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "server/template/node.hpp"

namespace tailrace::server {

/// Reads a file as YAML or JSON. Only a regular file is read, so that nothing waits for a pipe. Throws
/// TemplateError, which names the file and the line.
Node read_tree_file(const std::filesystem::path& file);

/// A folder whose files may name each other.
class ProjectFolder {
  public:
    explicit ProjectFolder(const std::filesystem::path& folder);

    /// Returns the path of a file or folder in this folder, or nullopt if there is none. Throws TemplateError
    /// if the path is absolute, or leads out of the folder by ".." or a link.
    std::optional<std::filesystem::path> find(const std::string& relative) const;

  private:
    std::filesystem::path folder_;
};

}  // namespace tailrace::server
