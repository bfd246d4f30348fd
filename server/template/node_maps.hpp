#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "server/template/node.hpp"

namespace tailrace::server {

/// Returns a text, as if it were written in quotation marks.
inline Node made_text(std::string text, int line) {
    return {.kind = Node::Kind::scalar, .text = std::move(text), .is_quoted = true, .line = line};
}

inline Node made_map(int line) {
    return {.kind = Node::Kind::map, .line = line};
}

/// Returns a member, which is null if it was not there before.
Node& member_of(Node& map, std::string_view name);

/// Sets a member, or adds it.
void set_member(Node& map, std::string_view name, Node value);

/// Adds the members of a map to another. Maps that both have are merged, too; for other values the later one
/// counts.
void merge_maps(Node& to, const Node& from);

}  // namespace tailrace::server
