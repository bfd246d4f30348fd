#include <yaml.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>
#include <string_view>

#include "server/template/node.hpp"
#include "server/template/tree_builder.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view own_tags = "tag:yaml.org,2002:";

std::string text_of(const yaml_char_t* text) {
    return text ? reinterpret_cast<const char*>(text) : "";
}

/// libyaml's parser and the event that it has read last.
class YamlEvents {
  public:
    explicit YamlEvents(std::string_view text) : text_(text) {
        if (!yaml_parser_initialize(&parser_)) throw std::bad_alloc();
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                     text.size());
    }
    YamlEvents(const YamlEvents&) = delete;
    YamlEvents& operator=(const YamlEvents&) = delete;
    ~YamlEvents() {
        yaml_event_delete(&event_);
        yaml_parser_delete(&parser_);
    }

    const yaml_event_t& next() {
        yaml_event_delete(&event_);
        if (!yaml_parser_parse(&parser_, &event_)) refuse();
        return event_;
    }

  private:
    [[noreturn]] void refuse() const {
        std::string message = parser_.problem ? parser_.problem : "there is not enough memory";
        if (parser_.context) {
            message += std::string(", ") + parser_.context;
            message += " from line " + std::to_string(parser_.context_mark.line + 1);
        }
        // A byte that is not text has an offset but no mark.
        const auto place = std::min(parser_.problem_offset, text_.size());
        const auto line = parser_.error == YAML_READER_ERROR
                              ? static_cast<std::size_t>(std::ranges::count(text_.substr(0, place), '\n'))
                              : parser_.problem_mark.line;
        throw TemplateError(static_cast<int>(line) + 1, message);
    }

    std::string_view text_;
    yaml_parser_t parser_ = {};
    yaml_event_t event_ = {};
};

int line_of(const yaml_event_t& event) {
    return static_cast<int>(event.start_mark.line) + 1;
}

bool is_null(std::string_view text) {
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

/// Checks one of YAML's own tags, `!!name`, and returns its name.
std::string own_tag(const Node& node) {
    static constexpr std::array scalars{"str", "int", "float", "bool", "null", "timestamp"};
    std::string name = node.tag.substr(own_tags.size());
    const bool is_known = node.is_list()  ? name == "seq"
                          : node.is_map() ? name == "map"
                                          : std::ranges::find(scalars, name) != scalars.end();
    if (!is_known) throw TemplateError(node.line, "!!" + name + " is not supported here");
    return name;
}

/// Reads the tag of a node whose kind is known. `!` alone and `!!str` say that a scalar is a text; YAML's own
/// other tags say what a plain scalar would be.
void read_tag(Node& node, const yaml_char_t* tag) {
    node.tag = text_of(tag);
    if (node.tag.starts_with(own_tags)) {
        const std::string name = own_tag(node);
        node.is_quoted = name == "str" || name == "timestamp";
        node.tag.clear();
    } else if (node.tag == "!") {
        node.is_quoted = true;
        node.tag.clear();
    }
}

Node scalar(const yaml_event_t& event) {
    const auto& from = event.data.scalar;
    Node node{.kind = Node::Kind::scalar, .line = line_of(event)};
    node.text.assign(reinterpret_cast<const char*>(from.value), from.length);
    node.is_quoted = from.style != YAML_PLAIN_SCALAR_STYLE;
    read_tag(node, from.tag);
    if (!node.is_quoted && node.tag.empty() && is_null(node.text)) node.kind = Node::Kind::null;
    return node;
}

Node opened(Node::Kind kind, const yaml_event_t& event, const yaml_char_t* tag) {
    Node node{.kind = kind, .line = line_of(event)};
    read_tag(node, tag);
    return node;
}

/// Gives the builder what an event reports. Returns false at the end of the text.
bool add_event(const yaml_event_t& event, TreeBuilder& tree) {
    switch (event.type) {
        case YAML_STREAM_END_EVENT:
            return false;
        case YAML_ALIAS_EVENT:
            tree.add_copy(text_of(event.data.alias.anchor), line_of(event));
            break;
        case YAML_SCALAR_EVENT:
            tree.add(scalar(event), text_of(event.data.scalar.anchor));
            break;
        case YAML_SEQUENCE_START_EVENT:
            tree.open(opened(Node::Kind::list, event, event.data.sequence_start.tag),
                      text_of(event.data.sequence_start.anchor));
            break;
        case YAML_MAPPING_START_EVENT:
            tree.open(opened(Node::Kind::map, event, event.data.mapping_start.tag),
                      text_of(event.data.mapping_start.anchor));
            break;
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT:
            tree.close();
            break;
        default:  // The beginning of the text, and a document's beginning and end.
            break;
    }
    return true;
}

}  // namespace

Node read_yaml(std::string_view text) {
    if (text.size() > NodeLimits::text_bytes) throw TemplateError("more than 8 MB of text");
    YamlEvents events(text);
    TreeBuilder tree;
    bool has_document = false;
    while (true) {
        const yaml_event_t& event = events.next();
        if (event.type == YAML_DOCUMENT_START_EVENT) {
            if (has_document) throw TemplateError(line_of(event), "a second document begins; a file has one");
            has_document = true;
        }
        if (!add_event(event, tree)) return tree.take();
    }
}

}  // namespace tailrace::server
