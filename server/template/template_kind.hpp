#pragma once

#include <filesystem>

#include "server/template/declarations.hpp"
#include "server/template/node.hpp"
#include "server/template/stack_values.hpp"

namespace tailrace::server {

enum class TemplateKind { cloudformation, cloud_assembly, serverless, terraform, workbench_model };

/// Returns the file that --template means: the manifest.json of a folder, or the file itself. Throws
/// TemplateError for a folder without one, and for a program or another text that declares tables but is not
/// read; the message says what to give instead.
std::filesystem::path template_file(const std::filesystem::path& given);

/// Returns what a file is, by its name and content. Throws TemplateError if it is not of these kinds.
TemplateKind template_kind(const std::filesystem::path& file, const Node& root);

/// Reads a file or folder of any kind. Throws TemplateError, which names the file and the line.
Declarations read_template(const std::filesystem::path& given, StackSettings& settings);

}  // namespace tailrace::server
