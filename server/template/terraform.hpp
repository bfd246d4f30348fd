#pragma once

#include <filesystem>

#include "server/template/declarations.hpp"
#include "server/template/node.hpp"

namespace tailrace::server {

/// Reads what `terraform show -json` prints of a state or a plan: tables with their items, functions, layers
/// and event source mappings, of all modules. `file` is where it is: relative paths of code begin in its
/// folder. Other resources become gaps. Throws TemplateError. Source: "JSON Output Format" of Terraform, and
/// the resources' documentation in its provider for AWS.
Declarations read_terraform(const Node& root, const std::filesystem::path& file);

}  // namespace tailrace::server
