#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailrace::server {

/// An answer of DynamoDB's API or of an endpoint.
struct DoorAnswer {
    int status = 200;
    std::string body = {};
    /// True if a function was called and failed: the body then describes its error.
    bool has_function_failed = false;
};

/// A request to an endpoint besides DynamoDB's API.
struct DoorRequest {
    std::string_view method;
    /// "/_tailrace/clock", with its query.
    std::string path;
    std::string body = {};
    /// How long the answer may take if it comes from another process.
    std::chrono::seconds patience{60};
};

/// How tools reach a server. They get the same answers as other clients. Thread-safe.
class ToolDoor {
  public:
    virtual ~ToolDoor() = default;
    /// Carries out an operation of DynamoDB's API.
    virtual DoorAnswer call(std::string_view operation, const boost::json::object& request) = 0;
    virtual DoorAnswer ask(const DoorRequest& request) = 0;
};

/// What a tool returns to an agent.
struct ToolAnswer {
    std::string text;
    bool is_error = false;
    /// True if the text may contain what is in a table, or what a function returned.
    bool has_data = true;

    /// Says what is wrong with a call.
    static ToolAnswer refusal(std::string message) { return {std::move(message), true, false}; }
};

enum class ArgumentKind : std::uint8_t { text, number, flag, object, list, any };

/// An argument of a tool. The texts have static storage.
struct ToolArgument {
    std::string_view name;
    ArgumentKind kind;
    std::string_view purpose;
    /// The range of a whole number, and the number of elements of a list; 0 and 0 for any.
    std::int64_t least = 0;
    std::int64_t most = 0;
};

/// What a tool is called with: the arguments that its action takes, of the right kinds, without Action.
struct ToolCall {
    ToolDoor& door;
    const boost::json::object& arguments;
};

using ToolFunction = ToolAnswer (*)(const ToolCall&);

/// How an action affects what the server has.
enum class Effect : std::uint8_t { reads, changes, removes };

/// One thing that a tool can do.
struct ToolAction {
    std::string_view name;
    /// What it does, as an imperative sentence.
    std::string_view purpose;
    Effect effect;
    std::vector<std::string_view> required;
    std::vector<std::string_view> optional;
    ToolFunction function;
};

/// A tool for agents. It has no argument Action if it has one action.
struct Tool {
    std::string_view name;
    std::string_view title;
    /// What it is for, with examples. Nothing that a table contains becomes part of it.
    std::string_view description;
    std::vector<ToolArgument> arguments;
    std::vector<ToolAction> actions;
};

/// Which actions agents may use.
enum class ToolAccess : std::uint8_t { reading, everything };

/// All tools, in the order in which agents see them.
std::span<const Tool> tools();

/// The maximum number of bytes in an answer's text.
inline constexpr std::size_t max_tool_answer_bytes = 256UL * 1024;

}  // namespace tailrace::server
