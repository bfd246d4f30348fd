#include "stream/handler/make_handler.hpp"

#include <array>
#include <filesystem>

#include "stream/handler/lambda_invocation.hpp"
#include "stream/handler/message_groups.hpp"
#include "stream/handler/plugin.hpp"
#include "stream/handler/record_file.hpp"
#include "stream/handler/script_function.hpp"

namespace tailrace::stream {
namespace {

using HandlerPointer = std::unique_ptr<Handler>;

HandlerPointer make_runtime_function(const std::string& command, const HandlerContext& context) {
    std::vector<std::string> words = split_command(command);
    if (words.empty()) throw UnknownHandler("'runtime:" + command + "' needs a command");
    return std::make_unique<RuntimeFunction>(
        RuntimeProgram{std::move(words), std::filesystem::current_path().string(), context.function_name},
        context);
}

/// A kind of handler: a prefix such as "python:", and the function that creates a handler from the rest of
/// the text.
struct Kind {
    std::string_view prefix;
    std::string_view rest;
    HandlerPointer (*make)(const std::string& rest, const HandlerContext& context);
};

constexpr std::array<Kind, 6> kinds = {{
    {"python:", "FILE.py:FUNCTION",
     [](const std::string& rest, const HandlerContext& context) -> HandlerPointer {
         return make_python_function(rest, context);
     }},
    {"node:", "FILE.js:FUNCTION",
     [](const std::string& rest, const HandlerContext& context) -> HandlerPointer {
         return make_node_function(rest, context);
     }},
    {"runtime:", "COMMAND", make_runtime_function},
    {"lambda:", "URL",
     [](const std::string& rest, const HandlerContext& context) -> HandlerPointer {
         return std::make_unique<LambdaInvocation>(rest, context);
     }},
    {"plugin:", "FILE.so", load_plugin},
    {"file:", "FILE",
     [](const std::string& rest, const HandlerContext&) -> HandlerPointer {
         return std::make_unique<RecordFile>(rest);
     }},
}};

std::string names_of_handlers() {
    std::string names = "message-groups, message-groups:naive";
    for (const Kind& kind : kinds) names.append(", ").append(kind.prefix).append(kind.rest);
    return names;
}

}  // namespace

std::unique_ptr<Handler> make_handler(const std::string& text, const HandlerContext& context) {
    if (text == "message-groups")
        return std::make_unique<MessageGroups>(context.engine, MessageGroups::Way::right,
                                               context.function_name);
    if (text == "message-groups:naive")
        return std::make_unique<MessageGroups>(context.engine, MessageGroups::Way::naive,
                                               context.function_name);
    for (const Kind& kind : kinds) {
        const bool has_rest = text.size() > kind.prefix.size() && text.starts_with(kind.prefix);
        if (has_rest) return kind.make(text.substr(kind.prefix.size()), context);
    }
    throw UnknownHandler("'" + text + "' is not a handler; the handlers are: " + names_of_handlers());
}

}  // namespace tailrace::stream
