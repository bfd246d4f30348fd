#include "server/template/stack_values.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/base64.hpp"
#include "engine/model/parse_number.hpp"
#include "server/template/resource_names.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// The longest text that functions may make. Source: none; CloudFormation's whole template is at most 1 MB.
constexpr std::size_t max_text_bytes = 1'000'000;

const Node* member_of(const Node& node, std::string_view first, std::string_view second) {
    const Node* const found = node.find(first);
    return found == nullptr ? nullptr : found->find(second);
}

std::string in_quotes(std::string_view text) {
    return "'" + std::string(text) + "'";
}

/// The longest chain of names and conditions that depend on one another.
constexpr std::size_t max_chain = 50;

/// Marks a condition or a name as being worked out.
class UnderWay {
  public:
    UnderWay(std::set<std::string, std::less<>>& names, const std::string& name, int line)
        : names_(names), name_(name) {
        if (!names_.insert(name).second) {
            throw TemplateError(line, in_quotes(name) + " depends on itself");
        }
        if (names_.size() > max_chain) {
            throw TemplateError(line, "more than " + std::to_string(max_chain) +
                                          " names and conditions depend on one another in a chain");
        }
    }
    ~UnderWay() { names_.erase(name_); }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

  private:
    std::set<std::string, std::less<>>& names_;
    const std::string name_;
};

json::array split_text(std::string_view text, std::string_view delimiter) {
    json::array parts;
    for (;;) {
        const std::size_t end = delimiter.empty() ? std::string_view::npos : text.find(delimiter);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + delimiter.size());
    }
}

}  // namespace

StackValues::StackValues(const Node& root, const StackSettings& settings, Gaps& gaps)
    : root_(root), settings_(settings), gaps_(gaps) {}

const Node* StackValues::resource(std::string_view logical_name) const {
    return member_of(root_, "Resources", logical_name);
}

std::optional<StackValues::Call> StackValues::call_in(const Node& node) {
    if (!node.tag.empty()) return Call{std::string_view(node.tag).substr(1), &node, true};
    if (!node.is_map() || node.members.size() != 1) return std::nullopt;
    const auto& [name, argument] = node.members.front();
    constexpr std::string_view prefix = "Fn::";
    if (name.starts_with(prefix)) return Call{std::string_view(name).substr(prefix.size()), &argument, false};
    if (name == "Ref") return Call{name, &argument, false};
    return std::nullopt;
}

const std::vector<StackValues::NamedFunction>& StackValues::functions() {
    static const std::vector<NamedFunction> all = {
        {"Ref", &StackValues::ref},
        {"GetAtt", &StackValues::get_att},
        {"Sub", &StackValues::sub},
        {"Join", &StackValues::join},
        {"If", &StackValues::if_else},
        {"FindInMap", &StackValues::find_in_map},
        {"Select", &StackValues::select},
        {"Split", &StackValues::split},
        {"ImportValue", &StackValues::import_value},
        {"Base64", &StackValues::base64},
        {"ToJsonString", &StackValues::to_json_string},
        {"Length", &StackValues::length},
    };
    return all;
}

json::value StackValues::resolve(const Node& node) {
    const std::optional<Call> call = call_in(node);
    if (!call) return resolve_plain(node);
    const auto& known = functions();
    const auto found = std::ranges::find(known, call->name, &NamedFunction::name);
    if (found != known.end()) return (this->*found->run)(*call);
    gaps_.add(node.line, "the function " + std::string(call->name) + " is not supported; its value is empty");
    return "";
}

json::value StackValues::resolve_plain(const Node& node) {
    if (node.is_scalar()) return json::string(node.text);
    if (node.is_list()) {
        json::array list;
        for (const Node& each : node.items) {
            json::value value = resolve(each);
            if (!value.is_null()) list.push_back(std::move(value));
        }
        return list;
    }
    if (!node.is_map()) return nullptr;
    json::object map;
    for (const auto& [name, each] : node.members) {
        json::value value = resolve(each);
        if (!value.is_null()) map[name] = std::move(value);
    }
    return map;
}

