#include <boost/json.hpp>
#include <optional>
#include <string>

#include "server/template/node.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace tailrace::fuzz {
namespace {

using server::Node;

std::optional<Node> read(Node (*reader)(std::string_view), std::string_view text) {
    try {
        return reader(text);
    } catch (const server::TemplateError& error) {
        require(std::string_view(error.what()).starts_with("line "), "a fault has a line");
        return std::nullopt;
    }
}

/// Returns nullopt if the tree has a tag that only a template's reader understands.
std::optional<std::string> written(const Node& node) {
    try {
        return boost::json::serialize(server::to_json(node));
    } catch (const server::TemplateError&) {
        return std::nullopt;
    }
}

void check(const Node& node) {
    const auto text = written(node);
    // A key in YAML may contain any bytes that its escapes can write, and so may a text.
    const auto again = text ? read(server::read_json, *text) : std::nullopt;
    if (again) require(written(*again) == text, "a tree reads back from its JSON");
}

}  // namespace

/// A text, which is read as YAML and as JSON.
bool run_tree(std::string_view input) {
    const auto yaml = read(server::read_yaml, input);
    const auto json = read(server::read_json, input);
    if (yaml) check(*yaml);
    if (json) check(*json);
    return yaml || json;
}

}  // namespace tailrace::fuzz
