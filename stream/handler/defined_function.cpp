#include "stream/handler/defined_function.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "stream/handler/child_process.hpp"
#include "stream/handler/make_handler.hpp"
#include "stream/handler/script_function.hpp"

namespace tailrace::stream {
namespace {

namespace fs = std::filesystem;

/// True if the runtime is the prefix, digits, and the suffix.
bool is_numbered(std::string_view runtime, std::string_view prefix, std::string_view suffix) {
    if (!runtime.starts_with(prefix) || !runtime.ends_with(suffix)) return false;
    if (runtime.size() <= prefix.size() + suffix.size()) return false;
    runtime.remove_prefix(prefix.size());
    runtime.remove_suffix(suffix.size());
    return std::ranges::all_of(runtime, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_python(std::string_view runtime) {
    return is_numbered(runtime, "python3.", "");
}

bool is_node(std::string_view runtime) {
    return is_numbered(runtime, "nodejs", ".x");
}

bool is_provided(std::string_view runtime) {
    return runtime == "provided" || runtime == "provided.al2" || runtime == "provided.al2023";
}

/// Returns the path of the program of a function with a runtime of its own. Lambda looks in the same order.
std::string bootstrap_of(const FunctionDefinition& definition) {
    std::vector<std::string> places{definition.folder};
    places.insert(places.end(), definition.layers.rbegin(), definition.layers.rend());
    for (const std::string& place : places) {
        std::string program = find_program((fs::path(place) / "bootstrap").string());
        if (!program.empty()) return program;
    }
    throw UnknownHandler("the function '" + definition.name + "' has no executable file 'bootstrap' in '" +
                         definition.folder + "', which the runtime '" + definition.runtime + "' runs");
}

std::vector<std::string> command_of(const FunctionDefinition& definition) {
    if (is_provided(definition.runtime)) return {bootstrap_of(definition)};
    std::vector<std::string> command =
        is_python(definition.runtime) ? python_interpreter() : node_interpreter();
    command.push_back(definition.folder);
    command.push_back(definition.handler);
    return command;
}

}  // namespace

void check_runtime(const std::string& runtime) {
    if (is_python(runtime) || is_node(runtime) || is_provided(runtime)) return;
    throw UnknownHandler("the runtime '" + runtime +
                         "' is not supported; python3.*, nodejs*.x, provided, provided.al2 and "
                         "provided.al2023 are");
}

std::unique_ptr<RuntimeFunction> make_defined_function(std::shared_ptr<const FunctionDefinition> definition,
                                                       const HandlerContext& context) {
    check_runtime(definition->runtime);
    std::error_code ignored;
    if (!fs::is_directory(definition->folder, ignored)) {
        throw UnknownHandler("the function '" + definition->name + "' has no folder '" + definition->folder +
                             "'");
    }
    const RuntimeProgram program{.command = command_of(*definition),
                                 .folder = definition->folder,
                                 .handler = definition->handler,
                                 .definition = definition};
    return std::make_unique<RuntimeFunction>(program, context);
}

}  // namespace tailrace::stream
