#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailrace::stream {

/// The parts of "http://HOST[:PORT][/PATH]".
struct HttpUrl {
    /// Without the brackets of an IPv6 address.
    std::string host;
    std::string port = "80";
    /// From the slash on. Empty if at most a slash follows the host.
    std::string path;

    /// Returns nullopt if `url` is not such a URL.
    static std::optional<HttpUrl> parse(std::string_view url);
    /// Returns host and port as in a Host header.
    std::string authority() const;
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
    unsigned status = 0;
    HttpHeaders headers;
    std::string body;

    /// Returns the value of a header, or an empty string if there is none. The case of `name` does not
    /// matter.
    std::string_view header(std::string_view name) const;
};

/// The result of a request: the answer, or the reason why there is none.
struct HttpOutcome {
    std::optional<HttpAnswer> answer;
    std::string error;
    /// True if the request may have been received.
    bool is_connected = false;
    bool is_timeout = false;
    /// The answer's body was larger than the limit.
    bool is_too_large = false;
};

/// How long a request may take, and how large its answer may be.
struct HttpLimits {
    /// For looking up the host, and as long again for connecting to it.
    std::chrono::milliseconds connecting;
    /// From then on, until the last byte of the answer.
    std::chrono::milliseconds exchange;
    /// The largest body of an answer.
    std::size_t body_bytes;
};

enum class HttpVerb { get, post, put, remove };

struct HttpCall {
    HttpVerb verb = HttpVerb::post;
    HttpUrl url;
    std::string body_json;
    HttpHeaders headers;
    /// Ends the exchange when nobody waits for the answer any longer.
    std::stop_token stop = {};
};

/// Sends JSON on a connection of its own. Redirects are not followed: a redirect is an error, and so is an
/// answer beyond the limits. Never connects to an address that is_forbidden_address() refuses, whatever host
/// name leads to it.
HttpOutcome send_json(const HttpCall& call, const HttpLimits& limits);

/// Sends JSON by POST. Looking up the host and connecting to it may each take ten seconds, or `timeout` if
/// that is less. The answer may have up to 6 MB, Lambda's limit.
HttpOutcome post_json(HttpCall call, std::chrono::milliseconds timeout);

}  // namespace tailrace::stream
