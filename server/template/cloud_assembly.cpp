#include "server/template/cloud_assembly.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "server/template/append_declarations.hpp"
#include "server/template/cloudformation.hpp"
#include "server/template/node.hpp"
#include "server/template/project_folder.hpp"

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;

/// Stages may contain stages. Real projects do not nest them this deep.
constexpr int max_assembly_depth = 16;
/// Each may depend on the one before it.
constexpr std::size_t max_artifacts = 5'000;

/// Reads one assembly: the outer one, or that of a stage.
class AssemblyReader {
  public:
    AssemblyReader(const fs::path& manifest, StackSettings& settings, int depth)
        : manifest_(manifest),
          folder_(manifest.parent_path()),
          root_(read_tree_file(manifest)),
          settings_(settings),
          depth_(depth) {}

    Declarations read() {
        const Node* const artifacts = root_.find("artifacts");
        if (artifacts == nullptr || !artifacts->is_map()) {
            throw TemplateError(manifest_.string() +
                                ": there are no artifacts in it; it has to be the "
                                "manifest of a cloud assembly, which cdk synth writes");
        }
        if (artifacts->members.size() > max_artifacts) {
            throw TemplateError(manifest_.string() + ": more than 5,000 artifacts");
        }
        for (const auto& [name, artifact] : artifacts->members) read(name, *artifacts);
        return std::move(declared_);
    }

  private:
    /// Reads an artifact after those that it depends on, whose exports it may import.
    void read(const std::string& name, const Node& artifacts) {
        const Node* const artifact = artifacts.find(name);
        if (artifact == nullptr || !seen_.insert(name).second) return;
        for (const Node& each : artifact->items_of("dependencies")) read(each.text, artifacts);
        const Node* const properties = artifact->find("properties");
        const std::string& type = artifact->text_of("type");
        try {
            if (type == "aws:cloudformation:stack" && properties != nullptr) {
                read_stack(name, *properties);
            } else if (type == "cdk:cloud-assembly" && properties != nullptr) {
                read_stage(*properties);
            }
        } catch (const TemplateError& error) {
            const std::string_view message = error.what();
            const bool has_place = message.starts_with(folder_.string());
            throw has_place ? error : TemplateError(artifact->line, error.what()).in_file(manifest_.string());
        }
    }

    void read_stack(const std::string& name, const Node& properties) {
        const fs::path file = template_of(properties.text_of("templateFile"));
        const std::string& stack_name = properties.text_of("stackName");
        StackSettings settings = settings_;
        settings.stack_name = stack_name.empty() ? name : stack_name;
        if (const Node* const parameters = properties.find("parameters")) {
            for (const auto& [key, value] : parameters->members) settings.parameters.emplace(key, value.text);
        }
        append_declarations(declared_, read_cloudformation(read_tree_file(file), file, settings));
        settings_.exports = std::move(settings.exports);
        settings_.declared_parameters = std::move(settings.declared_parameters);
        declared_.files.push_back(file.string());
    }

    /// A stack's template must be in the manifest's folder.
    fs::path template_of(const std::string& name) const {
        if (!ProjectFolder(folder_).find(name)) {
            throw TemplateError("there is no file '" + (folder_ / name).string() + "'");
        }
        return folder_ / name;
    }

    void read_stage(const Node& properties) {
        if (depth_ == max_assembly_depth) throw TemplateError("more than 16 levels of stages");
        const fs::path manifest = template_of(properties.text_of("directoryName")) / "manifest.json";
        append_declarations(declared_, AssemblyReader(manifest, settings_, depth_ + 1).read());
        declared_.files.push_back(manifest.string());
    }

    const fs::path manifest_;
    const fs::path folder_;
    const Node root_;
    StackSettings& settings_;
    const int depth_;
    std::set<std::string, std::less<>> seen_;
    Declarations declared_;
};

}  // namespace

Declarations read_cloud_assembly(const fs::path& manifest, StackSettings& settings) {
    return AssemblyReader(manifest.has_parent_path() ? manifest : "." / manifest, settings, 1).read();
}

}  // namespace tailrace::server
