#include "server/template/serverless_variables.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "engine/model/parse_number.hpp"

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_variables = 10'000;
/// A longer "${…}" is plain text, not a variable.
constexpr std::size_t max_variable_bytes = 4'096;
constexpr std::size_t max_files = 200;
constexpr int max_variable_depth = 64;
constexpr const char* unknown_value = "unknown";

Node text_node(std::string text, int line) {
    return {.kind = Node::Kind::scalar, .text = std::move(text), .is_quoted = true, .line = line};
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// Returns true if the text at a "${" begins a variable: a name, and then "(" or a single ":".
bool begins_variable(std::string_view text) {
    std::size_t end = 2;
    while (end < text.size() && is_name_character(text[end])) ++end;
    if (end == 2 || end >= text.size()) return false;
    if (text[end] == '(') return true;
    return text[end] == ':' && !text.substr(end + 1).starts_with(':');
}

/// Returns the place after the "}" that closes the variable at the text's beginning, or npos.
std::size_t end_of_variable(std::string_view text) {
    std::size_t open = 0;
    text = text.substr(0, max_variable_bytes);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.substr(at).starts_with("${")) ++open;
        if (text[at] == '}' && --open == 0) return at + 1;
    }
    return std::string_view::npos;
}

/// Splits a variable's content at the commas that are not within quotation marks, brackets or variables.
std::vector<std::string_view> sources_of(std::string_view text) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    int depth = 0;
    char quote = '\0';
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '(' || c == '{') {
            ++depth;
        } else if (c == ')' || c == '}') {
            --depth;
        } else if (c == ',' && depth == 0) {
            parts.push_back(without_blanks(text.substr(begin, at - begin)));
            begin = at + 1;
        }
    }
    parts.push_back(without_blanks(text.substr(begin)));
    return parts;
}

/// Returns a fallback that is written out: 'text', "text", a number, true, false or null.
std::optional<Node> literal(std::string_view text, int line) {
    const bool is_quoted =
        text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front();
    if (is_quoted) return text_node(std::string(text.substr(1, text.size() - 2)), line);
    if (text == "null") return Node{.line = line};
    if (text == "true" || text == "false" || parse_number<double>(text)) {
        return Node{.kind = Node::Kind::scalar, .text = std::string(text), .line = line};
    }
    return std::nullopt;
}

void set_lines(Node& node, int line) {
    node.line = line;
    for (Node& each : node.items) set_lines(each, line);
    for (auto& [name, value] : node.members) set_lines(value, line);
}

bool has_variable(const Node& node) {
    return node.is_scalar() && node.text.find("${") != std::string::npos;
}

}  // namespace

ServerlessVariables::ServerlessVariables(const Node& root, const fs::path& folder, StackSettings& settings,
                                         Gaps& gaps)
    : root_(root), folder_(folder), settings_(settings), gaps_(gaps) {
    settings_.declared_parameters.insert({"stage", "region"});
}

void ServerlessVariables::count(const Node& node) {
    bytes_ += node.text.size();
    for (const auto& [name, value] : node.members) bytes_ += name.size();
    if (++nodes_ > NodeLimits::nodes || bytes_ > NodeLimits::expanded_bytes) {
        throw TemplateError(node.line, "more than 200,000 values or 16 MB, including what variables add");
    }
}

Node ServerlessVariables::resolve(const Node& node) {
    count(node);
    if (has_variable(node)) {
        Node value = resolve_text(node.text, node.line);
        if (value.tag.empty()) value.tag = node.tag;
        return value;
    }
    Node made{.kind = node.kind,
              .text = node.text,
              .is_quoted = node.is_quoted,
              .tag = node.tag,
              .line = node.line};
    for (const Node& each : node.items) made.items.push_back(resolve(each));
    for (const auto& [name, value] : node.members) made.members.emplace_back(name, resolve(value));
    return made;
}

Node ServerlessVariables::member(std::string_view name) {
    const Node* const found = root_.find(name);
    return found == nullptr ? Node() : resolve(*found);
}

