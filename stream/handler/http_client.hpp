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

/// "http://HOST[:PORT][/PATH]" taken apart.
struct HttpUrl {
    /// Without the brackets of an IPv6 address.
    std::string host;
    std::string port = "80";
    /// From the slash on; empty where nothing but a slash, or not even that, follows the host.
    std::string path;

    /// Nothing when `url` is no such URL.
    static std::optional<HttpUrl> parse(std::string_view url);
    /// As it stands in a Host header.
    std::string authority() const;
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
    unsigned status = 0;
    HttpHeaders headers;
    std::string body;

    /// Empty when there is no such header; `name` in any case.
    std::string_view header(std::string_view name) const;
};

/// What came of a request: the answer, or what kept it from coming.
struct HttpOutcome {
    std::optional<HttpAnswer> answer;
    std::string error;
    /// Whether the request may have been received.
    bool is_connected = false;
    bool is_timeout = false;
    /// The answer's body was larger than the limit.
    bool is_too_large = false;
};

/// How long a request may take, and how much it may bring.
struct HttpLimits {
    /// To find the host, and to connect to it: so long for each.
    std::chrono::milliseconds connecting;
    /// From then on to the answer's last byte.
    std::chrono::milliseconds exchange;
    /// Of the answer's body.
    std::size_t body_bytes;
};

enum class HttpVerb { get, post, put };

struct HttpCall {
    HttpVerb verb = HttpVerb::post;
    HttpUrl url;
    std::string body_json;
    HttpHeaders headers;
    /// Told when the answer is not waited for any longer.
    std::stop_token stop = {};
};

/// Sends JSON on a connection of its own. Redirects are not followed: they are an error, as is an answer
/// beyond the limits. Never connects to an address that is_forbidden_address() refuses, whatever name it has.
HttpOutcome send_json(const HttpCall& call, const HttpLimits& limits);

/// Sends JSON by POST with ten seconds to find the host and to connect to it, and Lambda's 6 MB for the
/// answer.
HttpOutcome post_json(HttpCall call, std::chrono::milliseconds timeout);

}  // namespace tailrace::stream
