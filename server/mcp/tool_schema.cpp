#include "server/mcp/tool_schema.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "engine/model/nearest_name.hpp"
#include "server/admin/name_list.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view action_name = "Action";

bool is_allowed(const ToolAction& action, ToolAccess access) {
    return access == ToolAccess::everything || action.effect == Effect::reads;
}

bool takes(const ToolAction& action, std::string_view argument) {
    return std::ranges::find(action.required, argument) != action.required.end() ||
           std::ranges::find(action.optional, argument) != action.optional.end();
}

json::object schema_of(const ToolArgument& argument) {
    json::object schema;
    switch (argument.kind) {
        case ArgumentKind::text:
            schema["type"] = "string";
            break;
        case ArgumentKind::number:
            schema["type"] = "integer";
            break;
        case ArgumentKind::flag:
            schema["type"] = "boolean";
            break;
        case ArgumentKind::object:
            schema["type"] = "object";
            break;
        case ArgumentKind::list:
            schema["type"] = "array";
            schema["items"] = json::object();
            break;
        case ArgumentKind::any:
            break;
    }
    if (argument.most > 0) {
        const bool is_list = argument.kind == ArgumentKind::list;
        schema[is_list ? "minItems" : "minimum"] = argument.least;
        schema[is_list ? "maxItems" : "maximum"] = argument.most;
    }
    schema["description"] = argument.purpose;
    return schema;
}

/// Returns the schema of the argument that chooses one of several actions.
json::object schema_of_action(const std::vector<const ToolAction*>& actions) {
    json::array names;
    std::string purpose;
    for (const ToolAction* each : actions) {
        names.push_back(json::string(each->name));
        purpose.append(purpose.empty() ? "" : " ").append(each->name).append(": ").append(each->purpose);
        if (each->required.empty() && each->optional.empty()) continue;
        purpose.append(" Arguments: ");
        std::string_view before;
        for (const std::string_view name : each->required) {
            purpose.append(std::exchange(before, ", ")).append(name);
        }
        for (const std::string_view name : each->optional) {
            purpose.append(std::exchange(before, ", ")).append("[").append(name).append("]");
        }
        purpose.append(".");
    }
    return {{"type", "string"}, {"enum", std::move(names)}, {"description", std::move(purpose)}};
}

json::object schema_of(const Tool& tool, const std::vector<const ToolAction*>& actions) {
    json::object properties;
    json::array required;
    if (tool.actions.size() > 1) {
        properties[action_name] = schema_of_action(actions);
        required.push_back(json::string(action_name));
    }
    for (const ToolArgument& argument : tool.arguments) {
        const auto is_taken = [&](const ToolAction* each) { return takes(*each, argument.name); };
        const auto is_required = [&](const ToolAction* each) {
            return std::ranges::find(each->required, argument.name) != each->required.end();
        };
        if (!std::ranges::any_of(actions, is_taken)) continue;
        properties[argument.name] = schema_of(argument);
        if (std::ranges::all_of(actions, is_required)) required.push_back(json::string(argument.name));
    }
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)},
            {"additionalProperties", false}};
}

bool has_kind(const ToolArgument& argument, const json::value& value) {
    switch (argument.kind) {
        case ArgumentKind::text:
            return value.is_string();
        case ArgumentKind::number:
            return value.is_int64();
        case ArgumentKind::flag:
            return value.is_bool();
        case ArgumentKind::object:
            return value.is_object();
        case ArgumentKind::list:
            return value.is_array();
        case ArgumentKind::any:
            break;
    }
    return true;
}

std::string_view shown_kind(ArgumentKind kind) {
    switch (kind) {
        case ArgumentKind::text:
            return "a string";
        case ArgumentKind::number:
            return "a whole number";
        case ArgumentKind::flag:
            return "true or false";
        case ArgumentKind::object:
            return "an object";
        case ArgumentKind::list:
            return "a list";
        case ArgumentKind::any:
            break;
    }
    return "any JSON";
}