Node ServerlessVariables::resolve_text(std::string_view text, int line) {
    std::string made;
    while (true) {
        const std::size_t dollar = text.find("${");
        made.append(text.substr(0, dollar));
        if (dollar == std::string_view::npos) return text_node(std::move(made), line);
        text.remove_prefix(dollar);
        if (++variables_ > max_variables) throw TemplateError(line, "more than 10,000 variables");
        const std::size_t end = begins_variable(text) ? end_of_variable(text) : std::string_view::npos;
        if (end == std::string_view::npos) {
            made.append(text.substr(0, 2));
            text.remove_prefix(2);
            continue;
        }
        Node value = variable(text.substr(2, end - 3), line);
        text.remove_prefix(end);
        if (made.empty() && text.empty()) return value;
        if (value.is_list() || value.is_map()) {
            throw TemplateError(line, "a list or a map cannot be part of a text");
        }
        bytes_ += value.text.size();
        if (bytes_ > NodeLimits::expanded_bytes) throw TemplateError(line, "variables add more than 16 MB");
        made.append(value.text);
    }
}

std::string ServerlessVariables::embedded(std::string_view text, int line) {
    return resolve_text(text, line).text;
}

/// `inner` is what is between "${" and "}".
Node ServerlessVariables::variable(std::string_view inner, int line) {
    const std::string shown = "${" + std::string(inner) + "}";
    if (depth_ == max_variable_depth) {
        throw TemplateError(line,
                            "variables that refer to each other in a circle, or more than 64 deep: " + shown);
    }
    ++depth_;
    std::string reason;
    bool has_null = false;
    for (const std::string_view each : sources_of(inner)) {
        Found found = source(each, line);
        if (found.value && found.value->kind != Node::Kind::null) {
            --depth_;
            return *std::move(found.value);
        }
        has_null = has_null || found.value;
        if (reason.empty()) reason = std::move(found.reason);
    }
    --depth_;
    if (has_null) return {.line = line};
    gaps_.add(line, shown + " " + reason + "; \"" + unknown_value + "\" takes its place");
    return text_node(unknown_value, line);
}

ServerlessVariables::Found ServerlessVariables::source(std::string_view text, int line) {
    if (auto value = literal(text, line)) return {.value = std::move(value)};
    if (text.starts_with("${")) return {.value = resolve_text(text, line)};
    Source source{.name = {}, .parameter = {}, .address = {}, .line = line};
    std::size_t at = 0;
    while (at < text.size() && is_name_character(text[at])) ++at;
    source.name = text.substr(0, at);
    text.remove_prefix(at);
    if (text.starts_with('(')) {
        std::size_t close = 0;
        int depth = 0;
        for (; close < text.size(); ++close) {
            depth += text[close] == '(' ? 1 : text[close] == ')' ? -1 : 0;
            if (depth == 0) break;
        }
        if (close == text.size()) throw TemplateError(line, "a variable's bracket is not closed");
        source.parameter = embedded(text.substr(1, close - 1), line);
        text.remove_prefix(close + 1);
    }
    if (text.starts_with(':')) source.address = embedded(text.substr(1), line);
    return lookup(source);
}

ServerlessVariables::Found ServerlessVariables::lookup(const Source& source) {
    if (source.name == "self") return self(source);
    if (source.name == "env") return environment(source);
    if (source.name == "opt") return option(source);
    if (source.name == "param") return parameter(source);
    if (source.name == "file") return included(source);
    if (source.name == "strToBool") {
        const bool is_true = source.parameter == "true" || source.parameter == "1";
        return {.value = Node{
                    .kind = Node::Kind::scalar, .text = is_true ? "true" : "false", .line = source.line}};
    }
    const std::string full = source.name + ":" + source.address;
    if (full == "sls:stage") return {.value = text_node(stage(), source.line)};
    if (full == "sls:instanceId") return {.value = text_node("local", source.line)};
    if (full == "aws:region") return {.value = text_node(settings_.region, source.line)};
    if (full == "aws:accountId") return {.value = text_node(settings_.account_id, source.line)};
    return {.reason = "is not looked up here"};
}

