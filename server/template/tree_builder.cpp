#include "server/template/tree_builder.hpp"

#include <algorithm>
#include <utility>

namespace tailrace::server {
namespace {

bool is_merge_key(const Node& key) {
    return !key.is_quoted && key.text == "<<";
}

/// The maps that a merge key names: one, or a list of them.
std::vector<Node> merged_maps(Node value) {
    const int line = value.line;
    std::vector<Node> maps;
    if (value.is_list()) {
        maps = std::move(value.items);
    } else {
        maps.push_back(std::move(value));
    }
    if (!std::ranges::all_of(maps, &Node::is_map)) {
        throw TemplateError(line, "<< takes a map or a list of maps");
    }
    return maps;
}

}  // namespace

TreeBuilder::Size TreeBuilder::size_of(const Node& node) {
    Size size{.nodes = 1, .bytes = node.text.size(), .height = 0};
    const auto add = [&size](const Node& inner) {
        const Size more = size_of(inner);
        size.nodes += more.nodes;
        size.bytes += more.bytes;
        size.height = std::max(size.height, more.height);
    };
    for (const Node& each : node.items) add(each);
    for (const auto& [name, value] : node.members) {
        size.bytes += name.size();
        add(value);
    }
    if (node.is_list() || node.is_map()) ++size.height;
    return size;
}

void TreeBuilder::count(const Size& size, int line) {
    nodes_ += size.nodes;
    bytes_ += size.bytes;
    const char* what = nullptr;
    if (open_.size() + size.height > NodeLimits::depth) what = "64 levels of lists and maps";
    if (nodes_ > NodeLimits::nodes) what = "200,000 values";
    if (bytes_ > NodeLimits::expanded_bytes) what = "16 MB";
    if (what) throw TemplateError(line, std::string("more than ") + what + ", with the copies of aliases");
}

void TreeBuilder::add(Node node, const std::string& anchor) {
    count({.nodes = 1, .bytes = node.text.size(), .height = 0}, node.line);
    keep(node, anchor);
    place(std::move(node));
}

void TreeBuilder::open(Node node, std::string anchor) {
    count({.nodes = 1, .bytes = 0, .height = 1}, node.line);
    const bool is_key = !open_.empty() && open_.back().node.is_map() && !open_.back().key;
    if (is_key) throw TemplateError(node.line, "a key is a text, not a list or a map");
    open_.push_back({.node = std::move(node), .anchor = std::move(anchor)});
}

void TreeBuilder::close() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    merge(closed);
    keep(closed.node, closed.anchor);
    place(std::move(closed.node));
}

void TreeBuilder::add_copy(const std::string& anchor, int line) {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) throw TemplateError(line, "nothing before *" + anchor + " has that name");
    count(found->second.size, line);
    Node copy = found->second.node;
    copy.line = line;
    place(std::move(copy));
}

/// The copy that is kept for an anchor counts, too. Otherwise anchors within anchors could multiply the
/// memory that a text takes.
void TreeBuilder::keep(const Node& node, const std::string& anchor) {
    if (anchor.empty()) return;
    const Size size = size_of(node);
    count(size, node.line);
    anchored_.insert_or_assign(anchor, Anchored{node, size});
}

void TreeBuilder::place(Node node) {
    if (open_.empty()) {
        root_ = std::move(node);
    } else if (Open& in = open_.back(); in.node.is_list()) {
        in.node.items.push_back(std::move(node));
    } else if (!in.key) {
        add_key(in, std::move(node));
    } else {
        add_member(in, std::move(node));
    }
}

void TreeBuilder::add_key(Open& map, Node key) {
    if (key.is_list() || key.is_map() || !key.tag.empty()) {
        throw TemplateError(key.line, "a key is a text, without a tag");
    }
    if (!is_merge_key(key) && !map.names.insert(key.text).second) {
        throw TemplateError(key.line, "the key " + key.text + " is there twice");
    }
    map.key = std::move(key);
}

void TreeBuilder::add_member(Open& map, Node value) {
    value.line = map.key->line;
    if (is_merge_key(*map.key)) {
        for (Node& each : merged_maps(std::move(value))) map.merged.push_back(std::move(each));
    } else {
        map.node.members.emplace_back(std::move(map.key->text), std::move(value));
    }
    map.key.reset();
}

/// A map's own members come before merged ones, and earlier merged ones before later ones.
void TreeBuilder::merge(Open& map) {
    for (Node& from : map.merged) {
        for (Node::Member& each : from.members) {
            if (map.names.insert(each.first).second) map.node.members.push_back(std::move(each));
        }
    }
}

}  // namespace tailrace::server