/// Returns what is wrong with an argument's value, or an empty text.
std::string fault_of(const ToolArgument& argument, const json::value& value) {
    const std::string name(argument.name);
    if (!has_kind(argument, value)) {
        return name + " must be " + std::string(shown_kind(argument.kind)) + ".";
    }
    if (argument.most == 0) return {};
    const bool is_list = value.is_array();
    const auto size = is_list ? static_cast<std::int64_t>(value.get_array().size()) : value.get_int64();
    if (size >= argument.least && size <= argument.most) return {};
    return name + (is_list ? " must have from " : " must be from ") + std::to_string(argument.least) +
           " to " + std::to_string(argument.most) + (is_list ? " elements." : ".");
}

std::vector<std::string_view> names_of_arguments(const Tool& tool, const ToolAction& action) {
    std::vector<std::string_view> names;
    if (tool.actions.size() > 1) names.push_back(action_name);
    names.insert(names.end(), action.required.begin(), action.required.end());
    names.insert(names.end(), action.optional.begin(), action.optional.end());
    return names;
}

/// Returns what is wrong with the arguments of an action, or an empty text.
std::string fault_of(const Tool& tool, const ToolAction& action, const json::object& arguments) {
    const std::vector<std::string_view> known = names_of_arguments(tool, action);
    for (const json::key_value_pair& each : arguments) {
        const std::string_view name = each.key();
        if (!takes(action, name)) {
            const std::string text = known.empty() ? "none" : name_list(known);
            return "unknown argument '" + std::string(name) + "' (known: " + text + ")" +
                   did_you_mean(name, known);
        }
        const auto argument = std::ranges::find(tool.arguments, name, &ToolArgument::name);
        if (std::string fault = fault_of(*argument, each.value()); !fault.empty()) return fault;
    }
    for (const std::string_view name : action.required) {
        if (!arguments.contains(name)) return std::string(name) + " is missing.";
    }
    return {};
}

/// Returns the action that the arguments name, or null. The action of a tool with only one has no name.
const ToolAction* find_action(const Tool& tool, const json::value* name) {
    if (tool.actions.size() == 1) return &tool.actions.front();
    if (name == nullptr || !name->is_string()) return nullptr;
    const auto found =
        std::ranges::find(tool.actions, std::string_view(name->get_string()), &ToolAction::name);
    return found == tool.actions.end() ? nullptr : &*found;
}

std::string refusal_of_action(const Tool& tool, ToolAccess access) {
    std::vector<std::string_view> names;
    for (const ToolAction& each : tool.actions) {
        if (is_allowed(each, access)) names.push_back(each.name);
    }
    return std::string(action_name) + " must be one of " + name_list(names) + ".";
}

}  // namespace

json::value tool_json(const Tool& tool, ToolAccess access) {
    std::vector<const ToolAction*> actions;
    bool only_reads = true;
    bool removes = false;
    for (const ToolAction& each : tool.actions) {
        if (!is_allowed(each, access)) continue;
        actions.push_back(&each);
        only_reads = only_reads && each.effect == Effect::reads;
        removes = removes || each.effect == Effect::removes;
    }
    if (actions.empty()) return nullptr;
    json::object annotations{{"title", tool.title}, {"readOnlyHint", only_reads}, {"openWorldHint", false}};
    if (!only_reads) annotations["destructiveHint"] = removes;
    return json::object{{"name", tool.name},
                        {"title", tool.title},
                        {"description", tool.description},
                        {"inputSchema", schema_of(tool, actions)},
                        {"annotations", std::move(annotations)}};
}

ToolAnswer call_tool(const Tool& tool, const ToolCall& call, ToolAccess access, std::string_view refusal) {
    const auto refuse = [&tool](const std::string& fault) {
        return ToolAnswer::refusal(std::string(tool.name) + ": " + fault);
    };
    const ToolAction* action = find_action(tool, call.arguments.if_contains(action_name));
    if (action == nullptr) return refuse(refusal_of_action(tool, access));
    if (!is_allowed(*action, access)) return refuse(std::string(refusal));
    json::object arguments = call.arguments;
    if (tool.actions.size() > 1) arguments.stable_erase(action_name);
    if (const std::string fault = fault_of(tool, *action, arguments); !fault.empty()) return refuse(fault);
    return action->function({call.door, arguments});
}

}  // namespace tailrace::server
