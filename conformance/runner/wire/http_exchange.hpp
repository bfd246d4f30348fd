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

/// The server did not answer, or what it answered is not HTTP. The text says which, without the address.
class HttpFailure : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The server was not even reached, so that it cannot have done what it was to be asked for.
class Unreachable : public HttpFailure {
    using HttpFailure::HttpFailure;
};

/// Headers in the order in which they are sent or came; names keep their casing.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value of the first header of this name, whatever its casing; null when there is none.
const std::string* find_header(const Headers& headers, const std::string& name);
/// Replaces every header of this name by one, or adds it.
void set_header(Headers& headers, const std::string& name, const std::string& value);
void remove_header(Headers& headers, const std::string& name);

/// A request as it goes over the wire: nothing is added to it but the framing of `chunks`.
struct HttpRequest {
    std::string method = "POST";
    std::string path = "/";
    Headers headers;
    std::string body;
    /// The sizes of the chunks that the body is sent in; what is left is a last one. Without it the body is
    /// sent as it is.
    std::optional<std::vector<std::size_t>> chunks;

    std::string bytes() const;
};

struct HttpAnswer {
    int status = 0;
    Headers headers;
    std::string body;
};

/// Where a server is: "http://HOST[:PORT][/PATH]" or "https://…".
struct Url {
    bool tls = false;
    std::string host;
    std::string port;
    std::string path = "/";

    /// The host as the Host header has it: with the port where that is not the scheme's own.
    std::string authority() const;
    std::string text() const;
};

/// Throws std::invalid_argument for what is no such URL.
Url parse_url(const std::string& text);

/// One connection to a server, kept open between requests and opened again when the server has closed it.
/// With TLS the server's certificate is verified against the system's authorities (or `authorities`, a PEM
/// file) and the host's name. For one thread at a time.
class HttpExchange {
  public:
    struct Options {
        std::chrono::milliseconds patience = std::chrono::seconds(30);
        std::string authorities;
    };

    /// Once `broken_off` is stopped, whatever is under way ends at once with HttpFailure.
    HttpExchange(Url url, Options options, std::stop_token broken_off = {});
    ~HttpExchange();
    HttpExchange(const HttpExchange&) = delete;
    HttpExchange& operator=(const HttpExchange&) = delete;

    /// Throws HttpFailure. A connection that was kept open and turns out to be closed is opened anew once.
    HttpAnswer send(const HttpRequest& request);

  private:
    class Connection;

    Url url_;
    Options options_;
    std::stop_token broken_off_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace tailrace::conformance
