#include "engine/expression/path.hpp"

#include <algorithm>
#include <unordered_set>

namespace tailrace::expression {
namespace {

enum class Relation { disjoint, overlap, conflict };

Relation relation(const Path& a, const Path& b) {
    const std::size_t shared = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < shared; ++i) {
        if (a.steps()[i].index() != b.steps()[i].index()) return Relation::conflict;
        if (a.steps()[i] != b.steps()[i]) return Relation::disjoint;
    }
    return Relation::overlap;
}

}  // namespace

const AttributeValue* step_into(const AttributeValue& value, const Path::Step& step) {
    if (const auto* name = std::get_if<std::string>(&step)) {
        const auto* map = value.get_if<AttributeMap>();
        return map != nullptr ? map->find(*name) : nullptr;
    }
    const auto* list = value.get_if<AttributeList>();
    const std::size_t index = std::get<std::uint32_t>(step);
    return list != nullptr && index < list->size() ? &(*list)[index] : nullptr;
}

const AttributeValue* Path::find(const AttributeMap& item) const {
    return find(item, steps_.size());
}

const AttributeValue* Path::find(const AttributeMap& item, std::size_t count) const {
    const AttributeValue* value = item.find(attribute());
    for (std::size_t i = 1; i < count && value != nullptr; ++i) value = step_into(*value, steps_[i]);
    return value;
}

std::string Path::text() const {
    std::string out = "[";
    for (const Step& step : steps_) {
        if (out.size() > 1) out.append(", ");
        if (const auto* name = std::get_if<std::string>(&step)) {
            out.append(*name);
        } else {
            out.append("[").append(std::to_string(std::get<std::uint32_t>(step))).append("]");
        }
    }
    return out.append("]");
}

std::string PathClash::text(const char* verb, const Path& one, const Path& two) {
    return std::string("Two document paths ") + verb +
           " with each other; must remove or rewrite one of these paths; path one: " + one.text() +
           ", path two: " + two.text();
}

std::optional<PathClash> find_clash(const std::vector<Path>& paths) {
    std::optional<PathClash> conflict;
    for (std::size_t later = 1; later < paths.size(); ++later) {
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            const Relation found = relation(paths[earlier], paths[later]);
            if (found == Relation::overlap) return PathClash{"overlap", paths[earlier], paths[later]};
            if (found == Relation::conflict && !conflict) {
                conflict.emplace(PathClash{"conflict", paths[earlier], paths[later]});
            }
        }
    }
    return conflict;
}

void require_disjoint(const std::vector<Path>& paths, ExpressionKind kind) {
    const auto clash = find_clash(paths);
    if (clash) reject(kind, PathClash::text(clash->verb, clash->earlier, clash->later));
}

std::vector<std::string> distinct_attributes(const std::vector<const Path*>& paths) {
    std::vector<std::string> names;
    std::unordered_set<std::string_view> seen;
    for (const Path* each : paths) {
        if (seen.insert(each->attribute()).second) names.push_back(each->attribute());
    }
    return names;
}

}  // namespace tailrace::expression
