#include "server/mcp/mcp_endpoint.hpp"

#include <stop_token>
#include <utility>

#include "engine/model/api_error.hpp"
#include "server/mcp/mcp_protocol.hpp"

namespace tailrace::server {
namespace {

/// Leads to the namespace in this process, on the same path as every other request.
class NamespaceToolDoor final : public ToolDoor {
  public:
    NamespaceToolDoor(const McpParts& parts, std::stop_token given_up)
        : parts_(parts), given_up_(std::move(given_up)) {}

    DoorAnswer call(std::string_view operation, const boost::json::object& request) override {
        try {
            return {.body = parts_.engine.execute(operation, request)};
        } catch (const ApiError& error) {
            return {.status = error.status(), .body = error.body()};
        }
    }

    DoorAnswer ask(const DoorRequest& request) override {
        const RequestTarget target(request.path);
        const Mount* mount = parts_.router.find(target.path());
        if (mount == nullptr) return {.status = 404, .body = R"({"message":"There is no such endpoint."})"};
        HttpResponse response = mount->answer(
            {.method = request.method, .target = target, .body = request.body, .given_up = given_up_});
        return {
            .status = response.status,
            .body = std::string(response.content()),
            .has_function_failed = response.extra_headers.find("X-Amz-Function-Error") != std::string::npos};
    }

  private:
    const McpParts& parts_;
    const std::stop_token given_up_;
};

}  // namespace

void add_mcp_endpoint(Mount& admin, const McpParts& parts) {
    const McpProtocol protocol(parts.access,
                               "this server lets agents only read. Start it with --mcp-write to let them "
                               "change things, too.");
    const auto answer = [parts, protocol](const WebRequest& request) {
        const McpHeaders headers{.protocol_version = request.header("MCP-Protocol-Version"),
                                 .method = request.header("Mcp-Method"),
                                 .name = request.header("Mcp-Name")};
        NamespaceToolDoor door(parts, request.given_up);
        McpReply reply = protocol.answer(request.body, door, &headers);
        HttpResponse response;
        response.status = reply.status;
        if (!reply.text.empty()) response.content_type = "application/json";
        response.body = std::move(reply.text);
        return response;
    };
    admin.add({.method = "POST",
               .path = "/_tailrace/mcp",
               .purpose =
                   "Tools for agents, through the Model Context Protocol: tables, items, streams, mappings, "
                   "functions and the server itself. Without --mcp-write they can only read.",
               .function = answer,
               .answering = Answering::waiting,
               .body_type = "application/json"});
}

}  // namespace tailrace::server
