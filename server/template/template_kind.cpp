#include "server/template/template_kind.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "server/template/cloud_assembly.hpp"
#include "server/template/cloudformation.hpp"
#include "server/template/project_folder.hpp"
#include "server/template/serverless.hpp"
#include "server/template/terraform.hpp"
#include "server/template/workbench_model.hpp"

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;

/// Files that declare tables in another way, and what to give instead.
struct Instead {
    std::string_view extension;
    std::string_view text;
};
constexpr std::string_view program =
    "is a program, which is not run here; give what it makes: the folder of cdk synth, or the output of "
    "serverless print";
constexpr std::array<Instead, 8> instead_of = {{
    {".tf", "is in Terraform's own language, which is not read; give the output of terraform show -json"},
    {".tfstate", "is not read, because its form may change; give the output of terraform show -json"},
    {".js", program},
    {".cjs", program},
    {".mjs", program},
    {".ts", program},
    {".py", program},
    {".toml", "is not a template; give the template that it configures"},
}};

bool has(const Node& root, std::string_view name) {
    return root.find(name) != nullptr;
}

Declarations read_template_file(const fs::path& file, StackSettings& settings) {
    const Node root = read_tree_file(file);
    switch (template_kind(file, root)) {
        case TemplateKind::cloud_assembly:
            return read_cloud_assembly(file, settings);
        case TemplateKind::serverless:
            return read_serverless(root, file, settings);
        case TemplateKind::terraform:
            return read_terraform(root, file);
        case TemplateKind::workbench_model:
            return read_workbench_model(root, file);
        case TemplateKind::cloudformation:
            break;
    }
    return read_cloudformation(root, file, settings);
}

}  // namespace

fs::path template_file(const fs::path& given) {
    std::error_code error;
    if (fs::is_directory(given, error)) {
        fs::path manifest = given / "manifest.json";
        if (fs::exists(manifest, error)) return manifest;
        throw TemplateError("'" + given.string() +
                            "' is a folder without manifest.json; give a file, or the "
                            "folder that cdk synth writes");
    }
    const std::string extension = given.extension().string();
    const auto found = std::ranges::find(instead_of, extension, &Instead::extension);
    if (found != instead_of.end()) {
        throw TemplateError("'" + given.string() + "' " + std::string(found->text));
    }
    return given;
}

TemplateKind template_kind(const fs::path& file, const Node& root) {
    if (has(root, "Resources")) return TemplateKind::cloudformation;
    if (has(root, "DataModel")) return TemplateKind::workbench_model;
    if (has(root, "terraform_version")) return TemplateKind::terraform;
    if (has(root, "artifacts")) return TemplateKind::cloud_assembly;
    if (has(root, "provider") && has(root, "service")) return TemplateKind::serverless;
    throw TemplateError(
        file.string() +
        ": it has to be a template of CloudFormation or SAM (with Resources), a serverless.yml "
        "(service and provider), the manifest of a cloud assembly (artifacts), the output of "
        "terraform show -json (terraform_version) or a model of NoSQL Workbench (DataModel)");
}

Declarations read_template(const fs::path& given, StackSettings& settings) {
    const fs::path file = template_file(given);
    Declarations declared = read_template_file(file, settings);
    if (file != given) declared.files.push_back(file.string());
    return declared;
}

}  // namespace tailrace::server
