#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "server/mcp/tool.hpp"

namespace tailrace::server {

/// The header fields of a message that comes over HTTP; empty if they are missing.
struct McpHeaders {
    std::string_view protocol_version = {};
    std::string_view method = {};
    std::string_view name = {};
};

/// The answer to a message.
struct McpReply {
    /// JSON; empty if the message needs no answer.
    std::string text;
    /// The status over HTTP.
    int status = 200;
};

/// Answers messages of the Model Context Protocol, a form of JSON-RPC in which agents find and call tools. It
/// speaks revision 2026-07-28, whose requests describe themselves, and the revisions since 2024-11-05, which
/// begin with `initialize`. It keeps nothing between messages. Source:
/// https://modelcontextprotocol.io/specification/2026-07-28. Thread-safe.
class McpProtocol {
  public:
    /// `refusal` says how actions that are not allowed would be allowed; it must have static storage.
    McpProtocol(ToolAccess access, std::string_view refusal) : access_(access), refusal_(refusal) {}

    /// `headers` is null for a message that comes over standard input. Does not throw.
    McpReply answer(std::string_view text, ToolDoor& door, const McpHeaders* headers) const;
    /// Answers a message that is longer than a message may be.
    static McpReply refuse_length(std::size_t max_bytes);

  private:
    struct Message;

    boost::json::object result_of(const Message& message, ToolDoor& door) const;
    boost::json::object list_tools(const Message& message) const;
    boost::json::object call(const Message& message, ToolDoor& door) const;
    ToolAnswer answer_of_tool(const Tool& tool, const ToolCall& call) const;

    ToolAccess access_;
    std::string_view refusal_;
};

}  // namespace tailrace::server