json::value StackValues::argument(const Call& call) {
    return call.is_tag ? resolve_plain(*call.argument) : resolve(*call.argument);
}

const std::vector<Node>& StackValues::arguments(const Call& call, std::size_t least, std::size_t most) const {
    const Node& list = *call.argument;
    const bool is_list = list.is_list() && (call.is_tag || list.tag.empty());
    if (!is_list || list.items.size() < least || list.items.size() > most) {
        throw TemplateError(list.line, std::string(call.name) + " needs a list of " + std::to_string(least) +
                                           (most == least ? "" : " or more") + " values");
    }
    return list.items;
}

std::string StackValues::text_of(const json::value& value, int line) const {
    if (value.is_null()) return {};
    if (!value.is_string()) throw TemplateError(line, "a text is needed, not a list or a map");
    return std::string(value.get_string());
}

std::string StackValues::text(const Node& node) {
    return text_of(resolve(node), node.line);
}

json::value StackValues::ref(const Call& call) {
    return ref_of(call.argument->text, call.argument->line);
}

std::optional<json::value> StackValues::pseudo_parameter(std::string_view name) const {
    if (name == "AWS::Region") return json::string(settings_.region);
    if (name == "AWS::AccountId") return json::string(settings_.account_id);
    if (name == "AWS::StackName") return json::string(settings_.stack_name);
    if (name == "AWS::StackId") {
        return json::string(
            arn_like("arn:aws:cloudformation:{R}:{A}:stack/{N}/00000000-0000-0000-0000-000000000000",
                     settings_.region, settings_.account_id, settings_.stack_name));
    }
    if (name == "AWS::Partition") return "aws";
    if (name == "AWS::URLSuffix") return "amazonaws.com";
    if (name == "AWS::NotificationARNs") return json::array();
    if (name == "AWS::NoValue") return nullptr;
    return std::nullopt;
}

json::value StackValues::ref_of(const std::string& name, int line) {
    if (auto value = pseudo_parameter(name)) return *std::move(value);
    if (const Node* declared = member_of(root_, "Parameters", name)) return parameter(name, *declared);
    const Node* const wanted = resource(name);
    if (wanted == nullptr) {
        gaps_.add(line,
                  "there is no parameter or resource " + in_quotes(name) + "; its name is used as its value");
        return json::string(name);
    }
    const Node* const type = wanted->find("Type");
    const ResourceNaming* const naming = type == nullptr ? nullptr : find_naming(type->text);
    if (type != nullptr && type->text == "AWS::Lambda::Alias") return json::string(arn_of(name));
    if (type != nullptr && type->text == "AWS::Lambda::Version") return json::string(arn_of(name));
    if (naming == nullptr || naming->reference == ResourceNaming::Reference::name) {
        return json::string(name_of(name));
    }
    if (naming->reference == ResourceNaming::Reference::arn) return json::string(arn_of(name));
    return json::string(arn_like("https://sqs.{R}.amazonaws.com/{A}/{N}", settings_.region,
                                 settings_.account_id, name_of(name)));
}

json::value StackValues::parameter(const std::string& name, const Node& declared) {
    const Node* const type = declared.find("Type");
    const std::string_view type_name = type == nullptr ? std::string_view() : std::string_view(type->text);
    const Node* const fallback = declared.find("Default");
    const auto given = settings_.parameters.find(name);
    std::string value;
    if (given != settings_.parameters.end()) {
        value = given->second;
        const Node* const allowed = declared.find("AllowedValues");
        if (allowed != nullptr &&
            std::ranges::find(allowed->items, value, &Node::text) == allowed->items.end()) {
            throw TemplateError(
                declared.line,
                in_quotes(value) + " is not an allowed value of the parameter " + in_quotes(name));
        }
    } else if (fallback == nullptr) {
        gaps_.add(declared.line, "the parameter " + in_quotes(name) +
                                     " has no default; its name is used as its value unless --parameter " +
                                     name + "=VALUE gives one");
        value = name;
    } else {
        value = fallback->text;
        if (type_name.starts_with("AWS::SSM::Parameter::Value")) {
            gaps_.add(declared.line, "the value of " + in_quotes(value) +
                                         " in Systems Manager is not known; "
                                         "the name is used instead unless --parameter " +
                                         name + "=VALUE gives it");
        }
    }
    if (type_name.find("List") == std::string_view::npos) return json::string(value);
    json::array list = split_text(value, ",");
    for (json::value& each : list) {
        const std::string_view item = each.get_string();
        const std::size_t first = item.find_first_not_of(' ');
        const std::size_t last = item.find_last_not_of(' ');
        each = first == std::string_view::npos ? "" : std::string(item.substr(first, last - first + 1));
    }
    return list;
}

