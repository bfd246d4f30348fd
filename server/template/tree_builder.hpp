#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/template/node.hpp"

namespace tailrace::server {

/// Makes a tree of what a parser reports, in the order of the text, and keeps it within NodeLimits. In a map,
/// a key is added as a scalar before its value. All functions throw TemplateError.
class TreeBuilder {
  public:
    /// Adds a scalar or null. `anchor` is empty if it has none.
    void add(Node node, const std::string& anchor = {});
    /// Begins a list or a map, which ends with close().
    void open(Node node, std::string anchor = {});
    void close();
    void add_copy(const std::string& anchor, int line);
    /// Returns the tree; null if nothing was added.
    Node take() { return std::move(root_); }

  private:
    struct Size {
        std::size_t nodes = 0;
        std::size_t bytes = 0;
        std::size_t height = 0;
    };
    struct Anchored {
        Node node;
        Size size;
    };
    /// A list or a map that is not closed yet.
    struct Open {
        Node node;
        std::string anchor;
        std::optional<Node> key = {};
        std::set<std::string> names = {};
        std::vector<Node> merged = {};  // the values of merge keys
    };

    static Size size_of(const Node& node);
    static void merge(Open& map);
    static void add_key(Open& map, Node key);
    static void add_member(Open& map, Node value);
    void count(const Size& size, int line);
    void place(Node node);
    void keep(const Node& node, const std::string& anchor);

    std::vector<Open> open_;
    std::map<std::string, Anchored> anchored_;
    Node root_;
    std::size_t nodes_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace tailrace::server
