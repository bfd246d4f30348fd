#include "server/template/node_maps.hpp"

#include <algorithm>

namespace tailrace::server {

Node& member_of(Node& map, std::string_view name) {
    const auto found = std::ranges::find(map.members, name, &Node::Member::first);
    if (found != map.members.end()) return found->second;
    map.kind = Node::Kind::map;
    return map.members.emplace_back(std::string(name), Node{.line = map.line}).second;
}

void set_member(Node& map, std::string_view name, Node value) {
    member_of(map, name) = std::move(value);
}

void merge_maps(Node& to, const Node& from) {
    for (const auto& [name, value] : from.members) {
        Node& own = member_of(to, name);
        if (own.is_map() && value.is_map() && own.tag.empty() && value.tag.empty()) {
            merge_maps(own, value);
        } else {
            own = value;
        }
    }
}

}  // namespace tailrace::server
