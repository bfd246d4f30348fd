#pragma once

#include <filesystem>

#include "server/template/declarations.hpp"
#include "server/template/node.hpp"

namespace tailrace::server {

/// Reads a data model that NoSQL Workbench has exported: its tables with their sample data. Throws
/// TemplateError. Source: "Data model example" and "Importing an existing data model" in the chapter on NoSQL
/// Workbench of DynamoDB's developer guide, and models in public repositories.
Declarations read_workbench_model(const Node& root, const std::filesystem::path& file);

}  // namespace tailrace::server
