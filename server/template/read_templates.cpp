#include "server/template/read_templates.hpp"

#include <set>
#include <utility>

#include "server/template/append_declarations.hpp"
#include "server/template/node.hpp"
#include "server/template/template_kind.hpp"

namespace tailrace::server {
namespace {

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
        append_declarations(all, read_template(name, settings));
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
