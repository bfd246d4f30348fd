#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailrace::server {

/// Why a file cannot be read. The message begins with the line, "line 3: …", or with the file and the line,
/// "template.yaml:3: …", if they are known.
class TemplateError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
    TemplateError(int line, const std::string& message);

    /// Returns the same error with the file's name in front of the line.
    TemplateError in_file(const std::string& file) const;
};

/// A value in a YAML or JSON text. Aliases are replaced by copies, and merge keys (`<<`) by the members that
/// they bring.
struct Node {
    enum class Kind { null, scalar, list, map };
    using Member = std::pair<std::string, Node>;

    Kind kind = Kind::null;
    /// A scalar as it is written, without quotation marks and escapes.
    std::string text = {};
    /// A scalar in quotation marks and a block scalar are texts. A plain scalar may also be a number or true.
    bool is_quoted = false;
    /// "!Ref", "!GetAtt" and so on; empty if there is none or if it is one of YAML's own.
    std::string tag = {};
    std::vector<Node> items = {};      // a list's
    std::vector<Member> members = {};  // a map's, in the order of the text, those of merge keys last
    /// From 1. A map's member has its key's line.
    int line = 0;

    bool is_map() const { return kind == Kind::map; }
    bool is_list() const { return kind == Kind::list; }
    bool is_scalar() const { return kind == Kind::scalar; }
    /// Returns null if this is not a map or has no such member.
    const Node* find(std::string_view name) const;
    /// Returns the text of a member that is a scalar, or an empty text.
    const std::string& text_of(std::string_view name) const;
    /// Returns the elements of a member that is a list, or none.
    const std::vector<Node>& items_of(std::string_view name) const;
    /// Returns true for null, an empty text, an empty list and an empty map.
    bool is_empty() const { return text.empty() && items.empty() && members.empty(); }
};

/// The limits of a text. Copies that aliases ask for are counted as if they were written out.
struct NodeLimits {
    static constexpr std::size_t text_bytes = 8'000'000;
    static constexpr std::size_t depth = 64;
    static constexpr std::size_t nodes = 200'000;
    static constexpr std::size_t expanded_bytes = 2 * text_bytes;
};

/// Reads one document. An empty text is null. Throws TemplateError, including for a second key of the same
/// name.
Node read_yaml(std::string_view text);
Node read_json(std::string_view text);

/// Reads a file's text as JSON if the file's name ends with .json, as YAML if it ends with .yaml or .yml, and
/// otherwise as JSON if the text begins with { or [. Throws TemplateError.
Node read_tree(std::string_view file_name, std::string_view text);

/// A plain scalar is true, false, null or a number if it is written as one in JSON's way; True and TRUE are
/// true, too. Everything else is a text: yes, no, dates, 0x10, 1_000 and 0123. Throws TemplateError if a
/// value has a tag.
boost::json::value to_json(const Node& node);

}  // namespace tailrace::server
