#include "engine/expression/projection.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "engine/expression/binding.hpp"
#include "engine/expression/syntax.hpp"

namespace tailrace::expression {
namespace {

using Paths = std::span<const Path>;

/// Takes from the front of `paths` those that share the first one's step at `depth`.
Paths take_group(Paths& paths, std::size_t depth) {
    std::size_t count = 1;
    while (count < paths.size() && paths[count].steps()[depth] == paths.front().steps()[depth]) ++count;
    const Paths group = paths.first(count);
    paths = paths.subspan(count);
    return group;
}

/// The selected parts of `value`. The first `depth` steps of all paths lead to it.
std::optional<AttributeValue> select(const AttributeValue& value, Paths paths, std::size_t depth) {
    if (paths.front().size() == depth) return value;
    AttributeMap map;
    AttributeList list;
    while (!paths.empty()) {
        const Paths group = take_group(paths, depth);
        const Path::Step& step = group.front().steps()[depth];
        const AttributeValue* member = step_into(value, step);
        if (member == nullptr) continue;
        auto selected = select(*member, group, depth + 1);
        if (!selected) continue;
        if (const auto* name = std::get_if<std::string>(&step)) {
            map.set(*name, std::move(*selected));
        } else {
            list.push_back(std::move(*selected));
        }
    }
    if (!map.empty()) return map;
    if (!list.empty()) return list;
    return std::nullopt;
}

}  // namespace

Projection::Projection(std::vector<Path> paths) : paths_(std::move(paths)), sorted_(paths_) {
    std::sort(sorted_.begin(), sorted_.end(),
              [](const Path& a, const Path& b) { return a.steps() < b.steps(); });
}

Projection Projection::parse(std::string_view text, Placeholders& placeholders) {
    const std::vector<PathSyntax> written = parse_projection(text);
    Binding binding(ExpressionKind::projection, placeholders);
    for (const PathSyntax& each : written) binding.require_allowed_names(each);
    std::vector<Path> paths;
    paths.reserve(written.size());
    for (const PathSyntax& each : written) paths.push_back(binding.path(each));
    require_disjoint(paths, ExpressionKind::projection);
    return Projection(std::move(paths));
}

AttributeMap Projection::apply(const AttributeMap& item) const {
    AttributeMap result;
    Paths paths = sorted_;
    while (!paths.empty()) {
        const Paths group = take_group(paths, 0);
        const AttributeValue* value = item.find(group.front().attribute());
        if (value == nullptr) continue;
        if (auto selected = select(*value, group, 1)) {
            result.set(group.front().attribute(), std::move(*selected));
        }
    }
    return result;
}

std::vector<std::string> Projection::attribute_names() const {
    std::vector<const Path*> all;
    for (const Path& each : paths_) all.push_back(&each);
    return distinct_attributes(all);
}

std::vector<std::string> Projection::nested_attribute_names() const {
    std::vector<const Path*> nested;
    for (const Path& each : paths_) {
        if (each.is_nested()) nested.push_back(&each);
    }
    return distinct_attributes(nested);
}

}  // namespace tailrace::expression