std::string StackValues::name_of(const std::string& logical_name) {
    const auto known = names_.find(logical_name);
    if (known != names_.end()) return known->second;
    const Node* const wanted = resource(logical_name);
    const Node* const type = wanted == nullptr ? nullptr : wanted->find("Type");
    const ResourceNaming* const naming = type == nullptr ? nullptr : find_naming(type->text);
    std::string name;
    if (naming != nullptr && !naming->name_property.empty()) {
        const UnderWay under_way(under_way_, "resource " + logical_name, wanted->line);
        const Node* const given = member_of(*wanted, "Properties", naming->name_property);
        if (given != nullptr) name = text(*given);
    }
    if (name.empty()) name = logical_name;
    return names_.emplace(logical_name, std::move(name)).first->second;
}

std::string StackValues::arn_of(const std::string& logical_name) {
    const auto known = arns_.find(logical_name);
    if (known != arns_.end()) return known->second;
    return arns_.emplace(logical_name, new_arn(logical_name)).first->second;
}

std::string StackValues::new_arn(const std::string& logical_name) {
    const Node* const wanted = resource(logical_name);
    const Node* const type = wanted == nullptr ? nullptr : wanted->find("Type");
    const std::string_view type_name = type == nullptr ? std::string_view() : std::string_view(type->text);
    if (type_name == "AWS::Lambda::Alias" || type_name == "AWS::Lambda::Version") {
        const Node* const function = member_of(*wanted, "Properties", "FunctionName");
        const UnderWay under_way(under_way_, "resource " + logical_name, wanted->line);
        const std::string of = function == nullptr ? std::string() : text(*function);
        const Node* const alias = member_of(*wanted, "Properties", "Name");
        const std::string qualifier = alias == nullptr ? "1" : text(*alias);
        if (of.starts_with("arn:")) return of + ":" + qualifier;
        return arn_like("arn:aws:lambda:{R}:{A}:function:{N}", settings_.region, settings_.account_id,
                        of + ":" + qualifier);
    }
    const ResourceNaming* const naming = find_naming(type_name);
    if (naming != nullptr) {
        return arn_like(naming->arn, settings_.region, settings_.account_id, name_of(logical_name));
    }
    // "AWS::StepFunctions::StateMachine" has no pattern here, so its ARN only resembles the true one.
    std::string service(type_name.substr(std::min(type_name.size(), std::string_view("AWS::").size())));
    service.resize(std::min(service.size(), service.find(':')));
    std::ranges::transform(service, service.begin(), [](unsigned char c) { return std::tolower(c); });
    return arn_like("arn:aws:" + service + ":{R}:{A}:{N}", settings_.region, settings_.account_id,
                    logical_name);
}

json::value StackValues::get_att(const Call& call) {
    const Node& node = *call.argument;
    if (node.is_scalar()) {
        const std::size_t dot = node.text.find('.');
        if (dot == std::string::npos) throw TemplateError(node.line, "GetAtt needs NAME.ATTRIBUTE");
        return json::string(attribute_of(node.text.substr(0, dot), node.text.substr(dot + 1), node.line));
    }
    constexpr std::size_t any = 8;
    const std::vector<Node>& parts = arguments(call, 2, any);
    std::string attribute = text(parts[1]);
    for (std::size_t i = 2; i < parts.size(); ++i) attribute.append(".").append(text(parts[i]));
    return json::string(attribute_of(text(parts[0]), attribute, node.line));
}

