#include "server/template/serverless.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "server/template/append_declarations.hpp"
#include "server/template/cloudformation.hpp"
#include "server/template/gaps.hpp"
#include "server/template/node_maps.hpp"
#include "server/template/serverless_functions.hpp"
#include "server/template/serverless_seeds.hpp"
#include "server/template/serverless_variables.hpp"

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;

/// Sections that are read, or that only say how the framework itself works.
constexpr std::array<std::string_view, 19> known_sections = {
    "service",
    "provider",
    "functions",
    "resources",
    "layers",
    "custom",
    "plugins",
    "params",
    "stages",
    "package",
    "frameworkVersion",
    "configValidationMode",
    "deprecationNotificationMode",
    "unresolvedVariablesNotificationMode",
    "org",
    "app",
    "licenseKey",
    "useDotenv",
    "variablesResolutionMode",
};
/// Settings of the provider that are read, or that only concern the deployment.
constexpr std::array<std::string_view, 17> known_of_provider = {
    "name",
    "runtime",
    "stage",
    "region",
    "environment",
    "timeout",
    "memorySize",
    "layers",
    "profile",
    "stackName",
    "stackTags",
    "deploymentBucket",
    "deploymentMethod",
    "deploymentPrefix",
    "versionFunctions",
    "tags",
    "lambdaHashingVersion",
};

/// Reads one serverless.yml.
class ServerlessReader {
  public:
    ServerlessReader(const Node& root, const fs::path& file, StackSettings& settings)
        : root_(root),
          file_(file),
          settings_(settings),
          gaps_(file.string()),
          variables_(root, file.parent_path(), settings, gaps_),
          stack_(made_map(root.line)) {}

    Declarations read() {
        const Node name = variables_.member("service");
        service_.name = name.is_map() ? name.text_of("name") : name.text;
        service_.stage = variables_.stage();
        service_.provider = variables_.member("provider");
        note_others(root_, known_sections, "");
        note_others(service_.provider, known_of_provider, " of the provider");
        note_plugins();
        add_layers();
        add_functions();
        add_resources();
        Declarations declared = read_stack();
        std::erase_if(declared.functions, [this](const DeclaredFunction& each) { return is_source(each); });
        add_seeds(declared);
        Declarations own;
        own.gaps = gaps_.take();
        own.files = variables_.files();
        append_declarations(own, std::move(declared));
        return own;
    }

  private:
    void note_others(const Node& owner, std::span<const std::string_view> known, const std::string& of) {
        for (const auto& [name, value] : owner.members) {
            if (std::ranges::find(known, name) == known.end()) {
                gaps_.add(value.line, name + of + " has no effect here");
            }
        }
        const Node* const dotenv = owner.find("useDotenv");
        if (dotenv != nullptr && dotenv->text == "true") {
            gaps_.add(dotenv->line, ".env files are not read here; set the variables in the environment");
        }
    }

    /// Notes that plugins are not run. The seeds of the plugin serverless-dynamodb-local are read
    /// nevertheless.
    void note_plugins() {
        const Node plugins = variables_.member("plugins");
        const Node* const modules = plugins.find("modules");
        std::string names;
        for (const Node& each : modules == nullptr ? plugins.items : modules->items) {
            names.append(names.empty() ? "" : ", ").append(each.text);
        }
        if (!names.empty()) gaps_.add(root_.find("plugins")->line, "plugins are not run here: " + names);
    }

    /// Calls a function for each member of a section, which is a map or a list of maps.
    template <typename Function>
    void each_of(const Node& section, Function function) {
        for (const Node::Member& member : section.members) function(member);
        for (const Node& part : section.items) {
            for (const Node::Member& member : part.members) function(member);
        }
    }

    void add_layers() {
        Node& resources = member_of(stack_, "Resources");
        each_of(variables_.member("layers"),
                [&](const Node::Member& layer) { add_serverless_layer(layer, resources, gaps_); });
    }

    void add_functions() {
        Node& resources = member_of(stack_, "Resources");
        each_of(variables_.member("functions"), [&](const Node::Member& function) {
            if (function.second.kind == Node::Kind::null) return;
            add_serverless_function(service_, function, resources, gaps_);
        });
    }

    /// The file's resources are added to those that the framework makes, which `extensions` change.
    void add_resources() {
        each_of(variables_.member("resources"), [&](const Node::Member& member) {
            const auto& [name, section] = member;
            if (name != "extensions") {
                merge_maps(member_of(stack_, name), section);
                return;
            }
            Node& resources = member_of(stack_, "Resources");
            for (const auto& [resource, change] : section.members) {
                if (resources.find(resource) == nullptr) {
                    gaps_.add(change.line, "extensions of " + resource + ", which is not made here");
                } else {
                    merge_maps(member_of(resources, resource), change);
                }
            }
        });
    }

    Declarations read_stack() {
        Node& resources = member_of(stack_, "Resources");
        resources.kind = Node::Kind::map;
        const std::string& stack_name = service_.provider.text_of("stackName");
        StackSettings settings = settings_;
        settings.stack_name = stack_name.empty() ? service_.name + "-" + service_.stage : stack_name;
        Declarations declared = read_cloudformation(stack_, file_, settings);
        settings_.exports = std::move(settings.exports);
        settings_.declared_parameters = std::move(settings.declared_parameters);
        return declared;
    }

    /// The framework itself, or a plugin, compiles TypeScript. A function that has only its source would fail
    /// at each call.
    bool is_source(const DeclaredFunction& function) {
        const stream::FunctionDefinition& definition = function.definition;
        if (!definition.runtime.starts_with("nodejs")) return false;
        const fs::path module = fs::path(definition.handler).replace_extension();
        const auto is_there = [&](const char* extension) {
            std::error_code error;
            return fs::exists((fs::path(definition.folder) / module).concat(extension), error);
        };
        if (is_there(".js") || is_there(".mjs") || is_there(".cjs") || !is_there(".ts")) return false;
        gaps_.add(function.place.line, "the function " + definition.name + " does not run: " +
                                           module.string() + ".ts has to be compiled to JavaScript first");
        return true;
    }

    void add_seeds(Declarations& declared) {
        // The section may contain much that only plugins understand, so only what is needed is resolved.
        const Node* const custom = root_.find("custom");
        if (custom == nullptr) return;
        Node wanted = made_map(custom->line);
        const Node whole = custom->is_scalar() ? variables_.resolve(*custom) : Node();
        const Node& from = custom->is_scalar() ? whole : *custom;
        for (const char* section : {"dynamodb", "serverless-dynamodb"}) {
            if (const Node* const found = from.find(section)) {
                set_member(wanted, section, variables_.resolve(*found));
            }
        }
        add_serverless_seeds(wanted, variables_, declared, gaps_);
    }

    const Node& root_;
    const fs::path file_;
    StackSettings& settings_;
    Gaps gaps_;
    ServerlessVariables variables_;
    ServerlessService service_ = {};
    /// The CloudFormation template.
    Node stack_;
};

}  // namespace

Declarations read_serverless(const Node& root, const fs::path& file, StackSettings& settings) {
    try {
        return ServerlessReader(root, file, settings).read();
    } catch (const TemplateError& error) {
        throw error.in_file(file.string());
    }
}

}  // namespace tailrace::server