std::string ServerlessVariables::stage() {
    if (stage_) return *stage_;
    const auto given = settings_.parameters.find("stage");
    if (given != settings_.parameters.end()) return given->second;
    stage_ = "dev";  // The framework's default, and the value while provider.stage is being read.
    if (const auto written = walk(root_, "provider.stage"); written && written->is_scalar()) {
        stage_ = written->text;
    }
    return *stage_;
}

/// Follows the dots of an address. A scalar on the way may be a variable.
std::optional<Node> ServerlessVariables::walk(const Node& from, std::string_view address) {
    Node held;
    const Node* at = &from;
    while (!address.empty()) {
        const std::size_t dot = std::min(address.find('.'), address.size());
        const std::string_view word = address.substr(0, dot);
        address.remove_prefix(std::min(dot + 1, address.size()));
        if (has_variable(*at)) {
            Node value = resolve_text(at->text, at->line);
            held = std::move(value);
            at = &held;
        }
        const auto index = parse_number<std::size_t>(word);
        if (at->is_list() && index && *index < at->items.size()) {
            at = &at->items[*index];
        } else if (const Node* const found = at->find(word)) {
            at = found;
        } else {
            return std::nullopt;
        }
    }
    return resolve(*at);
}

ServerlessVariables::Found ServerlessVariables::self(const Source& source) {
    auto found = walk(root_, source.address);
    if (!found && source.address == "provider.stage") found = text_node(stage(), source.line);
    if (!found && source.address == "provider.region") found = text_node(settings_.region, source.line);
    if (!found) return {.reason = "is not in this file"};
    return {.value = std::move(found)};
}

ServerlessVariables::Found ServerlessVariables::environment(const Source& source) const {
    const char* const value = std::getenv(source.address.c_str());
    if (value == nullptr) return {.reason = "is not in the environment"};
    return {.value = text_node(value, source.line)};
}

ServerlessVariables::Found ServerlessVariables::option(const Source& source) {
    settings_.declared_parameters.insert(source.address);
    const auto given = settings_.parameters.find(source.address);
    if (given == settings_.parameters.end()) {
        return {.reason = "has no value; give --parameter " + source.address + "=VALUE"};
    }
    return {.value = text_node(given->second, source.line)};
}

/// A parameter of the stage comes before one of all stages. Newer versions of the framework have them in
/// `stages`, older ones in `params`.
ServerlessVariables::Found ServerlessVariables::parameter(const Source& source) {
    Found given = option(source);
    if (given.value) return given;
    for (const std::string& stage_name : {stage(), std::string("default")}) {
        for (const std::string& section : {"stages." + stage_name + ".params", "params." + stage_name}) {
            if (auto found = walk(root_, section + "." + source.address)) return {.value = std::move(found)};
        }
    }
    return given;
}

const Node* ServerlessVariables::file(const std::string& name, int line) {
    std::optional<fs::path> path;
    try {
        path = folder_.find(name);
        if (!path) return nullptr;
        const auto known = files_.find(*path);
        if (known != files_.end()) return &known->second;
        if (files_.size() == max_files) throw TemplateError("more than 200 files");
        Node& content = files_.emplace(*path, read_tree_file(*path)).first->second;
        // Messages name the file that refers to this content, so the content gets the line of the reference.
        set_lines(content, line);
        return &content;
    } catch (const TemplateError& error) {
        const bool has_place = path && std::string_view(error.what()).starts_with(path->string());
        throw has_place ? error : TemplateError(line, error.what());
    }
}

ServerlessVariables::Found ServerlessVariables::included(const Source& source) {
    const fs::path name = source.parameter;
    const std::string extension = name.extension().string();
    if (extension != ".yml" && extension != ".yaml" && extension != ".json") {
        return {.reason = "is not read here, only YAML and JSON"};
    }
    const Node* const content = file(source.parameter, source.line);
    if (content == nullptr) return {.reason = "names a file that is not there"};
    auto found = walk(*content, source.address);
    if (!found) return {.reason = "names something that is not in the file"};
    return {.value = std::move(found)};
}

std::vector<std::string> ServerlessVariables::files() const {
    std::vector<std::string> names;
    for (const auto& [path, content] : files_) names.push_back(path.string());
    return names;
}

}  // namespace tailrace::server
