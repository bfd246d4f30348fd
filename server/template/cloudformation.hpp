#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "server/template/declarations.hpp"
#include "server/template/node.hpp"
#include "server/template/stack_values.hpp"

namespace tailrace::server {

/// Reads a CloudFormation or SAM template. `file` is where it is, for its paths and for messages. Adds what
/// it exports to `settings`, for templates that are read later. Resources of other types are named as gaps.
/// Throws TemplateError, which names the file and the line.
Declarations read_cloudformation(const Node& root, const std::filesystem::path& file,
                                 StackSettings& settings);

}  // namespace tailrace::server
