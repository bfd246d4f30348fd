#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "engine/model/ascii_case.hpp"
#include "engine/operation/faults/answer_fault.hpp"

namespace tailrace::table {
class SharedCommit;
}

namespace tailrace::server {

struct HttpHeader {
    std::string_view name;
    std::string_view value;
};

/// One received request. Everything is a view into the connection's buffers and is valid until the response
/// has been written. `target` is as it was on the request line, `body` is without its transfer coding.
struct HttpRequest {
    std::string_view method;
    std::string_view target;
    std::span<const HttpHeader> headers;
    std::string_view body;
    /// True if it came through TLS.
    bool is_tls = false;
    /// Signals when nobody waits for the answer any longer, because the client has left or the server stops.
    /// Null unless the answer may have to wait long (Answering::waiting).
    const std::stop_token* given_up = nullptr;
    /// True if the answer can wait for a commit that it shares with others; see HttpResponse::commit.
    bool shares_commit = false;

    /// Returns the first header of that name, in any case, or null if there is none.
    const HttpHeader* find_header(std::string_view name) const {
        for (const HttpHeader& each : headers) {
            if (equal_ignoring_case(each.name, name)) return &each;
        }
        return nullptr;
    }
};

/// What answering a request may wait for, besides the engine's lock.
enum class Answering {
    /// Nothing.
    at_once,
    /// Something that is over soon.
    briefly,
    /// Something that may take long, such as other work that must finish first.
    waiting,
    /// A function that the request calls.
    calling
};

/// One response, without the headers that ResponseHeadWriter adds, such as Date, Content-Length, checksum and
/// request id.
struct HttpResponse {
    int status = 200;
    /// A text with static storage. If it is empty, the response does not have the header.
    std::string_view content_type = {};
    std::string_view content_encoding = {};
    /// Further header lines as they are sent, each ended by CRLF.
    std::string extra_headers = {};
    std::string body = {};
    /// A text with static storage that is sent instead of `body`, without a copy.
    std::string_view fixed_body = {};
    /// True to end the connection after this response, whatever the client asked for.
    bool ends_connection = false;
    /// What a scripted fault does to the response on its way. Usually null.
    std::unique_ptr<const operation::AnswerFault> fault = {};
    /// If not null, the response must not be sent before RequestHandler::finish().
    std::shared_ptr<table::SharedCommit> commit = {};

    /// Returns the body, whichever of the two it is.
    std::string_view content() const { return fixed_body.empty() ? std::string_view(body) : fixed_body; }
    void add_header(std::string_view name, std::string_view value) {
        extra_headers.append(name).append(": ").append(value).append("\r\n");
    }
    /// Resets the response to an empty 200 and keeps its memory.
    void clear() {
        status = 200;
        content_type = {};
        content_encoding = {};
        extra_headers.clear();
        body.clear();
        fixed_body = {};
        ends_connection = false;
        fault.reset();
        commit.reset();
    }
};

/// Answers requests. This is everything that the listener and its sessions know of the layers above them.
/// Called from several threads at once.
class RequestHandler {
  public:
    virtual ~RequestHandler() = default;
    /// Returns what the answer may wait for. A request that is not answered at once is answered outside the
    /// threads that serve connections.
    virtual Answering answering(const HttpRequest& request) const = 0;
    /// Fills in the response, which has been cleared. Any failure becomes a response.
    virtual void answer(const HttpRequest& request, HttpResponse& response) noexcept = 0;
    /// Makes the commit for which the response waits. If it fails, the response says so.
    virtual void finish(const HttpRequest& request, HttpResponse& response) noexcept = 0;
    /// Does the same for a request that is not carried out because too many like it are under way.
    virtual void refuse_busy(const HttpRequest& request, HttpResponse& response) noexcept = 0;
    /// Does the same for a request whose body got no memory in time. The body has not been read, or only in
    /// part.
    virtual void refuse_body(const HttpRequest& request, HttpResponse& response) noexcept = 0;
};

}  // namespace tailrace::server
