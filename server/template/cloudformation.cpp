#include "server/template/cloudformation.hpp"

#include <utility>

#include "server/template/function_resources.hpp"
#include "server/template/table_resources.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// The resources of a type that has no effect here.
struct OtherResources {
    int first_line;
    std::string names;
};
using OtherTypes = std::map<std::string, OtherResources, std::less<>>;

void note(OtherTypes& others, const std::string& type, const std::string& name, int line) {
    const auto [place, is_new] = others.try_emplace(type, OtherResources{line, {}});
    place->second.names.append(is_new ? "" : ", ").append(name);
}

/// Returns Globals.KIND of a SAM template.
json::object globals_of(const Node& root, const char* kind, StackValues& values) {
    const Node* const globals = root.find("Globals");
    const Node* const found = globals == nullptr ? nullptr : globals->find(kind);
    json::value resolved = found == nullptr ? json::value() : values.resolve(*found);
    return resolved.is_object() ? std::move(resolved.get_object()) : json::object();
}

void read_resources(const Node& resources, StackValues& values, FunctionResources& functions,
                    Declarations& into) {
    for (const auto& [name, resource] : resources.members) {
        if (resource.is_map() && values.exists(resource)) functions.read_layer(name, resource);
    }
    OtherTypes others;
    for (const auto& [name, resource] : resources.members) {
        const Node* const type = resource.find("Type");
        if (type == nullptr) throw TemplateError(resource.line, "the resource " + name + " has no Type");
        if (!values.exists(resource)) continue;
        if (is_table_type(type->text)) {
            into.tables.push_back(read_table_resource(name, resource, values));
        } else if (FunctionResources::is_known(type->text)) {
            functions.read(name, resource, into);
        } else {
            note(others, type->text, name, resource.line);
        }
    }
    for (const auto& [type, found] : others) {
        values.gaps().add(found.first_line, type + " is not made here: " + found.names);
    }
}

}  // namespace

Declarations read_cloudformation(const Node& root, const std::filesystem::path& file,
                                 StackSettings& settings) {
    Gaps gaps(file.string());
    Declarations declared;
    const Node* const resources = root.find("Resources");
    if (resources == nullptr) throw TemplateError(file.string() + ": there is no section Resources");
    if (const Node* const parameters = root.find("Parameters")) {
        for (const auto& [name, parameter] : parameters->members) settings.declared_parameters.insert(name);
    }
    try {
        StackValues values(root, settings, gaps);
        FunctionResources functions(values, file.parent_path(), globals_of(root, "Function", values));
        read_resources(*resources, values, functions, declared);
        settings.exports.merge(values.exports());
    } catch (const TemplateError& error) {
        throw error.in_file(file.string());
    }
    declared.gaps = gaps.take();
    return declared;
}

}  // namespace tailrace::server
