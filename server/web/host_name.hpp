#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tailrace::server {

/// A host and perhaps a port, as a Host header or a URL names them.
struct HostName {
    /// In lower case, without a dot at the end; an IPv6 address stands in its brackets.
    std::string name;
    /// Digits; empty where none is named.
    std::string port;

    /// Whether a name can lead here only because the machine, its network or AWS's own zones say so. A name
    /// that anybody can register is none: its owner's pages reach this server by letting it resolve to this
    /// machine (DNS rebinding), and a browser takes them for the server's own. An address cannot be rebound.
    bool is_local() const;

    friend bool operator==(const HostName&, const HostName&) = default;
};

/// "localhost:8000", "[::1]:8000", "MUSIC.internal."; nothing for what is no host.
std::optional<HostName> parse_host_name(std::string_view text);

/// Where a page comes from: "http://localhost:3000". Its port is filled in for http and https.
struct PageOrigin {
    /// In lower case.
    std::string scheme;
    HostName host;

    friend bool operator==(const PageOrigin&, const PageOrigin&) = default;
};

/// Nothing for what is no origin, "null" among it: many pages have that one.
std::optional<PageOrigin> parse_page_origin(std::string_view text);

/// The origin of what this server serves over plain HTTP under that host.
PageOrigin origin_of_host(HostName host);

/// Whether an address or name to listen on (127.0.0.1, ::1, localhost) is reached from this machine alone.
bool is_loopback(std::string_view address);

}  // namespace tailrace::server