std::string StackValues::attribute_of(const std::string& logical_name, const std::string& attribute,
                                      int line) {
    std::string unknown = logical_name + "." + attribute;
    const Node* const wanted = resource(logical_name);
    if (wanted == nullptr) {
        gaps_.add(line, "there is no resource " + in_quotes(logical_name) + "; the value of " + unknown +
                            " is its name");
        return unknown;
    }
    if (attribute == "Arn" || attribute == "TopicArn" || attribute == "LayerVersionArn" ||
        attribute == "FunctionArn" || attribute == "AliasArn") {
        return arn_of(logical_name);
    }
    if (attribute == "StreamArn") {
        return arn_of(logical_name).append("/stream/").append(unknown_label);
    }
    if (attribute == "QueueName" || attribute == "TopicName" || attribute == "Name") {
        return name_of(logical_name);
    }
    if (attribute == "QueueUrl") return text_of(ref_of(logical_name, line), line);
    if (attribute == "Version") return "1";
    gaps_.add(line, "the value of " + unknown + " is not known; its name is used instead");
    return unknown;
}

json::value StackValues::sub(const Call& call) {
    const Node& node = *call.argument;
    const bool has_own = node.is_list();
    const std::vector<Node>* const parts = has_own ? &arguments(call, 1, 2) : nullptr;
    const Node& pattern = parts != nullptr ? parts->front() : node;
    const Node* const own = parts != nullptr && parts->size() == 2 ? &parts->back() : nullptr;
    if (!pattern.is_scalar()) throw TemplateError(node.line, "Sub needs a text");
    std::string_view rest = pattern.text;
    std::string result;
    for (;;) {
        const std::size_t begin = rest.find("${");
        const std::size_t end = begin == std::string_view::npos ? begin : rest.find('}', begin);
        result.append(rest.substr(0, end == std::string_view::npos ? end : begin));
        if (result.size() > max_text_bytes) throw TemplateError(node.line, "the text is too long");
        if (end == std::string_view::npos) return json::string(result);
        const std::string name(rest.substr(begin + 2, end - begin - 2));
        rest.remove_prefix(end + 1);
        if (name.starts_with('!')) {
            result.append("${").append(name.substr(1)).append("}");
            continue;
        }
        const Node* const given = own == nullptr ? nullptr : own->find(name);
        const std::size_t dot = name.find('.');
        if (given != nullptr) {
            result.append(text(*given));
        } else if (dot != std::string::npos) {
            result.append(attribute_of(name.substr(0, dot), name.substr(dot + 1), node.line));
        } else {
            result.append(text_of(ref_of(name, node.line), node.line));
        }
    }
}

json::value StackValues::join(const Call& call) {
    const std::vector<Node>& parts = arguments(call, 2, 2);
    const std::string delimiter = text(parts[0]);
    const json::value list = resolve(parts[1]);
    if (!list.is_array()) throw TemplateError(parts[1].line, "Join needs a list");
    std::string joined;
    bool is_first = true;
    for (const json::value& each : list.get_array()) {
        if (!std::exchange(is_first, false)) joined.append(delimiter);
        joined.append(text_of(each, parts[1].line));
        if (joined.size() > max_text_bytes) throw TemplateError(parts[1].line, "the text is too long");
    }
    return json::string(joined);
}

json::value StackValues::if_else(const Call& call) {
    constexpr std::size_t condition_and_values = 3;
    const std::vector<Node>& parts = arguments(call, condition_and_values, condition_and_values);
    return resolve(holds(parts[0].text, parts[0].line) ? parts[1] : parts[2]);
}

json::value StackValues::find_in_map(const Call& call) {
    constexpr std::size_t keys = 3;
    const std::vector<Node>& parts = arguments(call, keys, keys + 1);
    const std::string map = text(parts[0]);
    const std::string first = text(parts[1]);
    const std::string second = text(parts[2]);
    const Node* const row = member_of(root_, "Mappings", map) == nullptr
                                ? nullptr
                                : member_of(root_, "Mappings", map)->find(first);
    if (const Node* found = row == nullptr ? nullptr : row->find(second)) return resolve_plain(*found);
    const Node* const fallback = parts.size() > keys ? parts[keys].find("DefaultValue") : nullptr;
    if (fallback != nullptr) return resolve(*fallback);
    throw TemplateError(call.argument->line,
                        "the section Mappings has no " + map + "." + first + "." + second);
}

