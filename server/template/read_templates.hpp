#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "server/template/declarations.hpp"

namespace tailrace::server {

/// What the command line says about templates.
struct TemplateOptions {
    /// Files, or folders of a cloud assembly, in the order in which they are read.
    std::vector<std::string> files = {};
    /// Values for parameters of CloudFormation, by name.
    std::map<std::string, std::string, std::less<>> parameters = {};
    /// True if changes of the files take effect while the server runs.
    bool watches = false;
    /// True if tables may be removed, or re-created without their items.
    bool may_drop = false;

    bool is_on() const { return !files.empty(); }
};

/// The region and the account in the ARNs of what a template declares.
struct TemplateScope {
    std::string region;
    std::string account_id;
};

/// Reads all templates. Throws TemplateError for a file that cannot be read, two tables with one name, and a
/// value for a parameter that no template has.
Declarations read_templates(const TemplateOptions& options, const TemplateScope& scope);

}  // namespace tailrace::server
