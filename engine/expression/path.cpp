#include "engine/expression/path.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <unordered_set>

namespace tailrace::expression {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// The paths added so far, as a tree of their steps. Paths are numbered in the order in which they are added.
/// Each node keeps the numbers of four paths: the first path that ends at the node, the first that reaches
/// the node at all, the first that continues from the node by name, and the first that continues by index. So
/// a path is compared with all others in time proportional to its own steps.
class PathTree {
  public:
    struct Clashes {
        std::size_t overlap = none;
        std::size_t conflict = none;
    };

    /// Adds a path, whose number must be higher than those of the paths before it. Returns the first earlier
    /// path that it overlaps and the first that it conflicts with.
    Clashes add(const Path& path, std::size_t number) {
        Clashes found;
        Node* node = &root_;
        for (std::size_t i = 0; i < path.size(); ++i) {
            const Path::Step& step = path.steps()[i];
            found.conflict = std::min(found.conflict, node->first_by_kind[1 - step.index()]);
            note(node->first_by_kind[step.index()], number);
            node = &node->next[step];
            const bool is_last = i + 1 == path.size();
            found.overlap = std::min(found.overlap, is_last ? node->first_reaching : node->first_ending);
            note(node->first_reaching, number);
        }
        note(node->first_ending, number);
        return found;
    }

  private:
    struct Node {
        std::map<Path::Step, Node> next;
        std::size_t first_ending = none;
        std::size_t first_reaching = none;
        std::array<std::size_t, 2> first_by_kind = {none, none};
    };

    static void note(std::size_t& first, std::size_t number) {
        if (first == none) first = number;
    }

    Node root_;
};

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
    if (paths.size() < 2) return conflict;
    PathTree tree;
    for (std::size_t later = 0; later < paths.size(); ++later) {
        const PathTree::Clashes found = tree.add(paths[later], later);
        if (found.overlap != none) return PathClash{"overlap", paths[found.overlap], paths[later]};
        if (found.conflict != none && !conflict) {
            conflict.emplace(PathClash{"conflict", paths[found.conflict], paths[later]});
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
