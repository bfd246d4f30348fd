#include <algorithm>
#include <boost/json.hpp>
#include <exception>
#include <stdexcept>
#include <string>

#include "engine/model/api_error.hpp"
#include "engine/model/json_text.hpp"
#include "server/mcp/mcp_protocol.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/sample_endpoint.hpp"

namespace tailrace::fuzz {
namespace {

using namespace server;

namespace json = boost::json;

json::value read_back(std::string_view text) {
    json::error_code error;
    json::value value = parse_json(text, error);
    require(!error, "what is written is JSON");
    return value;
}

/// Passes calls of operations on to an engine. Every endpoint answers with lists of two elements.
class SampleToolDoor final : public ToolDoor {
  public:
    explicit SampleToolDoor(Engine& engine) : engine_(engine) {}

    DoorAnswer call(std::string_view operation, const json::object& request) override {
        try {
            return {.body = engine_.execute(operation, request)};
        } catch (const ApiError& error) {
            keep_failure([&] { require_answerable(error); });
            return {.status = error.status(), .body = error.body()};
        } catch (const std::exception&) {
            failure_ = std::current_exception();
            throw;
        }
    }

    DoorAnswer ask(const DoorRequest& request) override {
        keep_failure([&] {
            const auto is_url_character = [](char c) { return c > ' ' && c <= '~' && c != '#'; };
            require(std::ranges::all_of(request.path, is_url_character),
                    "a path has only a URL's characters");
            require(
                request.path.starts_with("/_tailrace/") || request.path.starts_with("/2015-03-31/functions"),
                "tools ask the endpoints of the server");
            if (!request.body.empty()) read_back(request.body);
        });
        return {.body = R"({"Invocations":[{"Number":1},{"Number":2}],"GivenUp":[],"Requests":)"
                        R"([{"Number":7},{"Number":8}],"Mappings":[{},{}],"Namespaces":[{},{}]})"};
    }

    /// Throws if a property did not hold.
    void check() const {
        if (failure_) std::rethrow_exception(failure_);
    }

  private:
    /// A tool answers with the message of what is thrown, so it is kept for check().
    template <typename Check>
    void keep_failure(const Check& check) {
        try {
            check();
        } catch (const std::logic_error&) {
            failure_ = std::current_exception();
        }
    }

    Engine& engine_;
    std::exception_ptr failure_;
};

/// Requires that a client can read the answer and knows which request it is for. Returns true for a result
/// that is not the error of a tool.
bool is_result(const McpReply& reply, const json::value& id) {
    require(reply.text.find('\n') == std::string::npos, "an answer is one line");
    const json::object answer = read_back(reply.text).as_object();
    require(answer.at("jsonrpc") == "2.0", "an answer is one of JSON-RPC 2.0");
    const json::value* of = answer.if_contains("id");
    require(of == nullptr ? id.is_null() : *of == id, "an answer has the id of its request");
    if (const json::value* fault = answer.if_contains("error")) {
        require(!answer.contains("result"), "an answer has a result or an error");
        require(fault->at("code").is_int64() && fault->at("message").is_string(), "an error says why");
        return false;
    }
    const json::object& result = answer.at("result").as_object();
    const json::value* content = result.if_contains("content");
    if (content == nullptr) return true;
    for (const json::value& each : content->as_array()) {
        require(each.at("type") == "text" && each.at("text").is_string(), "content is text");
    }
    return !result.at("isError").as_bool();
}

/// Returns true if the message is answered with a result, or needs no answer.
bool is_done(const McpMessage& message, const McpReply& reply) {
    const bool is_answered = message.refusal || message.needs_answer();
    require(is_answered != reply.text.empty(), "what needs an answer gets one");
    return !is_answered || is_result(reply, message.id);
}

}  // namespace

/// Messages, one on each line. Over standard input all tools may be used, over HTTP those that read.
bool run_mcp(std::string_view input) {
    constexpr int max_messages = 8;
    SampleEndpoint endpoint;
    SampleToolDoor door(endpoint.engine());
    const McpProtocol over_stdio(ToolAccess::everything, "");
    const McpProtocol over_http(ToolAccess::reading, "read only");
    bool all_done = true;
    int messages = 0;
    while (!input.empty() && messages < max_messages) {
        const std::string_view text = input.substr(0, input.find('\n'));
        input.remove_prefix(std::min(input.size(), text.size() + 1));
        const McpMessage message = McpProtocol::read(text);
        require(message.cancelled_id().is_null() || !message.needs_answer(),
                "a message that cancels needs no answer");
        const McpHeaders headers{.method = message.method};
        is_done(message, over_http.answer(text, door, &headers));
        all_done = is_done(message, over_stdio.answer(message, door, nullptr)) && all_done;
        door.check();
        ++messages;
    }
    return all_done && messages > 0;
}

}  // namespace tailrace::fuzz
