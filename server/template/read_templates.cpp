#include "server/template/read_templates.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <utility>

#include "server/template/cloudformation.hpp"
#include "server/template/node.hpp"

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;

/// Reads at most one byte more than a template may have, so that a device that never ends is refused, too.
std::string text_of_file(const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) throw TemplateError("there is no file '" + file.string() + "'");
    std::ifstream in(file, std::ios::binary);
    std::string text(NodeLimits::text_bytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad() || !in.eof()) {
        throw TemplateError("'" + file.string() + "' cannot be read, or has more than " +
                            std::to_string(NodeLimits::text_bytes) + " bytes");
    }
    return text;
}

template <typename Element>
void move_to(std::vector<Element>& from, std::vector<Element>& to) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
}

/// Refuses a second table or function with the name of another.
template <typename Elements, typename NameOf>
void refuse_doubles(const Elements& elements, const char* kind, NameOf name_of) {
    std::map<std::string, Place, std::less<>> known;
    for (const auto& each : elements) {
        const auto [first, is_new] = known.emplace(name_of(each), each.place);
        if (is_new) continue;
        throw TemplateError(each.place.text() + ": the " + kind + " " + first->first + " is declared at " +
                            first->second.text() + ", too");
    }
}

void refuse_unknown_parameters(const TemplateOptions& options, const StackSettings& settings) {
    for (const auto& [name, value] : options.parameters) {
        if (settings.declared_parameters.contains(name)) continue;
        throw TemplateError("--parameter " + name + ": no template has a parameter '" + name + "'");
    }
}

}  // namespace

Declarations read_templates(const TemplateOptions& options, const TemplateScope& scope) {
    StackSettings settings{
        .region = scope.region, .account_id = scope.account_id, .parameters = options.parameters};
    Declarations all;
    for (const std::string& name : options.files) {
        const fs::path file(name);
        Node root;
        const std::string text = text_of_file(file);
        try {
            root = read_tree(name, text);
        } catch (const TemplateError& error) {
            throw error.in_file(name);
        }
        Declarations one = read_cloudformation(root, file, settings);
        move_to(one.tables, all.tables);
        move_to(one.functions, all.functions);
        move_to(one.mappings, all.mappings);
        move_to(one.gaps, all.gaps);
        move_to(one.files, all.files);
    }
    refuse_unknown_parameters(options, settings);
    refuse_doubles(all.tables, "table", [](const DeclaredTable& each) { return each.name(); });
    refuse_doubles(all.functions, "function",
                   [](const DeclaredFunction& each) { return each.definition.name; });
    refuse_doubles(all.mappings, "event source mapping",
                   [](const DeclaredMapping& each) { return each.name(); });
    return all;
}

}  // namespace tailrace::server
