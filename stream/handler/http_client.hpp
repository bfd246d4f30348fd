#pragma once

#include <chrono>
#include <optional>
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
};

/// Sends JSON by POST, on a connection of its own, and waits so long for everything together. An answer of
/// more than 6 MB, Lambda's limit, is an error.
HttpOutcome post_json(const HttpUrl& url, std::string_view body_json, const HttpHeaders& headers,
                      std::chrono::milliseconds timeout);

}  // namespace tailrace::stream