json::value StackValues::select(const Call& call) {
    const std::vector<Node>& parts = arguments(call, 2, 2);
    const auto index = parse_number<std::size_t>(text(parts[0]));
    const json::value list = resolve(parts[1]);
    if (!index || !list.is_array() || *index >= list.get_array().size()) {
        throw TemplateError(call.argument->line,
                            "Select needs the number of an element, from 0, and a list "
                            "that has it");
    }
    return list.get_array()[*index];
}

json::value StackValues::split(const Call& call) {
    const std::vector<Node>& parts = arguments(call, 2, 2);
    return split_text(text(parts[1]), text(parts[0]));
}

json::value StackValues::import_value(const Call& call) {
    const std::string name = text_of(argument(call), call.argument->line);
    const auto found = settings_.exports.find(name);
    if (found != settings_.exports.end()) return json::string(found->second);
    gaps_.add(call.argument->line,
              "no template before this one exports " + in_quotes(name) + "; its name is used as its value");
    return json::string(name);
}

json::value StackValues::base64(const Call& call) {
    std::string encoded;
    append_base64(encoded, text_of(argument(call), call.argument->line));
    return json::string(encoded);
}

json::value StackValues::to_json_string(const Call& call) {
    return json::string(json::serialize(argument(call)));
}

json::value StackValues::length(const Call& call) {
    const json::value list = argument(call);
    if (!list.is_array()) throw TemplateError(call.argument->line, "Length needs a list");
    return json::string(std::to_string(list.get_array().size()));
}

bool StackValues::holds(const std::string& condition, int line) {
    const auto known = conditions_.find(condition);
    if (known != conditions_.end()) return known->second;
    const Node* const declared = member_of(root_, "Conditions", condition);
    if (declared == nullptr) throw TemplateError(line, "there is no condition " + in_quotes(condition));
    const UnderWay under_way(under_way_, "condition " + condition, line);
    const bool value = truth(*declared);
    conditions_.emplace(condition, value);
    return value;
}

bool StackValues::exists(const Node& resource) {
    const Node* const condition = resource.find("Condition");
    return condition == nullptr || holds(condition->text, condition->line);
}

/// Returns the value of a condition's expression.
bool StackValues::truth(const Node& node) {
    if (const std::optional<Call> call = call_in(node)) {
        if (call->name == "Condition") return holds(call->argument->text, node.line);
        return is_true(*call);
    }
    if (const Node* const named = node.find("Condition")) return holds(named->text, named->line);
    return node.text == "true";
}

bool StackValues::is_true(const Call& call) {
    constexpr std::size_t most = 10;
    if (call.name == "Equals") {
        const std::vector<Node>& parts = arguments(call, 2, 2);
        return resolve(parts[0]) == resolve(parts[1]);
    }
    if (call.name == "Not") return !truth(arguments(call, 1, 1).front());
    if (call.name == "And" || call.name == "Or") {
        const bool is_and = call.name == "And";
        const auto is_decisive = [&](const Node& each) { return truth(each) != is_and; };
        return std::ranges::any_of(arguments(call, 1, most), is_decisive) != is_and;
    }
    throw TemplateError(call.argument->line, std::string(call.name) + " is not a function of conditions");
}

std::map<std::string, std::string, std::less<>> StackValues::exports() {
    std::map<std::string, std::string, std::less<>> exports;
    const Node* const outputs = root_.find("Outputs");
    if (outputs == nullptr) return exports;
    for (const auto& [name, output] : outputs->members) {
        const Node* const exported = member_of(output, "Export", "Name");
        const Node* const value = output.find("Value");
        if (exported == nullptr || value == nullptr || !exists(output)) continue;
        const json::value resolved = resolve(*value);
        if (resolved.is_string()) exports.emplace(text(*exported), resolved.get_string());
    }
    return exports;
}

}  // namespace tailrace::server
