#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <string>
#include <utility>

#include "server/template/node.hpp"
#include "server/template/tree_builder.hpp"

namespace tailrace::server {
namespace {

using boost::json::error_code;

/// What Boost.JSON's parser reports, as nodes. A text or a number may come in parts.
class JsonEvents {
  public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    int line = 1;
    TreeBuilder tree = {};

    static bool on_document_begin(error_code&) { return true; }
    static bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return open(Node::Kind::map); }
    bool on_object_end(std::size_t, error_code&) { return close(); }
    bool on_array_begin(error_code&) { return open(Node::Kind::list); }
    bool on_array_end(std::size_t, error_code&) { return close(); }
    bool on_key_part(std::string_view part, std::size_t, error_code&) { return add_part(part); }
    bool on_key(std::string_view part, std::size_t, error_code&) { return add(part, true); }
    bool on_string_part(std::string_view part, std::size_t, error_code&) { return add_part(part); }
    bool on_string(std::string_view part, std::size_t, error_code&) { return add(part, true); }
    bool on_number_part(std::string_view part, error_code&) { return add_part(part); }
    bool on_int64(std::int64_t, std::string_view part, error_code&) { return add(part, false); }
    bool on_uint64(std::uint64_t, std::string_view part, error_code&) { return add(part, false); }
    bool on_double(double, std::string_view part, error_code&) { return add(part, false); }
    bool on_bool(bool value, error_code&) { return add(value ? "true" : "false", false); }
    bool on_null(error_code&) {
        tree.add({.kind = Node::Kind::null, .line = line});
        return true;
    }
    static bool on_comment_part(std::string_view, error_code&) { return true; }
    static bool on_comment(std::string_view, error_code&) { return true; }

  private:
    bool open(Node::Kind kind) {
        tree.open({.kind = kind, .line = line});
        return true;
    }
    bool close() {
        tree.close();
        return true;
    }
    bool add_part(std::string_view part) {
        text_ += part;
        return true;
    }
    bool add(std::string_view last_part, bool is_quoted) {
        text_ += last_part;
        tree.add({.kind = Node::Kind::scalar,
                  .text = std::exchange(text_, {}),
                  .is_quoted = is_quoted,
                  .line = line});
        return true;
    }

    std::string text_;
};

}  // namespace

/// The parser does not say where it is, so it is given one line at a time. In JSON, a text, a number, true,
/// false or null is always within one line.
Node read_json(std::string_view text) {
    if (text.size() > NodeLimits::text_bytes) throw TemplateError("more than 8 MB of text");
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    boost::json::parse_options options;
    options.max_depth = NodeLimits::depth + 1;  // The builder has a message for too many levels.
    boost::json::basic_parser<JsonEvents> parser(options);
    JsonEvents& events = parser.handler();
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return {.line = 1};
    while (true) {
        const std::string_view rest = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        text.remove_prefix(rest.size());
        error_code error;
        const std::size_t read = parser.write_some(!text.empty(), rest.data(), rest.size(), error);
        const bool has_more = rest.find_first_not_of(" \t\r\n", read) != std::string_view::npos;
        if (!error && has_more) error = boost::json::error::extra_data;
        if (error) throw TemplateError(events.line, "this is not JSON: " + error.message());
        if (text.empty()) return events.tree.take();
        ++events.line;
    }
}

}  // namespace tailrace::server
