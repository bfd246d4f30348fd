#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace tailrace::conformance {

/// The server did not answer, or its answer is not HTTP. The message says which, without the address.
class HttpFailure : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The server could not be reached, so it cannot have carried out the request.
class Unreachable : public HttpFailure {
    using HttpFailure::HttpFailure;
};

/// Headers in the order in which they are sent or arrived; names keep their casing.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value of the first header of this name, whatever its casing; null if there is none.
const std::string* find_header(const Headers& headers, const std::string& name);
/// Replaces all headers of this name by one, or adds it.
void set_header(Headers& headers, const std::string& name, const std::string& value);
void remove_header(Headers& headers, const std::string& name);

/// A request as it goes over the wire: only the framing of `chunks` is added to it.
struct HttpRequest {
    std::string method = "POST";
    std::string path = "/";
    Headers headers;
    std::string body;
    /// The sizes of the chunks in which to send the body; the rest of the body is one last chunk. Without a
    /// value the body is sent unchunked.
    std::optional<std::vector<std::size_t>> chunks;

    std::string bytes() const;
};

struct HttpAnswer {
    int status = 0;
    Headers headers;
    std::string body;
};

/// A server's address: "http://HOST[:PORT][/PATH]" or "https://…".
struct Url {
    bool tls = false;
    std::string host;
    std::string port;
    std::string path = "/";

    /// The value of the Host header: host and port, without the port if it is the scheme's default.
    std::string authority() const;
    std::string text() const;
};

/// Throws std::invalid_argument if the text is not such a URL.
Url parse_url(const std::string& text);

/// One connection to a server, kept open between requests and reopened when the server has closed it. With
/// TLS the server's certificate is verified against the host's name and the system's authorities (or
/// `authorities`, a PEM file). For one thread at a time.
class HttpExchange {
  public:
    struct Options {
        std::chrono::milliseconds patience = std::chrono::seconds(30);
        std::string authorities;
    };

    /// Once `broken_off` is stopped, the operation under way ends at once with HttpFailure.
    HttpExchange(Url url, Options options, std::stop_token broken_off = {});
    ~HttpExchange();
    HttpExchange(const HttpExchange&) = delete;
    HttpExchange& operator=(const HttpExchange&) = delete;

    /// Throws HttpFailure. If a connection that was kept open turns out to be closed, reconnects once.
    HttpAnswer send(const HttpRequest& request);

  private:
    class Connection;

    Url url_;
    Options options_;
    std::stop_token broken_off_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace tailrace::conformance
