#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
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

/// A message as it was read: a request, or a notification if it has no id.
struct McpMessage {
    /// A string or a whole number; null for a notification.
    boost::json::value id = nullptr;
    std::string method = {};
    boost::json::object params = {};
    /// The answer to a text that is not a message.
    std::optional<McpReply> refusal = std::nullopt;

    bool needs_answer() const { return !id.is_null() && !method.empty(); }
    /// True for a request whose answer may take long. All others are answered at once.
    bool calls_tool() const { return needs_answer() && method == "tools/call"; }
    /// Returns the id of the request that the message cancels; null if the message is of another kind.
    /// Source: https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/cancellation.
    boost::json::value cancelled_id() const;
};

/// Answers messages of the Model Context Protocol, a form of JSON-RPC in which agents find and call tools. It
/// speaks revision 2026-07-28, whose requests describe themselves, and the revisions since 2024-11-05, which
/// begin with `initialize`. It keeps nothing between messages. Source:
/// https://modelcontextprotocol.io/specification/2026-07-28. Thread-safe.
class McpProtocol {
  public:
    /// `refusal` is the message for actions that are not allowed, and says how to allow them. It must have
    /// static storage.
    McpProtocol(ToolAccess access, std::string_view refusal) : access_(access), refusal_(refusal) {}

    /// Does not throw.
    static McpMessage read(std::string_view text);
    /// `headers` is null for a message that comes over standard input. Does not throw.
    McpReply answer(const McpMessage& message, ToolDoor& door, const McpHeaders* headers) const;
    McpReply answer(std::string_view text, ToolDoor& door, const McpHeaders* headers) const {
        return answer(read(text), door, headers);
    }
    /// Returns the refusal of a message that has more than `max_bytes`, in place of what read() returns.
    static McpMessage refuse_length(std::size_t max_bytes);

  private:
    enum class Revision : std::uint8_t { initialized, stateless };

    static Revision checked_revision(const McpMessage& message, const McpHeaders* headers);
    boost::json::object result_of(const McpMessage& message, Revision revision, ToolDoor& door) const;
    boost::json::object list_tools(const McpMessage& message, Revision revision) const;
    boost::json::object call(const McpMessage& message, ToolDoor& door) const;
    ToolAnswer answer_of_tool(const Tool& tool, const ToolCall& call) const;

    ToolAccess access_;
    std::string_view refusal_;
};

}  // namespace tailrace::server
