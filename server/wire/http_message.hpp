#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace tailrace::server {

struct HttpHeader {
    std::string_view name;
    std::string_view value;
};

/// One received request. Everything is a view into the connection's buffers and is good until the response to
/// it has been written. `target` is as it stood on the request line, `body` without its transfer coding.
struct HttpRequest {
    std::string_view method;
    std::string_view target;
    std::span<const HttpHeader> headers;
    std::string_view body;
    /// Told when nobody waits for the answer any more: the client has left, or the server stops. Null where
    /// the request is answered at once.
    const std::stop_token* given_up = nullptr;
};

/// What answering a request may wait for other than the engine's lock.
enum class Answering {
    /// Nothing.
    at_once,
    /// Something that is soon over.
    briefly,
    /// Something that may take long: other work that is to be finished.
    waiting,
    /// A function that the request calls.
    calling
};

/// One response, but for the headers every response has (Date, Content-Length, checksum, request id), which
/// ResponseHeadWriter adds.
struct HttpResponse {
    int status = 200;
    /// Text of static storage; empty for a response without the header.
    std::string_view content_type = {};
    std::string_view content_encoding = {};
    /// Further header lines as they go out, each ended by CRLF.
    std::string extra_headers = {};
    std::string body = {};
    /// Instead of `body` one of static storage, which is sent from where it lies.
    std::string_view fixed_body = {};
    /// Whether the connection ends with it, whatever the client asked for.
    bool ends_connection = false;

    /// The body, whichever of the two it is.
    std::string_view content() const { return fixed_body.empty() ? std::string_view(body) : fixed_body; }
    void add_header(std::string_view name, std::string_view value) {
        extra_headers.append(name).append(": ").append(value).append("\r\n");
    }
    /// Back to an empty 200, keeping the memory.
    void clear() {
        status = 200;
        content_type = {};
        content_encoding = {};
        extra_headers.clear();
        body.clear();
        fixed_body = {};
        ends_connection = false;
    }
};

/// What answers requests: all that the listener and its sessions know of the layers above them. Called from
/// several threads at once.
class RequestHandler {
  public:
    virtual ~RequestHandler() = default;
    /// What is not answered at once is answered outside the threads that serve connections.
    virtual Answering answering(const HttpRequest& request) const = 0;
    /// Fills in the response, which is clear. Whatever goes wrong becomes a response.
    virtual void answer(const HttpRequest& request, HttpResponse& response) noexcept = 0;
    /// The same for a request that is not carried out because too many like it are under way.
    virtual void refuse_busy(const HttpRequest& request, HttpResponse& response) noexcept = 0;
    /// The same for a request whose body found no memory in time. None of the body has been read.
    virtual void refuse_body(const HttpRequest& request, HttpResponse& response) noexcept = 0;
};

}  // namespace tailrace::server
