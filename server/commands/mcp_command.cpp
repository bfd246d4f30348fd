#include "server/commands/mcp_command.hpp"

#include <atomic>
#include <boost/json.hpp>
#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/operation/operation.hpp"
#include "server/commands/call_queue.hpp"
#include "server/commands/running_server.hpp"
#include "server/mcp/mcp_protocol.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::size_t max_message_bytes = max_body_bytes;
/// A page of DynamoDB's API has 1 MB, a batch 16 MB, and their JSON is longer than that.
constexpr std::size_t max_answer_bytes = 64UL * 1024 * 1024;
constexpr std::chrono::seconds longest_operation{60};
constexpr int conflict_status = 409;

stream::HttpLimits limits_of(std::chrono::seconds patience) {
    return {std::chrono::seconds(10), patience, max_answer_bytes};
}

/// Throws CommandError if the URL names a namespace, too.
std::string url_of(const McpCommand& command) {
    if (command.namespace_name.empty()) return command.endpoint;
    if (command.endpoint.find("/~") != std::string::npos) {
        throw CommandError("--namespace: the URL '" + command.endpoint + "' names a namespace already");
    }
    std::string url = command.endpoint;
    while (url.ends_with('/')) url.pop_back();
    return url.append("/~").append(command.namespace_name);
}

stream::HttpVerb verb_of(std::string_view method) {
    if (method == "GET") return stream::HttpVerb::get;
    if (method == "PUT") return stream::HttpVerb::put;
    return method == "DELETE" ? stream::HttpVerb::remove : stream::HttpVerb::post;
}

/// Leads to a server over HTTP. For one thread at a time.
class ServerToolDoor final : public ToolDoor {
  public:
    explicit ServerToolDoor(const McpCommand& command)
        : command_(command),
          server_(url_of(command), command.token),
          authorization_("AWS4-HMAC-SHA256 Credential=agent/20260101/" + command.region +
                         "/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=none") {}

    DoorAnswer call(std::string_view operation, const json::object& request) override {
        const operation::Operation* found = operation::find_operation(operation);
        const bool is_of_streams = found != nullptr && found->service == operation::Service::streams;
        const char* target = is_of_streams ? "DynamoDBStreams_20120810." : "DynamoDB_20120810.";
        Question question{.verb = stream::HttpVerb::post,
                          .path = "/",
                          .body_type = "application/x-amz-json-1.0",
                          .limits = limits_of(longest_operation)};
        append_json(question.body, request);
        return send(std::move(question), {{"X-Amz-Target", std::string(target).append(operation)},
                                          {"X-Amz-Date", "20260101T000000Z"},
                                          {"Authorization", authorization_}});
    }

    DoorAnswer ask(const DoorRequest& request) override {
        return send({.verb = verb_of(request.method),
                     .path = request.path,
                     .body = request.body,
                     .limits = limits_of(request.patience)},
                    {});
    }

    /// Requests end when the token asks for it. They then have no answer.
    void stop_with(const std::stop_token& stop) { stop_ = stop; }

  private:
    DoorAnswer send(Question question, stream::HttpHeaders headers) {
        make_namespace();
        question.stop = stop_;
        stream::HttpAnswer answer = server_.send(question, std::move(headers));
        return {.status = static_cast<int>(answer.status),
                .body = std::move(answer.body),
                .has_function_failed = !answer.header("X-Amz-Function-Error").empty()};
    }

    /// A server may refuse requests to namespaces that nobody has made. If the namespace cannot be made, the
    /// request that follows fails, and the tool reports its error.
    void make_namespace() {
        if (has_namespace_ || command_.namespace_name.empty() || command_.only_reads) return;
        Question question{.verb = stream::HttpVerb::post,
                          .path = "/_tailrace/namespaces",
                          .limits = limits_of(longest_operation),
                          .stop = stop_};
        append_json(question.body, json::object{{"Name", command_.namespace_name}});
        const RunningServer home(command_.endpoint, command_.token);
        const unsigned status = home.send(question, {}).status;
        has_namespace_ = status == 200 || status == conflict_status;
    }

    const McpCommand& command_;
    const RunningServer server_;
    /// Gives the region. The signature in it is not valid: a server with --verify-signatures refuses the
    /// request, and other servers do not check it.
    const std::string authorization_;
    bool has_namespace_ = false;
    std::stop_token stop_;
};

struct Line {
    std::string text;
    bool is_too_long = false;
};

/// Returns nullopt at the end of the file. A line that is too long has no text.
std::optional<Line> read_line(std::FILE* in) {
    Line line;
    int next = std::getc(in);
    if (next == EOF) return std::nullopt;
    for (; next != EOF && next != '\n'; next = std::getc(in)) {
        line.is_too_long = line.is_too_long || line.text.size() == max_message_bytes;
        if (line.is_too_long) {
            line.text.clear();
        } else {
            line.text.push_back(static_cast<char>(next));
        }
    }
    return line;
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

int run_mcp_command(const McpCommand& command, std::FILE* in, std::FILE* out) try {
    ServerToolDoor door(command);
    const McpProtocol protocol(
        command.only_reads ? ToolAccess::reading : ToolAccess::everything,
        "these tools only read. Start 'tailrace mcp' without --read-only to let them change things, too.");
    std::atomic<bool> can_write = true;
    // One call for a whole line, because two threads write lines.
    const auto write = [&](const McpReply& reply) {
        if (reply.text.empty()) return;
        std::fputs((reply.text + "\n").c_str(), out);
        if (std::fflush(out) != 0) can_write = false;
    };
    const auto carry_out = [&](const McpMessage& call, const std::stop_token& stop) {
        door.stop_with(stop);
        return protocol.answer(call, door, nullptr);
    };
    CallQueue calls(carry_out, write);
    for (auto line = read_line(in); line && can_write; line = read_line(in)) {
        if (!line->is_too_long && is_blank(line->text)) continue;
        McpMessage message =
            line->is_too_long ? McpProtocol::refuse_length(max_message_bytes) : McpProtocol::read(line->text);
        if (message.calls_tool()) {
            calls.add(std::move(message), line->text.size());
        } else if (const json::value id = message.cancelled_id(); !id.is_null()) {
            calls.cancel(id);
        } else {
            write(protocol.answer(message, door, nullptr));
        }
    }
    return 0;
} catch (const CommandError& error) {
    std::fprintf(stderr, "tailrace: %s\n", error.what());
    return cannot_ask;
}

}  // namespace tailrace::server
